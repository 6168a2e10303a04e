package example

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model"
)

// contains checks that an object has the values that are wanted of it; it may have more.
func contains(types map[string]model.Type, got, want json.RawMessage) error {
	if len(want) == 0 {
		return nil
	}
	var gotFields, wantFields map[string]json.RawMessage
	if err := json.Unmarshal(got, &gotFields); err != nil {
		return fmt.Errorf("%s is no object", got)
	}
	if err := json.Unmarshal(want, &wantFields); err != nil {
		return fmt.Errorf("%s is no object", want)
	}
	for _, name := range slices.Sorted(maps.Keys(wantFields)) {
		if err := equal(types[name], gotFields[name], wantFields[name]); err != nil {
			return fmt.Errorf("%s %w", name, err)
		}
	}
	return nil
}

// equal compares two JSON values of a type by what they mean: 12.5 is "12.50".
func equal(t model.Type, got, want json.RawMessage) error {
	if isNull(got) || isNull(want) {
		if isNull(got) && isNull(want) {
			return nil
		}
		return differ(got, want)
	}
	switch t.Kind {
	case model.List:
		return equalRows(t, got, want)
	case model.Object:
		return contains(nil, got, want)
	case model.Custom:
		if canonical, err := model.CanonicalCustom(want); err == nil && string(canonical) == string(got) {
			return nil
		}
	case model.Money, model.Decimal, model.Int:
		if sameAmount(got, want) {
			return nil
		}
	case model.Date, model.Timestamp:
		if strings.HasPrefix(text(got), text(want)) {
			return nil
		}
	default:
		if text(got) == text(want) {
			return nil
		}
	}
	return differ(got, want)
}

func isNull(value json.RawMessage) bool { return len(value) == 0 || string(value) == "null" }

func differ(got, want json.RawMessage) error {
	if len(got) == 0 {
		got = json.RawMessage("absent")
	}
	return fmt.Errorf("is %s, expected %s", got, want)
}

// text returns a scalar without its quotes.
func text(value json.RawMessage) string {
	var s string
	if json.Unmarshal(value, &s) == nil {
		return s
	}
	return string(value)
}

// sameAmount compares numbers and money; a currency that an example leaves out is any.
func sameAmount(got, want json.RawMessage) bool {
	a, aCode := amount(got)
	b, bCode := amount(want)
	x, err1 := decimal.NewFromString(a)
	y, err2 := decimal.NewFromString(b)
	return err1 == nil && err2 == nil && x.Equal(y) && (aCode == bCode || bCode == "")
}

func amount(value json.RawMessage) (number, currency string) {
	var object struct{ Amount, Currency json.RawMessage }
	if json.Unmarshal(value, &object) == nil {
		return text(object.Amount), text(object.Currency)
	}
	number, currency, _ = strings.Cut(text(value), " ")
	return number, currency
}

func equalRows(t model.Type, got, want json.RawMessage) error {
	var gotRows, wantRows []json.RawMessage
	if json.Unmarshal(got, &gotRows) != nil || json.Unmarshal(want, &wantRows) != nil || len(gotRows) != len(wantRows) {
		return differ(got, want)
	}
	types := map[string]model.Type{}
	for _, a := range t.Of {
		types[a.Name] = a.Type
	}
	for i := range gotRows {
		if err := contains(types, gotRows[i], wantRows[i]); err != nil {
			return fmt.Errorf("row %d: %w", i+1, err)
		}
	}
	return nil
}
