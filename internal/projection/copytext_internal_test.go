package projection

import (
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
)

func TestCopyTextKeepsSignsOfItsOwnApart(t *testing.T) {
	t.Parallel()
	table := &Table{Name: "t", sequenced: true, Columns: []Column{{Name: "Note", SQL: "note", Type: model.Type{Kind: model.Text}}, {Name: "N", SQL: "n", Type: model.Type{Kind: model.Int}}}}
	target := newTarget(nil, table)
	id := uuid.MustParse("0b81b458-7671-4e9b-844b-9934255f5406")
	row := &model.Row{Key: id, Values: map[string]any{"Note": "a\tb\nc\rd\\N"}}
	line, err := target.AppendCopyText(nil, id, row, 7)
	if err != nil {
		t.Fatal(err)
	}
	if want := id.String() + "\t" + id.String() + "\t\\N\t7\ta\\tb\\nc\\rd\\\\N\t\\N\n"; string(line) != want {
		t.Errorf("got %q, want %q", line, want)
	}
	if want := `COPY read_models."t" (account_id, key, hidden, row_sequence, "note", "n") FROM STDIN`; target.CopySQL() != want {
		t.Errorf("got %q, want %q", target.CopySQL(), want)
	}
	if _, err := target.AppendCopyText(nil, id, &model.Row{Values: map[string]any{"N": 1.5}}, 0); err == nil {
		t.Error("a value that no column holds was written")
	}
}
