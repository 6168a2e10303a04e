package projection_test

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
)

// What jsonb makes of custom values is read as what was written, byte for byte: it orders
// keys by their length, and keeps zeros at the end of numbers.
func TestCustomValuesComeBackFromJSONB(t *testing.T) {
	t.Parallel()
	pool := pgtest.Shared(t).Pool(t, pg.Projector)
	number := rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,15})?([eE][+-]?[0-9])?`)
	rapid.Check(t, func(t *rapid.T) {
		told := map[string]any{}
		for range rapid.IntRange(0, 8).Draw(t, "n") {
			key := rapid.StringMatching(`[A-Za-z][A-Za-z0-9_.-]{0,6}`).Draw(t, "key")
			switch rapid.IntRange(0, 2).Draw(t, "kind") {
			case 0:
				told[key] = json.Number(number.Draw(t, "number"))
			case 1:
				told[key] = rapid.StringOf(rapid.Rune().Filter(func(r rune) bool { return r != 0 })).Draw(t, "text") + "."
			default:
				told[key] = rapid.Bool().Draw(t, "bool")
			}
		}
		given, err := json.Marshal(told)
		if err != nil {
			t.Fatal(err)
		}
		written, err := model.CanonicalCustom(given)
		if err != nil {
			t.Fatal(err)
		}
		text, err := projection.Format(model.Custom, written)
		if err != nil {
			t.Fatal(err)
		}
		var back *string
		if err := pool.QueryRow(t.Context(), "SELECT "+projection.SQLText(model.Custom, "$1::text::"+projection.CastType(model.Type{Kind: model.Custom})), text).Scan(&back); err != nil {
			t.Fatal(err)
		}
		value, err := projection.Parse(model.Custom, back)
		if read, _ := value.(json.RawMessage); err != nil || string(read) != string(written) {
			t.Fatalf("wrote %s\njsonb %s\nread  %s, %v", written, *back, read, err)
		}
	})
}
