package query_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/test/sales"
)

// mixed are orders with equal, different and missing values in the columns that sort.
func mixed(n int) []sales.Event {
	events := []sales.Event{
		happened("Person", person, "PersonRegisteredEvent", fields{"Name": "Bea"}),
		happened("Customer", anna, "CustomerAssignedEvent", fields{"PartyId": person}),
	}
	random := rand.New(rand.NewPCG(7, 7))
	for range n {
		payload := fields{}
		if random.IntN(3) > 0 {
			payload["OrderNumber"] = random.IntN(8)
		}
		if random.IntN(3) > 0 {
			payload["CustomerName"] = []string{"Ada", "ada", "Zoë", "Émile", "Bea"}[random.IntN(5)]
		}
		if random.IntN(2) > 0 {
			payload["CustomerId"] = anna
		}
		if random.IntN(3) > 0 {
			payload["Total"] = money(fmt.Sprint(random.IntN(4)), []string{"EUR", "USD"}[random.IntN(2)])
		}
		if random.IntN(3) > 0 {
			payload["PlacedAt"] = fmt.Sprintf("2026-01-0%dT00:00:00.%06dZ", 1+random.IntN(4), random.IntN(3))
			payload["PlacedOn"] = fmt.Sprintf("2026-01-0%d", 1+random.IntN(4))
			payload["Paid"] = random.IntN(2) > 0
		}
		events = append(events, place(uuid.New(), payload))
	}
	return events
}

// ids returns the items' ids, all in one text each.
func ids(t *testing.T, items []json.RawMessage) []string {
	t.Helper()
	out := make([]string, len(items))
	for i, item := range items {
		var order struct{ OrderId string }
		if err := json.Unmarshal(item, &order); err != nil || order.OrderId == "" {
			t.Fatalf("%s: %v", item, err)
		}
		out[i] = order.OrderId
	}
	return out
}

func TestPagesContinueWhereTheLastEnded(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.project(t)
	w.store(t, mixed(60)...)
	for _, sort := range []string{
		`["OrderNumber"]`, `["-OrderNumber"]`, `["CustomerName"]`, `["-CustomerName"]`, `["PartyName"]`, `["-PartyName", "OrderNumber"]`,
		`["OrderNumber", "CustomerName"]`, `["-OrderNumber", "Total"]`, `["Total", "-PlacedAt"]`, `["-Paid", "-PlacedOn", "Total"]`,
	} {
		for _, filter := range []string{``, `"Paid": null, `, `"CustomerName": ["Bea", "Ada"], `} {
			whole := w.ask(t, fmt.Sprintf(`{%s"$sort": %s, "$size": 500}`, filter, sort))
			want := ids(t, whole.Items)
			if whole.Next != "" || len(want) == 0 {
				t.Fatalf("%s: %d items and next %q in the whole", sort, len(want), whole.Next)
			}
			for _, size := range []int{1, 7, len(want)} {
				if got := w.walk(t, filter, sort, size); !slices.Equal(got, want) {
					t.Errorf("%s%s by %d gives another order:\n got %v\nwant %v", filter, sort, size, got, want)
				}
			}
		}
	}
}

// walk returns the ids of all pages, one after another.
func (w *world) walk(t *testing.T, filter, sort string, size int) []string {
	t.Helper()
	var got []string
	after := ""
	for {
		answer := w.ask(t, fmt.Sprintf(`{%s"$sort": %s, "$size": %d%s}`, filter, sort, size, after))
		got = append(got, ids(t, answer.Items)...)
		if answer.Next == "" || len(got) > 1000 {
			return got
		}
		after = fmt.Sprintf(`, "$after": %q`, answer.Next)
	}
}

func TestSortIsByCodePointAndEmptyLast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.project(t)
	w.store(t, mixed(60)...)
	names := func(sort string) []string {
		var out []string
		for _, item := range w.ask(t, `{"$sort": [`+sort+`], "$size": 500}`).Items {
			var order struct{ CustomerName *string }
			if err := json.Unmarshal(item, &order); err != nil {
				t.Fatal(err)
			}
			if order.CustomerName == nil {
				out = append(out, "\U0010FFFF") // sorts after all
				continue
			}
			out = append(out, *order.CustomerName)
		}
		return out
	}
	if got := names(`"CustomerName"`); !slices.IsSortedFunc(got, strings.Compare) {
		t.Errorf("ascending: %q", got)
	}
	if got := names(`"-CustomerName"`); !slices.IsSortedFunc(got, func(a, b string) int { return cmp.Compare(b, a) }) {
		t.Errorf("descending: %q", got)
	}
}

func TestCursorBelongsToItsQuestion(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.project(t)
	w.store(t, mixed(20)...)
	next := w.ask(t, `{"$size": 2, "$sort": ["OrderNumber"]}`).Next
	damaged := []byte(next)
	damaged[len(damaged)/2] ^= 1
	for name, body := range map[string]string{
		"another sort":      fmt.Sprintf(`{"$sort": ["-OrderNumber"], "$after": %q}`, next),
		"another filter":    fmt.Sprintf(`{"Paid": true, "$sort": ["OrderNumber"], "$after": %q}`, next),
		"damaged":           fmt.Sprintf(`{"$sort": ["OrderNumber"], "$after": %q}`, damaged),
		"not one of ours":   `{"$sort": ["OrderNumber"], "$after": "e30"}`,
		"not base64 at all": `{"$sort": ["OrderNumber"], "$after": "%%%"}`,
	} {
		if e := w.refused(t, body); e.Kind != fault.Invalid {
			t.Errorf("%s: %v, want invalid", name, e.Kind)
		}
	}
	if got := w.ask(t, fmt.Sprintf(`{"$size": 9, "$sort": ["OrderNumber"], "$after": %q}`, next)); len(got.Items) != 9 {
		t.Errorf("with another size: %d items, want 9", len(got.Items))
	}
}
