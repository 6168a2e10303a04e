package compile

import (
	"bytes"
	"encoding/json"

	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/compile/syntax"
)

//go:generate go test -run "TestSchemaIsTheOneInTheDocs|TestTheReferenceListsEveryProblem" -update .

// JSONSchema returns the JSON Schema (2020-12) of the files of a model, for editors. It
// says what a file may say; whether names exist and expressions fit, only Compile knows.
func JSONSchema() []byte {
	schema := source.NewSchema()
	file, model := schema.Of(syntax.Type{}), schema.Of(syntax.Model{})
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(map[string]any{
		"$schema":     "https://json-schema.org/draft/2020-12/schema",
		"title":       "Polder model",
		"description": "A file of a model: model.yaml, or one type",
		"if":          map[string]any{"required": []string{"currency"}},
		"then":        model,
		"else":        file,
		"$defs":       schema.Definitions(),
	})
	if err != nil {
		panic(err) // maps, lists and strings only
	}
	return out.Bytes()
}
