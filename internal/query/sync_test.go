package query_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/test/sales"
)

// What appends write stands at the account's last event, whatever the projector has done.
func TestSyncProjectionsStandAtTheHead(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, sales.Release(t, sales.WithSync, func(ir *model.IR) {
		joined := ir.Projections[len(ir.Projections)-2]
		joined.Name, joined.Columns = "OrderNowJoined", append(joined.Columns[:len(joined.Columns):len(joined.Columns)], model.Column{
			Name: "PartyId", Type: model.Type{Kind: model.Ref, Targets: []string{"Organisation", "Person"}}, Origin: "test:1",
			Join: []model.Hop{{Ref: "CustomerId", Helpers: []string{"CustomerLookup"}, Column: "PartyId"}},
		})
		ir.Projections = append(ir.Projections, joined)
		ir.Queries = append(ir.Queries, model.Query{Name: "GetOrderNowJoined", From: "OrderNowJoined", Filter: []string{}, Sort: []string{}, Origin: "test:1"})
	}))
	last := w.Append(t, w.account.ID, place(uuid.New(), order(1)), place(uuid.New(), order(2)))
	w.Exec(t, "UPDATE store.live_cursors SET sequence_number = 1 WHERE account_id = $1", w.account.ID)
	for name, at := range map[string]int64{"GetOrderNow": last, "GetOrderLater": 1, "GetOrderNowJoined": 1} {
		answer := w.askFor(t, name, `{"$minSequenceNumber": 2}`)
		if answer.SequenceNumber != at || answer.Stale != (at < last) {
			t.Errorf("%s stands at %d, stale %t; want %d", name, answer.SequenceNumber, answer.Stale, at)
		}
	}
	w.Exec(t, "INSERT INTO store.projection_cursors (account_id, table_name, sequence_number, state) VALUES ($1, $2, 0, 'building')", w.account.ID, sales.OrderNow)
	if answer := w.askFor(t, "GetOrderNow", `{}`); answer.SequenceNumber != 0 || !answer.Stale {
		t.Errorf("being built it stands at %d, stale %t", answer.SequenceNumber, answer.Stale)
	}
}
