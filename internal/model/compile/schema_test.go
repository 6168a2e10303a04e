package compile_test

import (
	"bytes"
	"io/fs"
	"path"
	"strings"
	"testing"

	yaml "github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/models"
)

func TestSchemaIsTheOneInTheDocs(t *testing.T) {
	t.Parallel()
	golden(t, "../../../docs/schema/model.schema.json", string(compile.JSONSchema()))
}

// schemaURL is absolute: a bare name would be looked up in the working directory, whose
// path may hold a space.
const schemaURL = "https://polder.example/model.schema.json"

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(compile.JSONSchema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(schemaURL, document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile(schemaURL)
	if err != nil {
		t.Fatal(err)
	}
	return compiled
}

func decoded(t *testing.T, text []byte) any {
	t.Helper()
	var value any
	if err := yaml.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestTheERPFitsTheSchema(t *testing.T) {
	t.Parallel()
	schema := schema(t)
	err := fs.WalkDir(models.ERP(), ".", func(name string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(name) != ".yaml" {
			return err
		}
		text, err := fs.ReadFile(models.ERP(), name)
		if err != nil {
			return err
		}
		if err := schema.Validate(decoded(t, text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	schema := schema(t)
	for name, text := range map[string]string{
		"unknown key":      "entity: Person\nattribute: {Name: text}",
		"no stereotype":    "attributes: {Name: text}",
		"two stereotypes":  "entity: Person\nrole: Customer",
		"wrong kind":       "entity: Person\nattributes: [Name]",
		"missing key":      "entity: Person\ncommands: {RegisterPersonCommand: {require: [{that: \"true\"}]}}",
		"unknown key deep": "entity: Person\nattributes: {Lines: {key: No, of: {No: {type: int, maximum: 3}}}}",
		"model":            "currency: EUR",
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			if schema.Validate(decoded(t, []byte(text))) == nil {
				t.Error("fits the schema")
			}
		})
	}
}
