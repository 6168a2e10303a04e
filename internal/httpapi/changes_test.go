package httpapi

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/test/sales"
)

// told returns what a client with the roles that follows the projection is told of the
// events, a line per change: what it is by way of, and of how many keys.
func told(t *testing.T, projection string, roles []string, events ...es.Event) []string {
	t.Helper()
	release := sales.Release(t, sales.WithShapes, func(ir *model.IR) {
		for i := range ir.Queries {
			if ir.Queries[i].From == "Orders" {
				ir.Queries[i].Allow = []string{"clerk"}
			}
		}
	})
	s := &Server{config: Config{Releases: &parts{release: release}}}
	w, err := s.newWatch(t.Context(), tenant.Principal{Roles: roles}, []string{projection})
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, c := range w.changes(events) {
		lines = append(lines, fmt.Sprintf("%s via %s: %d keys at %d", c.Projection, c.Via, len(c.Keys), c.SequenceNumber))
	}
	return lines
}

// Whose rows follow from the rows of others hears of these, as of what is joined or copied.
func TestChangesOfWhatRowsFollowFrom(t *testing.T) {
	t.Parallel()
	happened := func(number int64, stream, name string) es.Event {
		return es.Event{SequenceNumber: number, StreamID: uuid.New(), StreamType: stream, PayloadItemName: name}
	}
	events := []es.Event{
		happened(1, "Person", "PersonRenamedEvent"), happened(2, "Order", "OrderPlacedEvent"),
		happened(3, "Order", "OrderConfirmedEvent"), happened(4, "Customer", "CustomerAssignedEvent"),
	}
	clerk := []string{"clerk"}
	for _, test := range []struct {
		projection string
		roles      []string
		want       []string
	}{
		{"Orders", clerk, []string{"Orders via : 2 keys at 3", "Orders via CustomerLookup: 1 keys at 4", "Orders via PersonLookup: 1 keys at 1"}},
		{"PaidOrders", nil, []string{"PaidOrders via : 2 keys at 3", "PaidOrders via CustomerLookup: 1 keys at 4", "PaidOrders via PersonLookup: 1 keys at 1"}},
		{"OrderLines", clerk, []string{"OrderLines via Orders: 2 keys at 3", "OrderLines via CustomerLookup: 1 keys at 4", "OrderLines via PersonLookup: 1 keys at 1"}},
		{"LineTotals", clerk, []string{"LineTotals via Orders: 2 keys at 3"}},
		{"CustomerTotals", clerk, []string{"CustomerTotals via Orders: 2 keys at 3"}},
		{"CustomerTotals", nil, []string{"CustomerTotals via Orders: 0 keys at 3"}},
	} {
		if got := told(t, test.projection, test.roles, events...); !slices.Equal(got, test.want) {
			t.Errorf("%s as %v is told\n%s, want\n%s", test.projection, test.roles, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
		}
	}
}

// While what feeds a projection is parked, its followers hear nothing.
func TestAFollowerWaitsForWhatFeedsIt(t *testing.T) {
	t.Parallel()
	release := sales.Release(t, sales.WithShapes)
	s := &Server{config: Config{Releases: &parts{release: release}}}
	w, err := s.newWatch(t.Context(), tenant.Principal{}, []string{"LineTotals"})
	want := []string{sales.LineTotals, sales.OrderLines, sales.ShapedOrders}
	if err != nil || !slices.Equal(w.tables, want) {
		t.Errorf("the tables are %v, %v; want %v", w.tables, err, want)
	}
}
