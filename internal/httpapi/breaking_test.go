package httpapi

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/model/diff"
)

const parcels = `activity: Parcel
attributes:
  Address: {type: text, max: 10, optional: true}
  Size: "enum(small, large)"
  Pieces: {type: int, min: 1, max: 9, default: "1"}
  Items:
    key: Line
    optional: true
    of: {Line: int, Weight: {type: "decimal(5,2)", default: "decimal('1')"}, Note: {type: text, optional: true}}
commands:
  SendParcelCommand: {input: [Address, Size, Pieces, Items], raises: ParcelSentEvent}
  MarkParcelCommand: {input: [Address], raises: ParcelMarkedEvent}
projections: {Parcels: {columns: [Address, Size, Pieces]}}
queries: {GetParcels: {from: Parcels, filter: [Size]}}
`

// clients are what is sent to the parcels of old.
var clients = []string{
	`{"SendParcelCommand": {"Size": "small"}}`,
	`{"SendParcelCommand": {"Size": "large", "Address": "Main 10000", "Pieces": 9}}`,
	`{"SendParcelCommand": {"Size": "large", "Address": null, "Items": [{}, {"Line": 2, "Weight": "2.5", "Note": "top"}]}}`,
	`{"MarkParcelCommand": {"ParcelId": "0b81b458-7671-4e9b-844b-9934255f5406"}}`,
	`{"MarkParcelCommand": {"ParcelId": "0b81b458-7671-4e9b-844b-9934255f5406", "Address": "Main 1"}}`,
}

// TestTheDiffFlagsWhatTheDescriptionRefuses holds the diff, which compares releases, against
// the descriptions of the two: a change of commands is flagged exactly when something that
// fitted the older one does not fit the newer.
func TestTheDiffFlagsWhatTheDescriptionRefuses(t *testing.T) {
	t.Parallel()
	before := parcelsWith(t)
	for name, test := range map[string]struct {
		edits  []string
		breaks bool
	}{
		"nothing":              {nil, false},
		"a command less":       {[]string{"MarkParcelCommand", "LabelParcelCommand"}, true},
		"an input less":        {[]string{"[Address, Size, Pieces, Items]", "[Size, Pieces, Items]"}, true},
		"an optional input":    {[]string{"[Address, Size, Pieces, Items]", "{Address: ~, Size: ~, Pieces: ~, Items: ~, Why: {type: text, optional: true}}"}, false},
		"a mandatory input":    {[]string{"[Address, Size, Pieces, Items]", "{Address: ~, Size: ~, Pieces: ~, Items: ~, Why: text}"}, true},
		"an input by default":  {[]string{"[Address, Size, Pieces, Items]", "{Address: ~, Size: ~, Pieces: ~, Items: ~, Why: {type: text, default: \"'-'\"}}"}, false},
		"no default any more":  {[]string{", default: \"1\"", ""}, true},
		"a shorter text":       {[]string{"max: 10", "max: 9"}, true},
		"a longer text":        {[]string{"max: 10", "max: 11"}, false},
		"a smaller number":     {[]string{"max: 9", "max: 8"}, true},
		"a value less":         {[]string{"enum(small, large)", "enum(small)"}, true},
		"a value more":         {[]string{"enum(small, large)", "enum(small, large, huge)"}, false},
		"a field less":         {[]string{", Note: {type: text, optional: true}", ""}, true},
		"a field by default":   {[]string{"Line: int,", "Line: int, Colour: {type: text, default: \"'-'\"},"}, false},
		"a field no more by":   {[]string{", default: \"decimal('1')\"", ""}, true},
		"a pattern":            {[]string{"max: 10", "pattern: \"[0-9]+\", max: 10"}, true},
		"another kind":         {[]string{"{type: int, min: 1, max: 9, default: \"1\"}", "{type: bool, default: \"true\"}"}, true},
		"an int with decimals": {[]string{"{type: int, min: 1, max: 9, default: \"1\"}", "{type: \"decimal(9,2)\", default: \"decimal('1')\"}"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			after := parcelsWith(t, test.edits...)
			flagged := false
			for _, c := range diff.Compare(before, after).Changes {
				flagged = flagged || c.Part == "command" && c.BreaksAPI
			}
			if refused := refusedBy(t, after); flagged != test.breaks || refused != test.breaks {
				t.Errorf("flagged %v, refused %v, want %v", flagged, refused, test.breaks)
			}
		})
	}
}

func parcelsWith(t *testing.T, edits ...string) *model.IR {
	t.Helper()
	text := strings.NewReplacer(edits...).Replace(parcels)
	if len(edits) > 0 && text == parcels {
		t.Fatalf("nothing to edit: %v", edits)
	}
	result, err := compile.Compile(fstest.MapFS{"logistics/Parcel.yaml": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	return result.IR
}

// refusedBy reports whether one of the clients no longer fits the description.
func refusedBy(t *testing.T, ir *model.IR) bool {
	t.Helper()
	text, err := json.Marshal(describe(ir, strings.Repeat("0", 64)))
	if err != nil {
		t.Fatal(err)
	}
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	commands := document.Paths.Value("/v1/commands").Post.RequestBody.Value.Content.Get("application/json").Schema.Value
	for _, body := range clients {
		var value any
		if err := json.Unmarshal([]byte(body), &value); err != nil {
			t.Fatal(err)
		}
		if document.ValidateSchemaJSON(commands, value, openapi3.EnableJSONSchema2020()) != nil {
			return true
		}
	}
	return false
}
