package query_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/test/sales"
)

var (
	person       = uuid.New()
	organisation = uuid.New()
	anna         = uuid.New() // customers
	acme         = uuid.New()
)

// orders are five orders that differ in every column.
func orders() []sales.Event {
	return []sales.Event{
		happened("Person", person, "PersonRegisteredEvent", fields{"Name": "Anna Lind"}),
		happened("Organisation", organisation, "OrganisationRegisteredEvent", fields{"Name": "Acme"}),
		happened("Customer", anna, "CustomerAssignedEvent", fields{"PartyId": person}),
		happened("Customer", acme, "CustomerAssignedEvent", fields{"PartyId": organisation}),
		place(uuid.New(), fields{"OrderNumber": 1, "CustomerName": "Linus Torvalds", "Total": money("10", "EUR"), "Quantity": "1.5",
			"PlacedOn": "2026-01-01", "PlacedAt": "2026-01-01T10:00:00Z", "Paid": true, "Note": "first"}),
		place(uuid.New(), fields{"OrderNumber": 2, "CustomerId": anna, "Total": money("20.00", "EUR"), "Quantity": "2",
			"PlacedOn": "2026-02-01", "PlacedAt": "2026-02-01T10:00:00.5Z", "Paid": false, "Note": "second"}),
		place(uuid.New(), fields{"OrderNumber": 3, "CustomerId": acme, "Total": money("20.00", "USD"), "Quantity": "2.500",
			"PlacedOn": "2026-03-01", "PlacedAt": "2026-03-01T10:00:00Z", "Note": "sec\U0010FFFF"}),
		place(uuid.New(), fields{"OrderNumber": 4, "CustomerId": acme, "CustomerName": "Acme at the time", "Lines": []fields{{"LineId": "a", "Count": 2}}}),
		place(uuid.New(), fields{"OrderNumber": 5, "CustomerName": "linus"}),
	}
}

func TestFiltersFindWhatTheySay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.project(t)
	w.store(t, orders()...)
	for _, test := range []struct {
		body string
		want []int
	}{
		{`{}`, []int{1, 2, 3, 4, 5}},
		{`{"OrderNumber": 2}`, []int{2}},
		{`{"OrderNumber": [2, 4, 9]}`, []int{2, 4}},
		{`{"OrderNumber": {"gte": 2, "lt": 4}}`, []int{2, 3}},
		{`{"OrderNumber": {"gt": 2, "lte": 4}}`, []int{3, 4}},
		{`{"CustomerName": "Linus Torvalds"}`, []int{1}},
		{`{"CustomerName": "Anna Lind"}`, []int{2}},
		{`{"CustomerName": "Acme"}`, []int{3}},
		{`{"CustomerName": {"prefix": "Acme"}}`, []int{3, 4}},
		{`{"CustomerName": ["Acme", "linus"]}`, []int{3, 5}},
		{`{"CustomerName": {"prefix": "Lin"}}`, []int{1}},
		{`{"CustomerName": {"prefix": ""}}`, []int{1, 2, 3, 4, 5}},
		{`{"PartyName": "Acme"}`, []int{3, 4}},
		{`{"PartyName": {"prefix": "A"}}`, []int{2, 3, 4}},
		{`{"PartyName": null}`, []int{1, 5}},
		{`{"CustomerId": null}`, []int{1, 5}},
		{`{"CustomerId": "` + anna.String() + `"}`, []int{2}},
		{`{"Status": "placed", "OrderNumber": {"gt": 3}}`, []int{4, 5}},
		{`{"Status": ["confirmed"]}`, []int{}},
		{`{"Total": "20"}`, []int{2}},
		{`{"Total": 20.00}`, []int{2}},
		{`{"Total": "20 USD"}`, []int{3}},
		{`{"Total": {"amount": "20", "currency": "USD"}}`, []int{3}},
		{`{"Total": ["10", "20 USD"]}`, []int{1, 3}},
		{`{"Total": {"gte": 10, "lt": "20.01"}}`, []int{1, 2}},
		{`{"Total": {"gte": {"amount": 5, "currency": "USD"}}}`, []int{3}},
		{`{"Total": null}`, []int{4, 5}},
		{`{"Quantity": 2.5}`, []int{3}},
		{`{"Quantity": {"gte": "1.5", "lt": 2.5}}`, []int{1, 2}},
		{`{"PlacedOn": "2026-02-01"}`, []int{2}},
		{`{"PlacedOn": {"gte": "2026-02-01"}}`, []int{2, 3}},
		{`{"PlacedAt": {"gt": "2026-02-01T10:00:00Z", "lt": "2026-03-01T11:00:00+01:00"}}`, []int{2}},
		{`{"PlacedAt": "2026-03-01T11:00:00+01:00"}`, []int{3}},
		{`{"Paid": true}`, []int{1}},
		{`{"Paid": [true, false]}`, []int{1, 2}},
		{`{"Paid": null}`, []int{3, 4, 5}},
		{`{"Note": {"prefix": "sec"}}`, []int{2, 3}},
		{`{"Note": {"prefix": "sec` + "\U0010FFFF" + `"}}`, []int{3}},
		{`{"Note": "'; DROP TABLE store.events; --"}`, []int{}},
	} {
		if got := numbers(t, w.ask(t, test.body)); !slices.Equal(got, test.want) {
			t.Errorf("%s finds %v, want %v", test.body, got, test.want)
		}
	}
}
