package change_test

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"

	yaml "github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/polderhq/polder/internal/model/change"
)

var update = flag.Bool("update", false, "write the golden files anew")

func TestSchemaIsTheOneInTheDocs(t *testing.T) {
	t.Parallel()
	const file = "../../../docs/schema/changes.schema.json"
	if *update {
		if err := os.WriteFile(file, change.JSONSchema(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, change.JSONSchema()) {
		t.Errorf("%s says otherwise; go test -update writes it anew", file)
	}
}

const schemaURL = "https://polder.example/changes.schema.json"

func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(change.JSONSchema()))
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

func TestSchemaTakesWhatTheLanguageTakes(t *testing.T) {
	t.Parallel()
	schema := schema(t)
	for text, fits := range map[string]bool{
		"- add attribute: {of: E, attribute: A}":                                        true,
		"- delete attribute: {of: E, attribute: A, type: {type: text, optional: true}}": true,
		"- split attribute: {of: E, attribute: A, type: text, into: {B: A, C: ~}}":      true,
		"- add attribute: {of: E}":                                                      false,
		"- append attribute: {of: E, attribute: A}":                                     false,
		"- {}":                                 false,
		"add attribute: {of: E, attribute: A}": false,
	} {
		var value any
		if err := yaml.Unmarshal([]byte(text), &value); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(value); (err == nil) != fits {
			t.Errorf("%s: fits the schema: %v, expected %v\n%v", strings.TrimSpace(text), err == nil, fits, err)
		}
	}
}
