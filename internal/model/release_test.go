package model_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/polderhq/polder/internal/model"
)

func TestLoadIsStrict(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*model.IR)
		want   string
	}{
		{"format", func(ir *model.IR) { ir.Format = 3 }, "needs a binary that runs format 3; this one runs formats 1 to 2"},
		{"kind", func(ir *model.IR) { ir.Streams[0].Attributes[0].Type.Kind = "float" }, `unknown kind "float"`},
		{"value", func(ir *model.IR) { ir.Values = nil }, `no value "Address"`},
		{"recursive value", func(ir *model.IR) {
			ir.Values[0].Attributes = append(ir.Values[0].Attributes, of("In", model.Type{Kind: model.Object, Value: "Address"}, true))
		}, `"Address" holds itself`},
		{"pattern", func(ir *model.IR) { ir.Streams[0].Attributes[1].Type.Pattern = "(" }, "missing closing )"},
		{"limit", func(ir *model.IR) { ir.Streams[0].Attributes[2].Type.Min = "ten" }, `limit "ten"`},
		{"text max", func(ir *model.IR) { ir.Streams[0].Attributes[0].Type.Max = "ten" }, `max "ten" is not a number of characters`},
		{"rows", func(ir *model.IR) { ir.Streams[1].Attributes[2].Type.Min = "x" }, "not a number of rows"},
		{"key", func(ir *model.IR) { ir.Streams[1].Attributes[2].Type.Key = "Nope" }, `key "Nope"`},
		{"enum", func(ir *model.IR) { ir.Streams[1].Attributes[5].Type.Enum = nil }, "an enum without values"},
		{"default", func(ir *model.IR) { ir.Streams[1].Attributes[0].Default = "1 +" }, "shop.yaml:2: CustomerId: default: 1:4"},
		{"default type", func(ir *model.IR) { ir.Streams[1].Attributes[0].Default = "1" }, "it is int, not text"},
		{"compute", func(ir *model.IR) { ir.Streams[1].Computes[0].Expr = "Lines.sum(l, l.Nope)" }, `Order.yaml:11: in "Lines.sum(l, l.Nope)": 1:15: there is no field "Nope"`},
		{"compute type", func(ir *model.IR) { ir.Streams[1].Computes[0].Expr = "size(Lines)" }, "Net is money, but its expression is int"},
		{"compute order", func(ir *model.IR) { ir.Streams[1].Computes[0].Expr = "Big ? money('1') : money('2')" }, "Net needs Big, which is not computed before it"},
		{"compute itself", func(ir *model.IR) { ir.Streams[1].Computes[0].Expr = "Net + Net" }, "Net needs Net"},
		{"rule", func(ir *model.IR) { ir.Streams[1].Commands[0].Require[0].That = "Reference" }, `"Reference" is text, not bool`},
		{"raise", func(ir *model.IR) { ir.Streams[1].Commands[0].Raises[0].Event = "X" }, "no event X"},
		{"when", func(ir *model.IR) { ir.Streams[1].Commands[1].Raises[0].When = "1" }, "is int, not bool"},
		{"with", func(ir *model.IR) { ir.Streams[1].Commands[2].Raises[0].With["Total"] = "1" }, `Total is money, but "1" is int`},
		{"with nothing", func(ir *model.IR) { ir.Streams[1].Commands[2].Raises[0].With["Nope"] = "1" }, "has no attribute for one of its expressions"},
		{"series", func(ir *model.IR) { ir.Streams[1].Number.Series = "SO-{dd}-{##}" }, "has {dd}; known are"},
		{"series end", func(ir *model.IR) { ir.Streams[1].Number.Series = "{##}-SO" }, "has to end in its digits"},
		{"max", func(ir *model.IR) { ir.Streams[0].Limits[0].Max = "Nope" }, `no "Nope" here`},
		{"via", func(ir *model.IR) { ir.Streams[1].Events[3].Claims[0].Via = "Reference" }, "is no ref of Order"},
		{"claim", func(ir *model.IR) { ir.Streams[1].Events[3].Claims[0].Limit = "Customer.X" }, `no limit "Customer.X"`},
		{"delta", func(ir *model.IR) { ir.Streams[1].Events[3].Claims[0].Delta = "Nett" }, `did you mean "Net"?`},
		{"two streams", func(ir *model.IR) { ir.Streams = append(ir.Streams, ir.Streams[0]) }, "two streams Customer"},
		{"two commands", func(ir *model.IR) {
			ir.Streams[1].Commands = append(ir.Streams[1].Commands, ir.Streams[1].Commands[0])
		}, "two commands PlaceOrderCommand"},
		{"from", func(ir *model.IR) { ir.Projections[0].From = "Nope" }, "it is from Nope, which there is not"},
		{"column", func(ir *model.IR) { ir.Projections[0].Columns[0].Expr = "Nope" }, `no "Nope" here`},
		{"column type", func(ir *model.IR) { ir.Projections[0].Columns[0].Expr = "Net" }, "OrderNumber is text, but its expression is money"},
		{"event", func(ir *model.IR) { ir.Projections[0].Events[0] = "Nope" }, "Order has no event Nope"},
		{"query", func(ir *model.IR) { ir.Queries[0].From = "Nope" }, "GetOrders asks the projection Nope"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ir := shopIR()
			test.change(ir)
			text, err := model.Canonical(ir)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := model.Load(text); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

func TestLoadRefusesWhatIsNoIR(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{`: "not an IR", `{"format": 1, "name": "x", "plugins": []}`: `unknown field "plugins"`, `[]`: "not an IR", `{}`: "IR format 0",
	} {
		if _, err := model.Load([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestDigestIsOfWhatTheModelSays(t *testing.T) {
	t.Parallel()
	r := shop(t)
	var loose map[string]any
	text, err := model.Canonical(shopIR())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &loose); err != nil {
		t.Fatal(err)
	}
	spaced, err := json.MarshalIndent(loose, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	again, err := model.Load(spaced)
	if err != nil || again.Digest() != r.Digest() || len(r.Digest()) != 64 {
		t.Errorf("%v: %s, %s", err, r.Digest(), again.Digest())
	}
	other := shopIR()
	other.Streams[0].Commands[0].Label = "<b>"
	if load(t, other).Digest() == r.Digest() {
		t.Error("another model has the same digest")
	}
}

func TestReleaseKnowsItsParts(t *testing.T) {
	t.Parallel()
	r := shop(t)
	if r.Command("PlaceOrderCommand").Stream.Name != "Order" || r.Command("X") != nil {
		t.Error("commands")
	}
	if r.Query("GetOrders").Page != 50 || r.Query("X") != nil || r.Projection("X") != nil || r.Stream("X") != nil {
		t.Error("queries, projections, streams")
	}
	if len(r.Projections()) != 1 || r.IR().Name != "shop" {
		t.Error("projections")
	}
}

func TestReleaseServesManyAtOnce(t *testing.T) {
	t.Parallel()
	r := shop(t)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				out, err := when(t, r, "PlaceOrderCommand", `{"Lines": [`+line+`]}`, nil, nil)
				if err != nil {
					t.Error(err)
					return
				}
				fold(t, r.Projection("Orders"), nil, event{out.Events[0].Name, string(out.Events[0].Payload)})
			}
		})
	}
	all.Wait()
}

func TestSnake(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"CustomerName": "customer_name", "VATCode": "vat_code", "OrderID": "order_id", "x": "x", "Line2Total": "line2_total",
		"Orders": "orders", "Already_Snake": "already_snake", "ÉénNaam": "één_naam", "": "",
	} {
		if got := model.Snake(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}
