package change

import (
	"bytes"
	"encoding/json"

	"github.com/polderhq/polder/internal/model/compile/source"
)

//go:generate go test -run "TestSchemaIsTheOneInTheDocs" -update .

// JSONSchema returns the JSON Schema (2020-12) of the file of a set, for editors. It says
// what a file may say; whether names exist and expressions fit, only the compiler knows.
func JSONSchema() []byte {
	schema := source.NewSchema()
	list := schema.Of([]declaration{})
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(map[string]any{
		"$schema":     "https://json-schema.org/draft/2020-12/schema",
		"title":       "Polder changes",
		"description": "What a release changes about stored events: changes/<version>.yaml",
		"allOf":       []any{list},
		"$defs":       schema.Definitions(),
	})
	if err != nil {
		panic(err) // maps, lists and strings only
	}
	return out.Bytes()
}
