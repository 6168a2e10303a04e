package model_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/model"
)

// changes writes what differs, one change in a line.
func changes(before, after *model.State) string {
	var b strings.Builder
	for _, c := range model.Difference(before, after) {
		show := func(text json.RawMessage) string {
			if text == nil {
				return "-"
			}
			return string(text)
		}
		b.WriteString(c.Path + ": " + show(c.Before) + " -> " + show(c.After) + "\n")
	}
	return b.String()
}

func TestWhatDiffersBetweenTwoStates(t *testing.T) {
	t.Parallel()
	r := shop(t)
	placed := given(t, r, "Order", "OrderPlacedEvent", `{"Reference": "A", "ShipTo": {"City": "Delft"}, "Lines": [
		{"LineId": 1, "Quantity": "2", "UnitPrice": {"amount": "3.50", "currency": "EUR"}},
		{"LineId": 2, "Quantity": "1", "UnitPrice": {"amount": "14", "currency": "EUR"}}]}`)
	changed := given(t, r, "Order", "OrderPlacedEvent", `{"Reference": null, "ShipTo": {"City": "Delft", "Street": "Markt"}, "Lines": [
		{"LineId": 3, "Quantity": "1", "UnitPrice": {"amount": "1", "currency": "EUR"}},
		{"LineId": 1, "Quantity": "2.5", "UnitPrice": {"amount": "3.50", "currency": "EUR"}}]}`, "OrderConfirmedEvent", `{}`)
	customer := given(t, r, "Customer", "CustomerRegisteredEvent", `{"Name": "Alfreds"}`)
	for name, c := range map[string]struct {
		before, after *model.State
		want          string
	}{
		"nothing":        {placed, placed, ""},
		"neither is":     {nil, nil, ""},
		"the first":      {nil, customer, `Name: - -> "Alfreds"` + "\n"},
		"the last":       {customer, nil, `Name: "Alfreds" -> -` + "\n"},
		"another stream": {given(t, r, "Product", "ProductAddedEvent", `{"Name": "Chai"}`), customer, "Name: \"Chai\" -> -\nName: - -> \"Alfreds\"\n"},
		"rows by their keys, objects by their fields": {placed, changed, `Status: "placed" -> "confirmed"
Reference: "A" -> -
Lines[LineId=3]: - -> {"LineId":3,"Quantity":"1","UnitPrice":{"amount":"1.00","currency":"EUR"}}
Lines[LineId=1].Quantity: "2" -> "2.5"
Lines[LineId=2]: {"LineId":2,"Quantity":"1","UnitPrice":{"amount":"14.00","currency":"EUR"}} -> -
ShipTo.Street: - -> "Markt"
`},
	} {
		if got := changes(c.before, c.after); got != c.want {
			t.Errorf("%s:\n%swant\n%s", name, got, c.want)
		}
	}
}

func TestCustomValuesDifferByKey(t *testing.T) {
	t.Parallel()
	r := things(t)
	before := given(t, r, "Thing", "ThingRegisteredEvent", `{"X": {"A": 1, "B": "b", "C": true}}`)
	after := given(t, r, "Thing", "ThingRegisteredEvent", `{"X": {"B": "c", "C": true, "D": null, "E": 7}}`)
	want := "X.A: 1 -> -\nX.B: \"b\" -> \"c\"\nX.E: - -> 7\n"
	if got := changes(before, after); got != want {
		t.Errorf("%swant\n%s", got, want)
	}
}

// What is computed is there too, unless it cannot be.
func TestValuesOfAState(t *testing.T) {
	t.Parallel()
	r := shop(t)
	for payload, want := range map[string]string{
		`{"Reference": "A", "Lines": [{"LineId": 1, "Quantity": "2", "UnitPrice": {"amount": "600", "currency": "EUR"}, "Discount": "0"}]}`: `Status="placed" Reference="A" Lines=[{"LineId":1,"Quantity":"2","UnitPrice":{"amount":"600.00","currency":"EUR"},"Discount":"0"}] Net={"amount":"1200.00","currency":"EUR"} Big=true`,
		`{"Reference": "A"}`: `Status="placed" Reference="A"`,
	} {
		var parts []string
		for _, v := range given(t, r, "Order", "OrderPlacedEvent", payload).Values() {
			parts = append(parts, v.Name+"="+string(v.JSON))
		}
		if got := strings.Join(parts, " "); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}
