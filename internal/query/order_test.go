package query_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/test/sales"
)

// amounts are numbers in order, with some that are the same.
var amounts = []string{"-100000000.01", "-10000", "-9999.99", "-12.5", "-12.0005", "-12", "-1", "-0.5", "-0.0001", "0", "0", "0.0001", "0.5", "1", "1", "9.99", "10", "9999", "10000", "123456789012.345"}

func amounted() (events []sales.Event) {
	for i, n := range amounts {
		quantity := n
		if strings.Contains(n, ".") && i%2 == 0 {
			quantity += "00"
		}
		events = append(events, place(uuid.New(), fields{"OrderNumber": i, "Quantity": quantity, "Total": money(n, []string{"EUR", "USD"}[i%2])}))
	}
	return append(events, place(uuid.New(), fields{"OrderNumber": 90}), place(uuid.New(), fields{"OrderNumber": 91}))
}

// Numbers sort by their value, are found by it, and pages of them go on where the last one ended, whether
// or not their table keeps keys.
func TestNumbersAreSortedAndFoundByValue(t *testing.T) {
	t.Parallel()
	for name, release := range map[string][]func(*model.IR){"with keys": nil, "without keys": {sales.Format1}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &world{Store: sales.Open(t, pgtest.Shared(t), sales.Release(t, release...))}
			w.restart(t)
			w.project(t)
			w.store(t, amounted()...)
			for _, column := range []string{"Quantity", "Total"} {
				w.sortsByValue(t, column)
			}
			w.findsByValue(t)
		})
	}
}

func (w *world) sortsByValue(t *testing.T, column string) {
	t.Helper()
	for _, size := range []int{1, 3, 50} {
		up, down := w.values(t, column, column, size), w.values(t, column, "-"+column, size)
		if want := append(slices.Clone(amounts), "", ""); !slices.Equal(up, want) {
			t.Errorf("%s by %d: %q, expected %q", column, size, up, want)
		}
		if slices.Reverse(down); !slices.Equal(up, down) {
			t.Errorf("%s by %d: down it is %q, up %q", column, size, down, up)
		}
	}
}

// values returns what the column has, page by page; "" stands for nothing.
func (w *world) values(t *testing.T, column, sort string, size int) (values []string) {
	t.Helper()
	for after := ""; ; {
		answer := w.ask(t, fmt.Sprintf(`{"$sort": [%q], "$size": %d%s}`, sort, size, after))
		for _, item := range answer.Items {
			var shown struct {
				Quantity *decimal.Decimal
				Total    *struct{ Amount decimal.Decimal }
			}
			if err := json.Unmarshal(item, &shown); err != nil {
				t.Fatal(err)
			}
			switch {
			case column == "Quantity" && shown.Quantity != nil:
				values = append(values, shown.Quantity.String())
			case column == "Total" && shown.Total != nil:
				values = append(values, shown.Total.Amount.String())
			default:
				values = append(values, "")
			}
		}
		if answer.Next == "" || len(values) > 100 {
			return values
		}
		after = fmt.Sprintf(`, "$after": %q`, answer.Next)
	}
}

func (w *world) findsByValue(t *testing.T) {
	t.Helper()
	for _, test := range []struct {
		body string
		want []int
	}{
		{`{"Quantity": {"lt": -12}}`, []int{0, 1, 2, 3, 4}},
		{`{"Quantity": {"gte": "-12.50", "lte": "-1.000"}}`, []int{3, 4, 5, 6}},
		{`{"Quantity": {"gt": -0.5, "lt": "0.5"}}`, []int{8, 9, 10, 11}},
		{`{"Quantity": 0}`, []int{9, 10}},
		{`{"Quantity": ["1.0", -12.5, 10000]}`, []int{3, 13, 14, 18}},
		{`{"Quantity": {"gt": 10000}}`, []int{19}},
		{`{"Quantity": null}`, []int{90, 91}},
		{`{"Total": {"lt": -12}}`, []int{0, 2, 4}},
		{`{"Total": {"gte": "-12.5 USD", "lt": "1 USD"}}`, []int{3, 5, 7, 9, 11}},
		{`{"Total": [0, "1.0 USD", "-10000 EUR"]}`, []int{10, 13}},
		{`{"Total": null}`, []int{90, 91}},
	} {
		got := numbers(t, w.ask(t, strings.TrimSuffix(test.body, "}")+`, "$sort": ["OrderNumber"]}`))
		if !slices.Equal(got, test.want) {
			t.Errorf("%s finds %v, want %v", test.body, got, test.want)
		}
	}
}
