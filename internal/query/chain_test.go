package query_test

import (
	"slices"
	"testing"

	"github.com/polderhq/polder/test/sales"
)

// staleOnes returns which of the queries give an answer that is stale, and fails the test
// when one of these stands at another number than the rest.
func (w *world) staleOnes(t *testing.T, at int64) []string {
	t.Helper()
	var names []string
	for _, q := range w.Release.IR().Queries {
		if len(q.Allow) > 0 {
			continue
		}
		answer := w.askFor(t, q.Name, `{}`)
		if answer.Stale {
			names = append(names, q.Name)
		}
		if answer.SequenceNumber != at && answer.SequenceNumber != 7 {
			t.Errorf("%s stands at %d, want %d or 7", q.Name, answer.SequenceNumber, at)
		}
	}
	return names
}

// What is fed by another projection has no cursor: it stands where that one stands, unless
// it is itself being built.
func TestChainedTablesStandWhereTheirFeedersStand(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, sales.Release(t, sales.WithShapes))
	w.Exec(t, "UPDATE store.live_cursors SET sequence_number = 9 WHERE account_id = $1", w.account.ID)
	all := []string{"GetOrders", "GetOrderLines", "GetPaidOrders", "GetCustomerTotals", "GetLineTotals"}
	ofCustomers := []string{"GetOrders", "GetOrderLines", "GetPaidOrders"}
	for _, test := range []struct {
		table, state string
		want         []string
	}{
		{"another_0123456789ab", "parked", nil},
		{sales.ShapedOrders, "parked", all},
		{sales.ShapedCustomers, "parked", ofCustomers},
		{sales.OrderLines, "building", []string{"GetOrderLines", "GetLineTotals"}},
		{sales.LineTotals, "building", []string{"GetLineTotals"}},
		{sales.PaidOrders, "building", []string{"GetPaidOrders"}},
	} {
		w.Exec(t, "INSERT INTO store.projection_cursors (account_id, table_name, sequence_number, state) VALUES ($1, $2, 7, $3)", w.account.ID, test.table, test.state)
		if got := w.staleOnes(t, 9); !slices.Equal(got, test.want) {
			t.Errorf("with %s %s, stale are %v, want %v", test.table, test.state, got, test.want)
		}
		w.Exec(t, "DELETE FROM store.projection_cursors WHERE account_id = $1", w.account.ID)
	}
}

// A value that came with the feeder's row cannot be joined, so the answer says that it may be old.
func TestRowsMadeOfCopiesAreStaleWhileTheseAreBroughtUpToDate(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, sales.Release(t, sales.WithShapes))
	for _, table := range []string{sales.ShapedOrders, sales.ShapedCustomers} {
		w.Exec(t, openJob, w.account.ID, table, anna)
		if got := w.staleOnes(t, 0); !slices.Equal(got, []string{"GetOrderLines", "GetPaidOrders"}) {
			t.Errorf("with a job of %s, stale are %v", table, got)
		}
		w.Exec(t, closeJob, w.account.ID)
	}
	if got := w.staleOnes(t, 0); len(got) > 0 {
		t.Errorf("without a job, stale are %v", got)
	}
}
