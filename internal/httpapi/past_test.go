package httpapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/test/sales"
)

func stored(number int64, stream, name, payload string) es.Event {
	return es.Event{SequenceNumber: number, StreamID: uuid.Max, StreamRevision: int(number), StreamType: stream,
		PayloadItemName: name, PayloadVersion: 1, Payload: json.RawMessage(payload)}
}

// A history shows events as the account's release reads them, in pages of stored ones; what
// cannot be read is shown as it is stored.
func TestAHistoryOfThePast(t *testing.T) {
	t.Parallel()
	release := sales.Release(t, sales.WithPast)
	page := newHistory(release, []es.Event{
		stored(1, "Order", "OrderPlacedEvent", `{"Number": 7, "Sum": "12.5"}`), stored(2, "Order", "OrderViewedEvent", `{}`),
		stored(3, "Order", "OrderAmendedEvent", `{"Note": "x", "Confirmed": true}`), stored(4, "Order", "OrderAmendedEvent", `{"Confirmed": "yes"}`),
		stored(5, "Order", "OrderViewedEvent", `{}`),
	}, 4)
	var got []string
	for _, e := range page.Events {
		got = append(got, fmt.Sprintf("%d %s %d %s", e.StreamRevision, e.PayloadItemName, e.PayloadVersion, e.Payload))
	}
	want := []string{
		`1 OrderPlacedEvent 3 {"OrderNumber":7,"Total":{"amount":"12.50","currency":"EUR"}}`,
		`3 OrderChangedEvent 1 {"Note":"x"}`, `3 OrderConfirmedEvent 1 {}`, `4 OrderAmendedEvent 1 {"Confirmed": "yes"}`,
	}
	if !slices.Equal(got, want) || page.Next != 4 {
		t.Errorf("next %d\n%s\nwant\n%s", page.Next, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Who follows rows hears of events that are stored under other names, and asks for them.
func TestChangesByEventsOfThePast(t *testing.T) {
	t.Parallel()
	s := &Server{config: Config{Releases: &parts{release: sales.Release(t, sales.WithPast)}}}
	for projection, want := range map[string]int64{"Orders": 3, "CustomerLookup": 4} {
		w := &watch{}
		release, _ := s.config.Releases.Get(t.Context(), "")
		if err := w.follow(tenant.Principal{Roles: []string{"*"}}, release, release.Projection(projection)); err != nil {
			t.Fatal(err)
		}
		told := w.changes([]es.Event{stored(1, "Order", "OrderPlacedEvent", ""), stored(2, "Order", "OrderViewedEvent", ""),
			stored(3, "Order", "OrderAmendedEvent", ""), stored(4, "Client", "ClientAssignedEvent", "")})
		if len(told) == 0 || told[0].SequenceNumber != want {
			t.Errorf("followers of %s are told %+v", projection, told)
		}
		if !slices.Contains(w.types, "ClientAssignedEvent") { // orders show the names of customers
			t.Errorf("the events asked for are %v", w.types)
		}
	}
}
