package model_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model/expr"
)

const line = `{"LineId": 1, "Quantity": "2", "UnitPrice": "10.50"}`

// stored is the line as an event carries it.
const stored = `{"LineId": 1, "Quantity": "2", "UnitPrice": "10.50", "Discount": "0"}`

func TestParseTakesEveryForm(t *testing.T) {
	t.Parallel()
	in, err := shop(t).Command("PlaceOrderCommand").Parse(json.RawMessage(`{
		"OrderId": "7C9E6679-7425-40DE-944B-E07FC1F90AE7", "CustomerId": "0b81b458-7671-4e9b-844b-9934255f5406",
		"Reference": "é \"x\"\n\u20ac\ud83d\ude00\\ud800", "WantedOn": "2026-11-23", "PromisedAt": "2026-11-23T10:00:00.1234567+01:00",
		"Priority": "high", "Rush": true, "ShipTo": {"City": "Leusden"},
		"Lines": [
			{"LineId": 1, "Quantity": 2.500, "UnitPrice": 10.50},
			{"LineId": 2, "Quantity": "0.001", "UnitPrice": "3 USD", "Discount": 0.25},
			{"LineId": 3, "Quantity": 1e2, "UnitPrice": {"amount": "1.5", "currency": "SEK"}}]}`))
	if err != nil {
		t.Fatal(err)
	}
	rows := in.Get("Lines").(expr.Rows)
	checks := []struct{ got, want string }{
		{in.Get("OrderId").(string), "7c9e6679-7425-40de-944b-e07fc1f90ae7"},
		{in.Get("Reference").(string), "é \"x\"\n€😀\\ud800"},
		{in.Get("WantedOn").(expr.Date).String(), "2026-11-23"},
		{jsonText(t, in.Get("PromisedAt")), `"2026-11-23T09:00:00.123456Z"`},
		{in.Get("ShipTo").(*expr.Row).Get("City").(string), "Leusden"},
		{rows[0].Get("UnitPrice").(expr.Money).String(), "10.50 EUR"},
		{rows[1].Get("UnitPrice").(expr.Money).String(), "3.00 USD"},
		{rows[2].Get("UnitPrice").(expr.Money).String(), "1.50 SEK"},
		{jsonText(t, rows[0].Get("Quantity")), `"2.5"`},
		{jsonText(t, rows[2].Get("Quantity")), `"100"`},
		{jsonText(t, rows[0].Get("Discount")), `"0"`},
		{jsonText(t, rows[1].Get("Discount")), `"0.25"`},
	}
	for _, c := range checks {
		if c.got != c.want {
			t.Errorf("got %s, want %s", c.got, c.want)
		}
	}
	if in.Get("Nothing") != nil || rows[0].Get("ProductId") != nil {
		t.Error("what is absent is not nil")
	}
}

func jsonText(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestParseViolations(t *testing.T) {
	t.Parallel()
	place := func(more string) string { return `{"Lines": [` + line + `]` + more + `}` }
	lines := func(rows string) string { return `{"Lines": [` + rows + `]}` }
	tests := []struct{ name, body, path, rule, message string }{
		{"missing", `{}`, "Lines", "required", "Lines is required"},
		{"null", `{"Lines": null}`, "Lines", "required", "Lines is required"},
		{"unknown", place(`, "Refxrence": "x"`), "Refxrence", "unknown", "did you mean Reference?"},
		{"far off", `{"Lines": [{"LineId": 1, "Quantity": 1, "UnitPrice": 1, "Zebra": 1}]}`, "Lines[0].Zebra", "unknown", "known are LineId, "},
		{"twice", place(`, "Reference": "x", "Reference": "y"`), "Reference", "twice", "leave one"},
		{"text", place(`, "Reference": 5`), "Reference", "type", "a text in quotes"},
		{"too long", place(`, "Reference": "` + strings.Repeat("é", 21) + `"`), "Reference", "max", "longer than 20 characters"},
		{"NUL", place(`, "Reference": "a\u0000b"`), "Reference", "type", "cannot be stored"},
		{"surrogate", place(`, "Reference": "\ud800"`), "Reference", "type", "cannot be stored"},
		{"half a pair", place(`, "Reference": "x\udc00\ud83d"`), "Reference", "type", "cannot be stored"},
		{"int", lines(`{"LineId": 1.5, "Quantity": 1, "UnitPrice": 1}`), "Lines[0].LineId", "type", "whole number"},
		{"int range", lines(`{"LineId": 9223372036854775808, "Quantity": 1, "UnitPrice": 1}`), "Lines[0].LineId", "type", "whole number"},
		{"decimal", lines(`{"LineId": 1, "Quantity": "1,5", "UnitPrice": 1}`), "Lines[0].Quantity", "type", "decimal number"},
		{"decimal bool", lines(`{"LineId": 1, "Quantity": true, "UnitPrice": 1}`), "Lines[0].Quantity", "type", "a number"},
		{"min", lines(line + `,{"LineId": 2, "Quantity": 0, "UnitPrice": 1}`), "Lines[1].Quantity", "min", "at least 0.001"},
		{"scale", lines(`{"LineId": 1, "Quantity": "0.0015", "UnitPrice": 1}`), "Lines[0].Quantity", "scale", "3 digits after the point"},
		{"precision", lines(`{"LineId": 1, "Quantity": "1000000000", "UnitPrice": 1}`), "Lines[0].Quantity", "max", "9 digits before the point"},
		{"huge", lines(`{"LineId": 1, "Quantity": 1e99, "UnitPrice": 1}`), "Lines[0].Quantity", "type", "too many digits"},
		{"money", lines(`{"LineId": 1, "Quantity": 1, "UnitPrice": "ten"}`), "Lines[0].UnitPrice", "type", "amount of money"},
		{"currency", lines(`{"LineId": 1, "Quantity": 1, "UnitPrice": {"amount": "1", "currency": "eur"}}`), "Lines[0].UnitPrice", "type", "not a currency"},
		{"money key", lines(`{"LineId": 1, "Quantity": 1, "UnitPrice": {"amount": "1", "valuta": "EUR"}}`), "Lines[0].UnitPrice", "type", `has no "valuta"`},
		{"money scale", lines(`{"LineId": 1, "Quantity": 1, "UnitPrice": "1.00001"}`), "Lines[0].UnitPrice", "scale", "4 digits"},
		{"negative money", lines(`{"LineId": 1, "Quantity": 1, "UnitPrice": "-1"}`), "Lines[0].UnitPrice", "min", "at least 0"},
		{"bool", place(`, "Rush": "yes"`), "Rush", "type", "true or false"},
		{"date", place(`, "WantedOn": "2026-02-30"`), "WantedOn", "type", "not a date"},
		{"timestamp", place(`, "PromisedAt": "2026-02-03"`), "PromisedAt", "type", "not a moment"},
		{"enum", place(`, "Priority": "hihg"`), "Priority", "enum", "one of low, high; did you mean high?"},
		{"ref", place(`, "CustomerId": "7"`), "CustomerId", "type", "not an id"},
		{"id", place(`, "OrderId": "{7c9e6679-7425-40de-944b-e07fc1f90ae7}"`), "OrderId", "type", "not an id"},
		{"zero id", place(`, "OrderId": "00000000-0000-0000-0000-000000000000"`), "OrderId", "type", "stands for none"},
		{"zero ref", place(`, "CustomerId": "00000000-0000-0000-0000-000000000000"`), "CustomerId", "type", "stands for none"},
		{"object", place(`, "ShipTo": "Leusden"`), "ShipTo", "type", "an object"},
		{"in object", place(`, "ShipTo": {"Street": "x"}`), "ShipTo.City", "required", "City is required"},
		{"blank", place(`, "ShipTo": {"City": " "}`), "ShipTo.City", "required", "cannot be blank"},
		{"list", `{"Lines": {}}`, "Lines", "type", "a list of rows"},
		{"row", lines(`7`), "Lines[0]", "type", "an object"},
		{"in row", lines(line + `,{"LineId": 2, "UnitPrice": 1}`), "Lines[1].Quantity", "required", "Quantity is required"},
		{"few rows", `{"Lines": []}`, "Lines", "min", "at least 1 rows"},
		{"key", lines(line + "," + line), "Lines[1].LineId", "key", "already used"},
	}
	c := shop(t).Command("PlaceOrderCommand")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, err := c.Parse(json.RawMessage(test.body))
			d := onlyDetail(t, err)
			if d.Path != test.path || d.Rule != test.rule || !strings.Contains(d.Message, test.message) {
				t.Errorf("got %+v, want %s, %s, %q", d, test.path, test.rule, test.message)
			}
			if d.Origin == "" {
				t.Error("the violation names no place in the model")
			}
		})
	}
}

func onlyDetail(t *testing.T, err error) fault.Detail {
	t.Helper()
	var refused *fault.Error
	if !errors.As(err, &refused) || refused.Kind != fault.Rejected || len(refused.Details) != 1 {
		t.Fatalf("got %+v, want one violation", err)
	}
	return refused.Details[0]
}

func TestParsePattern(t *testing.T) {
	t.Parallel()
	c := shop(t).Command("ChangeVatCommand")
	_, err := c.Parse(json.RawMessage(`{"CustomerId": "` + customerID.String() + `", "VatNumber": "xNL1"}`))
	if d := onlyDetail(t, err); d.Rule != "pattern" {
		t.Errorf("got %+v", d)
	}
	_, err = c.Parse(json.RawMessage(`{"VatNumber": "NL1"}`))
	if d := onlyDetail(t, err); d.Path != "CustomerId" || d.Rule != "required" {
		t.Errorf("a command that does not create needs the id: %+v", d)
	}
}

// Forms send "" for what was left empty: it is no name, and two of them are not the same VAT
// number.
func TestParseTakesBlankForAbsent(t *testing.T) {
	t.Parallel()
	for _, blank := range []string{`""`, `"  "`, `"\t\n"`, `"\u00a0"`, `null`} {
		in, err := shop(t).Command("PlaceOrderCommand").Parse(json.RawMessage(`{"Lines": [` + line + `], "Reference": ` + blank + `}`))
		if err != nil || in.Get("Reference") != nil {
			t.Errorf("%s: %v, %v", blank, in.Get("Reference"), err)
		}
	}
}

func TestParseReportsAllViolations(t *testing.T) {
	t.Parallel()
	_, err := shop(t).Command("PlaceOrderCommand").Parse(json.RawMessage(
		`{"Reference": 1, "Nope": 2, "Lines": [{"LineId": "x", "Quantity": "0"}, {"LineId": 2, "Quantity": 1, "UnitPrice": 1}]}`))
	var refused *fault.Error
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	var paths []string
	for _, d := range refused.Details {
		paths = append(paths, d.Path)
	}
	if got := strings.Join(paths, " "); got != "Reference Nope Lines[0].LineId Lines[0].Quantity Lines[0].UnitPrice" {
		t.Errorf("violations at %s", got)
	}
}

func TestParseStopsHelpingAtAHundred(t *testing.T) {
	t.Parallel()
	bad := strings.Repeat(`{"LineId": "x", "Nope": 1},`, 20_000)
	_, err := shop(t).Command("PlaceOrderCommand").Parse(json.RawMessage(`{"Lines": [` + strings.TrimSuffix(bad, ",") + `]}`))
	var refused *fault.Error
	if !errors.As(err, &refused) || len(refused.Details) != 100 {
		t.Fatalf("got %d violations, %.200v", len(refused.Details), err)
	}
}

func TestParseRefusesWhatIsNotJSON(t *testing.T) {
	t.Parallel()
	c := shop(t).Command("PlaceOrderCommand")
	for _, body := range []string{``, `{`, `[]`, `null`, `{"Lines": [}`, `{"a": 01}`, `{} {}`, "{\"Reference\": \"\xff\"}", `"x"`, `{"a":"\q"}`} {
		if _, err := c.Parse(json.RawMessage(body)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v, want invalid", body, err)
		}
	}
}

// FuzzParse feeds any body to a command. What is accepted must survive being decided,
// written, applied and written again without a change.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`{"Lines": [` + line + `]}`, `{"Lines": [{"LineId": 1, "Quantity": 1e2, "UnitPrice": {"amount": 1, "currency": "USD"}}], "Rush": null}`,
		`{"Reference": "\u00e9\ud83d\ude00", "ShipTo": {"City": "x"}, "PromisedAt": "2026-11-23T10:00:00+01:00"}`, `{"a": [[[{}]]]}`,
	} {
		f.Add([]byte(seed))
	}
	r := shop(f)
	c := r.Command("PlaceOrderCommand")
	f.Fuzz(func(t *testing.T, body []byte) {
		in, err := c.Parse(body)
		if err != nil {
			if !fault.Is(err, fault.Rejected) && !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		outcome, err := when(t, r, c.Name, string(body), nil, everything(t, r, c, in))
		if err != nil {
			return
		}
		roundTrip(t, r, "Order", given(t, r, "Order", outcome.Events[0].Name, string(outcome.Events[0].Payload)))
	})
}
