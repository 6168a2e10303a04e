package model_test

import (
	"slices"
	"testing"

	"github.com/polderhq/polder/internal/model"
)

func TestARowIsReadWithItsElement(t *testing.T) {
	t.Parallel()
	scopes, err := model.NewScopes(&model.IR{})
	if err != nil {
		t.Fatal(err)
	}
	number := model.Type{Kind: model.Int}
	feeder := &model.Projection{Name: "Orders", Columns: []model.Column{
		{Name: "Number", Type: number, Expr: "Number"}, {Name: "Discount", Type: number, Expr: "Discount"},
		{Name: "Copied", Type: number, Copy: &model.Hop{}}, {Name: "Joined", Type: number, Join: []model.Hop{{}}},
	}}
	env, err := scopes.Row(feeder, "OrderId", []model.Attribute{of("LineNo", number, false), of("Discount", number, false)})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := env.Names(), []string{"OrderId", "Number", "Copied", "LineNo"}; !slices.Equal(got, want) {
		t.Errorf("the names are %v, expected %v", got, want)
	}
}

func TestAKeyHasAName(t *testing.T) {
	t.Parallel()
	ir := &model.IR{Streams: []model.Stream{{Name: "Order", ID: "OrderId"}}}
	if got := ir.KeyName(&model.Projection{From: "Order"}); got != "OrderId" {
		t.Errorf("a row of a stream shows its key as %q", got)
	}
	if got := ir.KeyName(&model.Projection{From: "Order", Key: "Key"}); got != "Key" {
		t.Errorf("a row with a key of its own shows it as %q", got)
	}
}
