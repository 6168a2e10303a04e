package query_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/query"
	"github.com/polderhq/polder/test/sales"
)

func TestItemsShowTheWireFormat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.project(t)
	full, bare := uuid.MustParse("0b81b458-7671-4e9b-844b-9934255f5406"), uuid.MustParse("0b81b458-7671-4e9b-844b-9934255f5407")
	w.store(t,
		happened("Person", person, "PersonRegisteredEvent", fields{"Name": "Anna <Lind> & \"Co\""}),
		happened("Customer", anna, "CustomerAssignedEvent", fields{"PartyId": person}),
		place(full, fields{"OrderNumber": 1, "CustomerId": anna, "Total": money("12.5", "USD"), "Quantity": "2.500", "Price": money("3", "EUR"),
			"PlacedOn": "2026-11-23", "PlacedAt": "2026-11-23T12:30:00.250+02:00", "Paid": true, "Note": "a\nb", "Lines": []fields{{"LineId": "x", "Count": 2}}}),
		place(bare, fields{}))
	want := []string{
		`{"OrderId":"0b81b458-7671-4e9b-844b-9934255f5406","OrderNumber":1,"CustomerId":"` + anna.String() + `",` +
			`"CustomerName":"Anna <Lind> & \"Co\"","PartyName":"Anna <Lind> & \"Co\"","Status":"placed",` +
			`"Total":{"amount":"12.50","currency":"USD"},"Quantity":"2.5","Amount":{"amount":"7.50","currency":"EUR"},` +
			`"PlacedOn":"2026-11-23","PlacedAt":"2026-11-23T10:30:00.25Z","Paid":true,"Note":"a\nb","Lines":[{"LineId":"x","Count":2}]}`,
		`{"OrderId":"0b81b458-7671-4e9b-844b-9934255f5407","OrderNumber":null,"CustomerId":null,"CustomerName":null,"PartyName":null,` +
			`"Status":"placed","Total":null,"Quantity":null,"Amount":null,"PlacedOn":null,"PlacedAt":null,"Paid":null,"Note":null,"Lines":null}`,
	}
	answer := w.ask(t, `{}`)
	for i, item := range answer.Items {
		if string(item) != want[i] {
			t.Errorf("item %d:\n got %s\nwant %s", i, item, want[i])
		}
	}
}

// Renames and orders are applied together; an answer never shows the one without the other,
// and its number is that of its rows.
func TestAnswerShowsOneMoment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.project(t)
	orderID := uuid.New()
	w.store(t, happened("Person", person, "PersonRegisteredEvent", fields{"Name": "0"}),
		happened("Customer", anna, "CustomerAssignedEvent", fields{"PartyId": person}), place(orderID, fields{"OrderNumber": 0, "CustomerId": anna}))
	const rounds = 60
	var readers sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		readers.Add(1)
		go func() {
			defer readers.Done()
			for !closed(stop) {
				w.checkMoment(t)
			}
		}()
	}
	for n := 1; n <= rounds; n++ { // two events in one append, 2n+2 and 2n+3
		w.store(t, happened("Person", person, "PersonRenamedEvent", fields{"Name": fmt.Sprint(n)}),
			happened("Order", orderID, "OrderChangedEvent", fields{"OrderNumber": n}))
	}
	close(stop)
	readers.Wait()
}

func closed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func (w *world) checkMoment(t *testing.T) {
	answer, err := w.handler.Handle(t.Context(), w.request(`{}`))
	if err != nil || len(answer.Items) != 1 {
		t.Errorf("%d items, %v", len(answer.Items), err)
		return
	}
	var shown struct {
		OrderNumber  int64
		CustomerName string
	}
	if err := json.Unmarshal(answer.Items[0], &shown); err != nil {
		t.Error(err)
	}
	if shown.CustomerName != fmt.Sprint(shown.OrderNumber) || answer.SequenceNumber != shown.OrderNumber*2+3 {
		t.Errorf("at %d: order %d of customer %s", answer.SequenceNumber, shown.OrderNumber, shown.CustomerName)
	}
}

func TestItemsShowTheKeyAndNothingSilent(t *testing.T) {
	t.Parallel()
	release := sales.Release(t, func(ir *model.IR) {
		for i := range ir.Projections {
			if p := &ir.Projections[i]; p.Name == "OrderNumbers" {
				p.Key = "Key"
				p.Columns = append(p.Columns, model.Column{Name: "Kept", Type: model.Type{Kind: model.Text}, Expr: "Note", Silent: true})
			}
		}
		ir.Queries = append(ir.Queries, model.Query{Name: "GetOrderNumbers", From: "OrderNumbers", Filter: []string{"Key"}})
	})
	got, err := query.Shown(release, "GetOrderNumbers")
	if err != nil || !slices.Equal(got, []string{"Key", "OrderNumber", "Status"}) {
		t.Errorf("an item shows %v, %v", got, err)
	}
}
