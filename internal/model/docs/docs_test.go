package docs_test

import (
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/model/docs"
	"github.com/polderhq/polder/models"
)

// Everything that has a name in the model is on the page, once under its heading, and tables stay tables.
func TestThePageNamesAllThatThereIs(t *testing.T) {
	t.Parallel()
	compiled, err := compile.Compile(models.ERP())
	if err != nil {
		t.Fatal(err)
	}
	ir := compiled.IR
	page := docs.Markdown(ir)
	once := func(heading string) {
		if n := strings.Count(page, "\n"+heading+"\n"); n != 1 {
			t.Errorf("%q is there %d times", heading, n)
		}
	}
	within := func(name string) {
		if !strings.Contains(page, name) {
			t.Errorf("%s is not there", name)
		}
	}
	for _, s := range ir.Streams {
		once("### " + s.Name)
		for _, c := range s.Commands {
			once("#### " + c.Name)
			for _, r := range c.Require {
				within(r.Else)
			}
		}
		for _, e := range s.Events {
			within("\n| " + e.Name + " | ")
		}
		for _, a := range s.Attributes {
			within("\n| " + a.Name + " | ")
			within(a.Help)
		}
	}
	for _, r := range ir.Projections {
		if !r.Helper {
			once("#### " + r.Name)
		}
	}
	for _, q := range ir.Queries {
		within("`" + q.Name + "` filters by")
	}
	columns := 0
	for line := range strings.Lines(page) {
		bars := strings.Count(line, "|") - strings.Count(line, `\|`)
		switch {
		case !strings.HasPrefix(line, "|"):
			columns = 0
		case columns == 0:
			columns = bars
		case bars != columns:
			t.Errorf("a row of %d cells in a table of %d: %s", bars-1, columns-1, line)
		}
	}
}

func TestTypesInWords(t *testing.T) {
	t.Parallel()
	attribute := func(of model.Type) model.Attribute { return model.Attribute{Name: "A", Type: of} }
	for want, of := range map[string]model.Type{
		"| A | text, to 60, like `a\\|b` | yes |": {Kind: model.Text, Max: "60", Pattern: "a|b"},
		"| A | decimal(12,3), from 0 | yes |":     {Kind: model.Decimal, Precision: 12, Scale: 3, Min: "0"},
		"| A | new or used | yes |":               {Kind: model.Enum, Enum: []string{"new", "used"}},
		"| A | ref(Customer, Person) | yes |":     {Kind: model.Ref, Targets: []string{"Customer", "Person"}},
		"| A | Address | yes |":                   {Kind: model.Object, Value: "Address"},
		"| A.B | int | yes |":                     {Kind: model.List, Key: "B", Of: []model.Attribute{{Name: "B", Type: model.Type{Kind: model.Int}}}},
	} {
		page := docs.Markdown(&model.IR{Name: "m", Streams: []model.Stream{{Name: "S", Module: "x", Attributes: []model.Attribute{attribute(of)}}}})
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in\n%s", want, page)
		}
	}
}
