package model_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model"
)

func plain(name string, kind model.Kind, expr string) model.Column {
	return model.Column{Name: name, Type: model.Type{Kind: kind}, Expr: expr, Origin: "Order.yaml:70"}
}

func folded(name string, kind model.Kind, fold, expr string) model.Column {
	c := plain(name, kind, expr)
	c.Fold = fold
	return c
}

// chained declares projections over the rows of Orders, which get a column with the lines and one
// that is copied; the feeders are declared last.
func chained(ir *model.IR) {
	feeder := &ir.Projections[0]
	feeder.Columns = append(feeder.Columns,
		model.Column{Name: "Lines", Type: lines().Type, Expr: "Lines", Origin: "Order.yaml:71"},
		model.Column{Name: "Region", Type: model.Type{Kind: model.Text}, Copy: &model.Hop{Ref: "CustomerId", Helpers: []string{"CustomerLookup"}, Column: "Region"}, Origin: "Order.yaml:72"})
	all := ir.Projections[:1:1]
	ir.Projections = nil
	add := func(p model.Projection) {
		p.From, p.Events, p.Fingerprint, p.Origin = "Order", all[0].Events, strings.ToLower(p.Name), "Order.yaml:73"
		ir.Projections = append(ir.Projections, p)
	}
	add(model.Projection{Name: "ProductTotals", Of: "OrderLines", Grouped: true, Columns: []model.Column{
		plain("ProductId", model.Ref, "ProductId"), plain("Day", model.Date, "Day"),
		folded("Rows", model.Int, "count", ""), folded("Priced", model.Int, "count", "Worth"),
		folded("Worth", model.Money, "sum", "Worth"), folded("Quantity", model.Decimal, "sum", "Quantity"), folded("Lines", model.Decimal, "sum", "LineNumber"),
		folded("First", model.Date, "min", "Day"), folded("Last", model.Text, "max", "Label"), folded("Most", model.Decimal, "max", "Quantity"), folded("LeastLine", model.Int, "min", "LineNumber"),
	}})
	add(model.Projection{Name: "OrderLines", Of: "Orders", Each: "Lines", Columns: []model.Column{
		plain("ProductId", model.Ref, "ProductId"), plain("Day", model.Date, "WantedOn"), plain("Label", model.Text, "Label + ' ' + City"),
		plain("Quantity", model.Decimal, "Quantity"), plain("LineNumber", model.Int, "LineId"), plain("Worth", model.Money, "Quantity * UnitPrice"),
		plain("Order", model.Ref, "OrderId"),
	}})
	add(model.Projection{Name: "RushOrders", Of: "Orders", Where: "Rush", Columns: []model.Column{
		plain("OrderNumber", model.Text, "OrderNumber"), plain("Total", model.Money, "Total"), plain("Where", model.Text, "Region"), plain("ShipTo", model.Object, "ShipTo"), plain("PromisedAt", model.Timestamp, "PromisedAt"),
		{Name: "CustomerName", Type: model.Type{Kind: model.Text}, Copy: &model.Hop{Ref: "CustomerId", Column: "Name"}},
	}})
	ir.Projections[2].Columns[3].Type.Value = "Address"
	ir.Projections = append(ir.Projections, all...)
}

func chainedShop(t testing.TB) *model.Release {
	ir := shopIR()
	chained(ir)
	return load(t, ir)
}

func TestChainedProjectionsKnowTheirFeeders(t *testing.T) {
	t.Parallel()
	r := chainedShop(t)
	totals := r.Projection("ProductTotals")
	if totals.Feeder() != r.Projection("OrderLines") || totals.Feeder().Feeder() != r.Projection("Orders") || r.Projection("Orders").Feeder() != nil {
		t.Error("the feeders are others")
	}
	if !totals.Chained() || r.Projection("Orders").Chained() || !totals.Handles("Order", "LinesChangedEvent") || totals.Handles("Order", "OrderShippedEvent") {
		t.Error("what handles which event is wrong")
	}
	if len(r.Projections()) != 4 || r.Projections()[3].Name != "RushOrders" {
		t.Errorf("projections %v", r.Projections())
	}
}

func TestFoldLeavesCopiesAlone(t *testing.T) {
	t.Parallel()
	p := chainedShop(t).Projection("Orders")
	row := fold(t, p, nil, event{"OrderPlacedEvent", `{"Reference": "A"}`})
	if value, there := row.Values["Region"]; !there || value != nil {
		t.Errorf("a new row has Region %v, %v", value, there)
	}
	row.Values["Region"] = "north"
	for _, before := range []*model.Row{row, fromDatabase(row)} {
		if after := fold(t, p, before, event{"ReferenceChangedEvent", `{"Reference": "B"}`}); after.Values["Region"] != "north" {
			t.Errorf("Region %v", after.Values["Region"])
		}
	}
}

func TestDeriveARowPerRow(t *testing.T) {
	t.Parallel()
	r := chainedShop(t)
	feeder := fold(t, r.Projection("Orders"), nil,
		event{"OrderPlacedEvent", `{"OrderNumber": "SO-1", "Rush": true, "ShipTo": {"City": "Leusden"}, "PromisedAt": "2026-11-30T10:00:00Z"}`}, event{"OrderConfirmedEvent", `{"Total": "7.50 SEK"}`})
	feeder.Values["Region"] = "north"
	rush := r.Projection("RushOrders")
	for _, feeder := range []*model.Row{feeder, fromDatabase(feeder)} {
		rows, err := rush.Derive(feeder)
		if err != nil || len(rows) != 1 {
			t.Fatalf("rows %v, %v", rows, err)
		}
		v := rows[0].Values
		if rows[0].Key != orderID || rows[0].Hidden != nil || v["OrderNumber"] != "SO-1" || !v["Total"].(decimal.Decimal).Equal(number("7.5")) || v["TotalCurrency"] != "SEK" ||
			v["Where"] != "north" || string(v["ShipTo"].(json.RawMessage)) != `{"City":"Leusden"}` || v["CustomerName"] != nil || v["PromisedAt"] != feeder.Values["PromisedAt"] {
			t.Errorf("row %v", rows[0])
		}
	}
	for _, value := range []any{false, nil} {
		feeder.Values["Rush"] = value
		if rows, err := rush.Derive(feeder); len(rows) > 0 || err != nil {
			t.Errorf("a row that does not count gives %v, %v", rows, err)
		}
	}
	if rows, err := rush.Derive(nil); len(rows) > 0 || err != nil {
		t.Errorf("no row gives %v, %v", rows, err)
	}
}

func TestDeriveARowPerElement(t *testing.T) {
	t.Parallel()
	r := chainedShop(t)
	line := func(id, quantity, price string) string {
		return `{"LineId": ` + id + `, "ProductId": "` + productID.String() + `", "Quantity": "` + quantity + `", "UnitPrice": "` + price + `"}`
	}
	feeder := fold(t, r.Projection("Orders"), nil, event{"OrderPlacedEvent", `{"WantedOn": "2026-12-01", "ShipTo": {"City": "Leusden"}, "Lines": [` +
		strings.Join([]string{line("7", "1", "3"), line("2", "2", "10.50"), line("7", "4", "3 USD"), `{"LineId": 9}`}, ",") + `]}`})
	rows, err := r.Projection("OrderLines").Derive(fromDatabase(feeder))
	if err != nil || len(rows) != 3 {
		t.Fatalf("rows %v, %v", rows, err)
	}
	for i, want := range []struct{ key, worth, currency string }{{"7", "12", "USD"}, {"2", "21", "EUR"}, {"9", "", ""}} {
		row := rows[i]
		if row.Key != uuid.NewSHA1(orderID, []byte(want.key)) {
			t.Errorf("row %d has another key", i)
		}
		if worth, ok := row.Values["Worth"].(decimal.Decimal); ok != (want.worth != "") || ok && (!worth.Equal(number(want.worth)) || row.Values["WorthCurrency"] != want.currency) {
			t.Errorf("row %d is worth %v %v", i, row.Values["Worth"], row.Values["WorthCurrency"])
		}
		if row.Values["Order"] != orderID || row.Values["Label"] != "- placed Leusden" || row.Values["Day"] != feeder.Values["WantedOn"] {
			t.Errorf("row %d: %v", i, row.Values)
		}
	}
	feeder.Values["Lines"] = json.RawMessage(`[{`)
	if _, err := r.Projection("OrderLines").Derive(feeder); err == nil {
		t.Error("rows were derived from a broken one")
	}
	feeder.Values["Lines"] = nil
	if rows, err := r.Projection("OrderLines").Derive(feeder); len(rows) > 0 || err != nil {
		t.Errorf("without a list: %v, %v", rows, err)
	}
}

func TestChainsThatCannotBe(t *testing.T) {
	t.Parallel()
	totals, orderLines := func(ir *model.IR) *model.Projection { return &ir.Projections[0] }, func(ir *model.IR) *model.Projection { return &ir.Projections[1] }
	for want, change := range map[string]func(ir *model.IR){
		"it feeds itself":                       func(ir *model.IR) { orderLines(ir).Of = "ProductTotals" },
		"there is no projection Nothing":        func(ir *model.IR) { orderLines(ir).Of = "Nothing" },
		"is from Order":                         func(ir *model.IR) { orderLines(ir).From = "Customer" },
		"Orders has no column Nothing":          func(ir *model.IR) { orderLines(ir).Where = "Nothing" },
		"Net of Orders is money, not bool":      func(ir *model.IR) { orderLines(ir).Where = "Net" },
		"ShipTo of Orders is value, not list":   func(ir *model.IR) { orderLines(ir).Each = "ShipTo" },
		"the rows of Lines have no key":         func(ir *model.IR) { ir.Projections[3].Columns[13].Type.Key = "" },
		"there is no \"Quantity\" here":         func(ir *model.IR) { ir.Projections[3].Columns[0].Name = "Quantity" },
		"Worth is money, but its expression is": func(ir *model.IR) { orderLines(ir).Columns[5].Expr = "Label" },
		"between":                               func(ir *model.IR) { totals(ir).Of, totals(ir).Each = "Orders", "Lines" },
		"has no column \"Nothing\"":             func(ir *model.IR) { totals(ir).Columns[0].Expr = "Nothing" },
		"cannot be told apart by ShipTo": func(ir *model.IR) {
			totals(ir).Of, totals(ir).Columns = "RushOrders", []model.Column{plain("ShipTo", model.Object, "ShipTo")}
			totals(ir).Columns[0].Type.Value = "Address"
		},
		"there is no min of Worth that is money":  func(ir *model.IR) { totals(ir).Columns[4].Fold = "min" },
		"there is no sum of Label":                func(ir *model.IR) { totals(ir).Columns[8].Fold = "sum" },
		"there is no average of Worth":            func(ir *model.IR) { totals(ir).Columns[4].Fold = "average" },
		"there is no count of Worth that is text": func(ir *model.IR) { totals(ir).Columns[3].Type.Kind = model.Text },
	} {
		ir := shopIR()
		chained(ir)
		change(ir)
		text, err := model.Canonical(ir)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := model.Load(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want an error with %q, got %v", want, err)
		}
	}
}
