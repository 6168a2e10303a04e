package models_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/model/example"
	"github.com/polderhq/polder/models"
)

func TestERPCompilesAndLoads(t *testing.T) {
	t.Parallel()
	result, err := compile.Compile(models.ERP())
	if err != nil {
		t.Fatal(err)
	}
	release, err := model.Load(result.Canonical)
	if err != nil {
		t.Fatal(err)
	}
	if release.Digest() != result.Digest {
		t.Errorf("digest %s, the release says %s", result.Digest, release.Digest())
	}
}

func TestERPExamplesHold(t *testing.T) {
	t.Parallel()
	result, err := compile.Compile(models.ERP())
	if err != nil {
		t.Fatal(err)
	}
	release, err := model.Load(result.Canonical)
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Examples) < 30 {
		t.Errorf("only %d examples", len(result.Examples))
	}
	for _, failure := range example.Run(release, result.Examples) {
		t.Error(failure)
	}
}

// The talk's two bodies, as they stand on its slides.
func TestTheTalksBodies(t *testing.T) {
	t.Parallel()
	result, err := compile.Compile(models.ERP())
	if err != nil {
		t.Fatal(err)
	}
	release, err := model.Load(result.Canonical)
	if err != nil {
		t.Fatal(err)
	}
	place := release.Command("PlaceOrderCommand")
	in, err := place.Parse([]byte(`{"OrderId": "0b81b458-7671-4e9b-844b-9934255f5406", "CustomerName": "Linus Torvalds",
		"OrderLines": [{"ProductName": "Penguin", "Quantity": 2, "UnitPrice": 12.50}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := place.StreamID(in, uuid.New()).String(); got != "0b81b458-7671-4e9b-844b-9934255f5406" {
		t.Errorf("the order's stream is %s", got)
	}
	if got := release.Query("GetOrders"); got == nil || !slices.Contains(got.Filter, "CustomerName") {
		t.Errorf("GetOrders does not filter by CustomerName: %+v", got)
	}
}

// Who opens a form or a page of the documentation finds a sentence, and every command is
// shown at work.
func TestERPIsExplained(t *testing.T) {
	t.Parallel()
	result, err := compile.Compile(models.ERP())
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]bool{}
	for _, e := range result.Examples {
		shown[e.When.Command] = true
		for _, step := range e.Given {
			shown[step.Command] = true
		}
	}
	for _, s := range result.IR.Streams {
		for _, c := range s.Commands {
			if c.Help == "" {
				t.Errorf("%s: %s has no help", c.Origin, c.Name)
			}
			if !shown[c.Name] {
				t.Errorf("%s: no example gives %s", c.Origin, c.Name)
			}
		}
	}
}
