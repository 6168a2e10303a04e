package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/prometheus/client_golang/prometheus"

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

// dropping is a library whose releases are dropped by the test.
type dropping struct{ forget func(func(string) bool) }

func (*dropping) Get(context.Context, string) (*model.Release, error) { return nil, nil }
func (d *dropping) OnDrop(forget func(func(string) bool))             { d.forget = forget }

func TestDescriptionsGoWithTheirRelease(t *testing.T) {
	t.Parallel()
	releases := &dropping{}
	s := New(Config{Releases: releases, Registry: prometheus.NewRegistry()})
	release := erp(t)
	for range 2 {
		if _, err := s.documents.of(release); err != nil || len(s.documents.byDigest) != 1 {
			t.Errorf("%d descriptions are kept, %v", len(s.documents.byDigest), err)
		}
		releases.forget(func(digest string) bool { return digest == release.Digest() })
	}
	if releases.forget(func(string) bool { return false }); len(s.documents.byDigest) > 0 {
		t.Error("the description of a release that was dropped is kept")
	}
}
