package httpapi

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/fault"
)

func TestEnvelopeIsOneNamedObject(t *testing.T) {
	t.Parallel()
	sent, err := parseEnvelope([]byte(` {"PlaceOrderCommand" : {"OrderId": "1", "Lines": [1.50, {"a": null}]} } ` + "\n"))
	if err != nil || sent.name != "PlaceOrderCommand" || string(sent.body) != `{"OrderId": "1", "Lines": [1.50, {"a": null}]}` {
		t.Errorf("%q %s, error %v", sent.name, sent.body, err)
	}
}

func TestEnvelopesThatAreRefused(t *testing.T) {
	t.Parallel()
	deep := func(n int) string {
		return `{"A":{"x":` + strings.Repeat("[", n) + strings.Repeat("]", n) + "}}"
	}
	if _, err := parseEnvelope([]byte(deep(maxDepth - 2))); err != nil {
		t.Errorf("%d levels: %v", maxDepth, err)
	}
	for name, text := range map[string]string{
		"nothing":            ``,
		"space":              "  \n",
		"text":               `"PlaceOrderCommand"`,
		"null":               `null`,
		"list":               `[{"A": {}}]`,
		"no name":            `{}`,
		"two names":          `{"A": {}, "B": {}}`,
		"name twice":         `{"A": {}, "A": {}}`,
		"member twice":       `{"A": {"x": 1, "y": {"z": 1, "z": 1}}}`,
		"same name, escaped": `{"A": {"x": 1, "\u0078": 2}}`,
		"body no object":     `{"A": []}`,
		"body null":          `{"A": null}`,
		"cut off":            `{"A": {"x": 1}`,
		"cut off in text":    `{"A": {"x": "1`,
		"garbage after":      `{"A": {}} x`,
		"second value":       `{"A": {}} {"B": {}}`,
		"closing brace":      `{"A": {}}}`,
		"comment":            `{"A": {} /* no */}`,
		"trailing comma":     `{"A": {"x": 1,}}`,
		"single quotes":      `{'A': {}}`,
		"NaN":                `{"A": {"x": NaN}}`,
		"leading zero":       `{"A": {"x": 01}}`,
		"no UTF-8":           "{\"A\": {\"x\": \"\xff\"}}",
		"NUL":                `{"A": {"x": "a\u0000b"}}`,
		"NUL in a name":      `{"A": {"a\u0000b": 1}}`,
		"too deep":           deep(maxDepth - 1),
		"much too deep":      deep(100_000),
	} {
		if _, err := parseEnvelope([]byte(text)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: error = %v, want invalid", name, err)
		}
	}
}

func TestRowNamesItsCommandAndRevision(t *testing.T) {
	t.Parallel()
	request, sent, err := parseRow([]byte(`{"commandId": "0b81b458-7671-4e9b-844b-9934255f5406", "expectedRevision": 3, "A": {}}`))
	if err != nil || request.CommandID.String() != exampleID || *request.ExpectedRevision != 3 || sent.name != "A" {
		t.Errorf("%+v %+v, error %v", request, sent, err)
	}
	for _, text := range []string{
		`{"commandId": 7, "A": {}}`, `{"commandId": "7", "A": {}}`, `{"expectedRevision": "3", "A": {}}`,
		`{"expectedRevision": -1, "A": {}}`, `{"commandId": "0b81b458-7671-4e9b-844b-9934255f5406"}`,
		`{"commandId": "00000000-0000-0000-0000-000000000000", "A": {}}`, `{"A": {}, "B": {}}`,
	} {
		if _, _, err := parseRow([]byte(text)); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: error = %v, want invalid", text, err)
		}
	}
}

// FuzzEnvelope holds that whatever is let through is one object that reads back the same,
// and that nothing but Invalid refuses the rest.
func FuzzEnvelope(f *testing.F) {
	for _, text := range []string{
		`{"PlaceOrderCommand": {"OrderId": "0b81b458-7671-4e9b-844b-9934255f5406", "CustomerName": "Linus Torvalds"}}`,
		`{"GetOrders": {"CustomerName": "Linus Torvalds", "$sort": ["-OrderNumber"]}}`,
		`{"commandId": "0b81b458-7671-4e9b-844b-9934255f5406", "expectedRevision": 3, "A": {}}`,
		`{"A":{"x":1,"\u0078":2}}`, `{"A":{"x":"\ud800"}}`, `[[[[`, `{"A":{}}{}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		sent, err := parseEnvelope(text)
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatalf("%q: error = %v", text, err)
			}
			_, _, err = parseRow(text)
			if err != nil && !fault.Is(err, fault.Invalid) {
				t.Fatalf("%q as a row: error = %v", text, err)
			}
			return
		}
		var body map[string]any
		if err := json.Unmarshal(sent.body, &body); err != nil || body == nil {
			t.Fatalf("%q: the body %s is no object: %v", text, sent.body, err)
		}
		again, err := json.Marshal(map[string]json.RawMessage{sent.name: sent.body})
		if err != nil {
			t.Fatal(err)
		}
		if second, err := parseEnvelope(again); err != nil || second.name != sent.name {
			t.Fatalf("%q came back as %q: %v", text, again, err)
		}
	})
}
