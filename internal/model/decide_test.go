package model_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
)

func number(text string) decimal.Decimal { return decimal.RequireFromString(text) }

func ids(pairs ...string) string {
	fields := []string{fmt.Sprintf(`"OrderId": %q`, orderID)}
	return "{" + strings.Join(append(fields, pairs...), ", ") + "}"
}

func TestDecideCreates(t *testing.T) {
	t.Parallel()
	out, err := when(t, shop(t), "PlaceOrderCommand", ids(`"Reference": "A"`, `"Rush": null`, `"Lines": [`+line+`]`), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	e := out.Events[0]
	want := `{"Reference":"A","Lines":[{"LineId":1,"Quantity":"2","UnitPrice":{"amount":"10.50","currency":"EUR"},"Discount":"0"}],"Rush":null}`
	if e.Name != "OrderPlacedEvent" || e.Version != 1 || string(e.Payload) != want {
		t.Errorf("event %s %d %s\nwant %s", e.Name, e.Version, e.Payload, want)
	}
	if *e.Number != (model.NumberClaim{Attribute: "OrderNumber", Series: "SO-2026-", Width: 5}) {
		t.Errorf("number %+v", e.Number)
	}
	if len(out.Events) != 1 || out.Limits != nil || out.Uniques != nil {
		t.Errorf("outcome %+v", out)
	}
}

func TestStreamIDIsDerivedFromTheCommand(t *testing.T) {
	t.Parallel()
	c := shop(t).Command("PlaceOrderCommand")
	in, err := c.Parse(json.RawMessage(`{"Lines": [` + line + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	if a, b := c.StreamID(in, commandID), c.StreamID(in, commandID); a != b || a.Version() != 5 {
		t.Errorf("%s, %s", a, b)
	}
	if c.StreamID(in, commandID) == c.StreamID(in, uuid.New()) {
		t.Error("two commands got one stream")
	}
}

func TestDecideRejects(t *testing.T) {
	t.Parallel()
	r := shop(t)
	placed := given(t, r, "Order", "OrderPlacedEvent", `{"Lines": [`+stored+`]}`)
	confirmed := given(t, r, "Order", "OrderPlacedEvent", `{"Lines": [`+stored+`]}`, "OrderConfirmedEvent", `{}`)
	customer := given(t, r, "Customer", "CustomerRegisteredEvent", `{"Name": "X"}`)
	rows := func(s string) string { return `"Lines": [` + s + `]` }
	tests := []struct {
		name, command, body string
		own                 *model.State
		kind                fault.Kind
		path, rule, message string
	}{
		{"exists", "PlaceOrderCommand", ids(rows(line)), placed, fault.Rejected, "OrderId", "exists", "exists already"},
		{"not there", "CancelOrderCommand", ids(), nil, fault.NotFound, "", "", "There is no Order 7c9e6679"},
		{"other type", "CancelOrderCommand", ids(), customer, fault.NotFound, "", "", "is of type Customer, not Order"},
		{"life cycle", "ChangeOrderCommand", ids(`"Reference": "B"`), confirmed, fault.Rejected, "OrderId", "lifecycle", "needs the Order to be placed; it is confirmed"},
		{"role", "ConfirmOrderCommand", ids(), placed, fault.Forbidden, "", "", "takes the role sales or controller"},
		{"rule", "PlaceOrderCommand", ids(rows(line), `"Reference": "forbidden"`), nil, fault.Rejected, "Reference", "require", "not allowed"},
		{"rule after", "PlaceOrderCommand", ids(rows(`{"LineId": 1, "Quantity": 1, "UnitPrice": 0}`)), nil, fault.Rejected, "", "require", "worth something"},
		{"rule before", "ChangeOrderCommand", ids(rows(`{"LineId": 1, "Quantity": 100, "UnitPrice": 10}`)), placed, fault.Rejected, "", "require", "cannot grow"},
		{"currencies", "PlaceOrderCommand", ids(rows(line + `, {"LineId": 2, "Quantity": 1, "UnitPrice": "1 USD"}`)), nil, fault.Rejected, "", "require", "EUR and USD cannot be mixed"},
		{"ref", "PlaceOrderCommand", ids(rows(line), fmt.Sprintf(`"CustomerId": %q`, customerID)), nil, fault.Rejected, "CustomerId", "ref", "There is no Customer 0b81b458"},
		{"row ref", "PlaceOrderCommand", ids(rows(fmt.Sprintf(`{"LineId": 1, "Quantity": 1, "UnitPrice": 1, "ProductId": %q}`, productID))), nil, fault.Rejected, "Lines[0].ProductId", "ref", "There is no Product"},
		{"nothing", "ChangeOrderCommand", ids(), placed, fault.Rejected, "", "unchanged", "changes nothing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := when(t, r, test.command, test.body, test.own, nil)
			var failed *fault.Error
			if !errors.As(err, &failed) || failed.Kind != test.kind || !strings.Contains(err.Error(), test.message) {
				t.Fatalf("got %v, want %v, %q", err, test.kind, test.message)
			}
			if test.rule == "" {
				return
			}
			if d := failed.Details[0]; len(failed.Details) != 1 || d.Path != test.path || d.Rule != test.rule || d.Origin == "" {
				t.Errorf("details %+v", failed.Details)
			}
		})
	}
}

func TestDecideReportsAllRules(t *testing.T) {
	t.Parallel()
	_, err := when(t, shop(t), "PlaceOrderCommand", ids(`"Reference": "forbidden"`, `"Lines": [{"LineId": 1, "Quantity": 1, "UnitPrice": 0}]`), nil, nil)
	var failed *fault.Error
	if !errors.As(err, &failed) || len(failed.Details) != 2 || failed.Details[0].Origin != "Order.yaml:21" || failed.Details[1].Origin != "Order.yaml:22" {
		t.Errorf("got %+v", failed)
	}
}

func TestDecideRaisesWhatChanged(t *testing.T) {
	t.Parallel()
	r := shop(t)
	own := given(t, r, "Order", "OrderPlacedEvent", `{"Reference": "A", "Lines": [`+stored+`]}`)
	tests := []struct{ body, want string }{
		{ids(`"Reference": "B"`), `ReferenceChangedEvent{"Reference":"B"} `},
		{ids(`"Reference": null`), `ReferenceChangedEvent{"Reference":null} `},
		{ids(`"Reference": "A"`, `"Lines": [{"LineId": 9, "Quantity": 1, "UnitPrice": 1}]`),
			`LinesChangedEvent{"Lines":[{"LineId":9,"Quantity":"1","UnitPrice":{"amount":"1.00","currency":"EUR"},"Discount":"0"}]} `},
	}
	for _, test := range tests {
		out, err := when(t, r, "ChangeOrderCommand", test.body, own, nil)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, e := range out.Events {
			got += e.Name + string(e.Payload) + " "
		}
		if got != test.want {
			t.Errorf("%s raised %s, want %s", test.body, got, test.want)
		}
	}
}

func TestDecideLimits(t *testing.T) {
	t.Parallel()
	r := shop(t)
	placed := given(t, r, "Order", "OrderPlacedEvent", fmt.Sprintf(`{"CustomerId": %q, "Lines": [%s]}`, customerID, stored))
	confirmed, err := r.Stream("Order").Apply(placed, "OrderConfirmedEvent", 2, json.RawMessage(`{"Total": "21"}`))
	if err != nil {
		t.Fatal(err)
	}
	limited := func(limit string) map[uuid.UUID]*model.State {
		return map[uuid.UUID]*model.State{customerID: given(t, r, "Customer", "CustomerRegisteredEvent", `{"Name": "X", "SpendingLimit": `+limit+`}`)}
	}
	tests := []struct {
		name, command string
		own           *model.State
		limit         string
		roles         []string
		delta, max    string
	}{
		{"reserve", "ConfirmOrderCommand", placed, `"100"`, []string{"sales"}, "21", "100"},
		{"every role overrides nothing", "ConfirmOrderCommand", placed, `"100"`, []string{"*"}, "21", "100"},
		{"unlimited", "ConfirmOrderCommand", placed, `null`, []string{"sales"}, "21", ""},
		{"override", "ConfirmOrderCommand", placed, `"100"`, []string{"controller"}, "21", ""},
		{"give back", "CancelOrderCommand", confirmed, `"1"`, nil, "-21", ""},
	}
	for _, test := range tests {
		out, err := when(t, r, test.command, ids(), test.own, limited(test.limit), test.roles...)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		want := model.LimitChange{Guard: "Customer.Credit", Key: customerID.String(), Delta: test.delta, Max: test.max, Origin: "Order.yaml:30"}
		if len(out.Limits) != 1 || out.Limits[0] != want {
			t.Errorf("%s: %+v, want %+v", test.name, out.Limits, want)
		}
	}
	if out, err := when(t, r, "CancelOrderCommand", ids(), placed, limited(`"1"`)); err != nil || len(out.Limits) != 0 {
		t.Errorf("cancelling what was not confirmed gives nothing back: %+v, %v", out, err)
	}
	if _, err := when(t, r, "ConfirmOrderCommand", ids(), placed, limited(`"100 USD"`), "sales"); !fault.Is(err, fault.Rejected) || !strings.Contains(err.Error(), "USD and EUR cannot be mixed") {
		t.Errorf("a limit in another currency: %v", err)
	}
	if _, err := when(t, r, "ConfirmOrderCommand", ids(), placed, nil, "sales"); !fault.Is(err, fault.Rejected) {
		t.Errorf("the limiting stream is gone: %v", err)
	}
}

func TestDecideComputesEventAttributes(t *testing.T) {
	t.Parallel()
	r := shop(t)
	own := given(t, r, "Order", "OrderPlacedEvent", `{"Lines": [{"LineId": 1, "Quantity": "0.333", "UnitPrice": "1.01", "Discount": "0"}]}`)
	out, err := when(t, r, "ConfirmOrderCommand", ids(), own, nil, "sales")
	if err != nil {
		t.Fatal(err)
	}
	if got := string(out.Events[0].Payload); got != `{"Total":{"amount":"0.34","currency":"EUR"}}` || out.Events[0].Version != 2 {
		t.Errorf("got %s", got)
	}
}

func TestDecideUniques(t *testing.T) {
	t.Parallel()
	r := shop(t)
	id := fmt.Sprintf(`"CustomerId": %q`, customerID)
	own := given(t, r, "Customer", "CustomerRegisteredEvent", `{"Name": "X", "VatNumber": "NL1B "}`)
	tests := []struct {
		command, body string
		own           *model.State
		want          []model.UniqueClaim
	}{
		{"RegisterCustomerCommand", `{"Name": "X", "VatNumber": "NL1 Ab"}`, nil, []model.UniqueClaim{{Take: "nl1 ab"}}},
		{"RegisterCustomerCommand", `{"Name": "X"}`, nil, nil},
		{"ChangeVatCommand", `{` + id + `, "VatNumber": "NL2"}`, own, []model.UniqueClaim{{Take: "nl2", Release: "nl1b"}}},
		{"ChangeVatCommand", `{` + id + `, "VatNumber": "NL1b"}`, own, nil},
		{"ChangeVatCommand", `{` + id + `, "VatNumber": null}`, own, []model.UniqueClaim{{Release: "nl1b"}}},
	}
	for _, test := range tests {
		out, err := when(t, r, test.command, test.body, test.own, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range test.want {
			test.want[i].Guard, test.want[i].Path, test.want[i].Origin = "Customer.VatNumber", "VatNumber", "Customer.yaml:9"
		}
		if fmt.Sprint(out.Uniques) != fmt.Sprint(test.want) {
			t.Errorf("%s: %+v, want %+v", test.body, out.Uniques, test.want)
		}
	}
}

func TestNeeds(t *testing.T) {
	t.Parallel()
	r := shop(t)
	c := r.Command("PlaceOrderCommand")
	row := fmt.Sprintf(`{"LineId": 1, "Quantity": 1, "UnitPrice": 1, "ProductId": %q}`, productID)
	in, err := c.Parse(json.RawMessage(ids(fmt.Sprintf(`"CustomerId": %q`, customerID), `"Lines": [`+row+`,`+strings.Replace(row, `: 1`, `: 2`, 1)+`]`)))
	if err != nil {
		t.Fatal(err)
	}
	needs, err := c.Needs(in, nil)
	want := []model.Need{{Type: []string{"Customer"}, ID: customerID, Path: "CustomerId"}, {Type: []string{"Product"}, ID: productID, Path: "Lines[0].ProductId"}}
	if err != nil || fmt.Sprint(needs) != fmt.Sprint(want) {
		t.Errorf("needs %+v, %v; want %+v", needs, err, want)
	}
	own := given(t, r, "Order", "OrderPlacedEvent", fmt.Sprintf(`{"CustomerId": %q}`, customerID))
	confirm := r.Command("ConfirmOrderCommand")
	in, err = confirm.Parse(json.RawMessage(ids()))
	if err != nil {
		t.Fatal(err)
	}
	needs, err = confirm.Needs(in, own)
	want = []model.Need{{Type: []string{"Customer"}, ID: customerID, Exact: true}}
	if err != nil || fmt.Sprint(needs) != fmt.Sprint(want) {
		t.Errorf("needs %+v, %v; want %+v", needs, err, want)
	}
}
