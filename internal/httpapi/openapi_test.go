package httpapi

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/models"
)

func erp(t testing.TB) *model.Release {
	t.Helper()
	compiled, err := compile.Compile(models.ERP())
	if err != nil {
		t.Fatal(err)
	}
	release, err := model.Load(compiled.Canonical)
	if err != nil {
		t.Fatal(err)
	}
	return release
}

func TestOpenAPIOfTheERPIsValid(t *testing.T) {
	t.Parallel()
	release := erp(t)
	text, err := newDocuments().of(release)
	if err != nil {
		t.Fatal(err)
	}
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	// Examples are validated with it: each fits exactly one command.
	if err := document.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again, _ := newDocuments().of(release); !bytes.Equal(text, again) {
		t.Error("the same release is described in two ways")
	}
}

func TestOpenAPIRefusesWhatTheAPIRefuses(t *testing.T) {
	t.Parallel()
	text, _ := newDocuments().of(erp(t))
	document, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		t.Fatal(err)
	}
	commands := document.Paths.Value("/v1/commands").Post.RequestBody.Value.Content.Get("application/json").Schema.Value
	for body, fits := range map[string]bool{
		`{"PlaceOrderCommand": {"CustomerName": "Linus Torvalds", "OrderLines": [{"ProductName": "Chai", "UnitPrice": "18.00"}]}}`:               true,
		`{"PlaceOrderCommand": {"CustomerName": "Linus Torvalds", "OrderLines": [{"ProductName": "Chai", "UnitPrice": 18, "Quantity": "2.5"}]}}`: true,
		`{"PlaceOrderCommand": {"CustomerName": "Linus Torvalds"}}`:                                                                              false,
		`{"PlaceOrderCommand": {"Colour": "red", "OrderLines": [{"ProductName": "Chai", "UnitPrice": "18.00"}]}}`:                                false,
		`{"FlyToTheMoonCommand": {}}`: false,
		`{}`:                          false,
	} {
		var value any
		if err := json.Unmarshal([]byte(body), &value); err != nil {
			t.Fatal(err)
		}
		if err := document.ValidateSchemaJSON(commands, value, openapi3.EnableJSONSchema2020()); (err == nil) != fits {
			t.Errorf("%s: fits = %v, want %v (%v)", body, err == nil, fits, err)
		}
	}
}

// TestExamplesParse holds each example of a command against the release itself.
func TestExamplesParse(t *testing.T) {
	t.Parallel()
	release := erp(t)
	d := &describer{ir: release.IR(), schemas: document{}}
	for _, stream := range release.IR().Streams {
		for _, command := range stream.Commands {
			body, err := json.Marshal(d.commandExample(&stream, &command))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := release.Command(command.Name).Parse(body); err != nil {
				t.Errorf("%s %s: %v", command.Name, body, err)
			}
		}
	}
}
