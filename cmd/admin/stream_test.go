package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
)

// happened stores an event of the stream, as an api on the release of the company does.
func (w *world) happened(account, stream uuid.UUID, event, payload string) {
	w.Helper()
	store := es.New(es.Config{Appender: w.db.Pool(w, pg.Appender), Reader: w.db.Pool(w, pg.API)})
	defer store.Close()
	_, err := store.Append(w.Context(), es.Append{AccountID: account, Epoch: 1, CommandID: uuid.New(), Actor: "key:k1",
		Writes: []es.Write{{StreamID: stream, StreamType: "Order", Expected: es.Any(), Events: []es.NewEvent{{
			PayloadItemName: event, PayloadVersion: 1, Payload: json.RawMessage(payload)}}}}})
	if err != nil {
		w.Fatal(err)
	}
}

func TestAStreamAtEachRevision(t *testing.T) {
	w := newCompany(t)
	w.ok("account", "create", "southwind")
	north, stream := w.id("northwind"), uuid.New()
	w.happened(north, stream, "OrderPlacedEvent", `{"CustomerName": "Linus\u001b[2J", "OrderLines": [
		{"LineId": 1, "ProductName": "Chai", "Quantity": "10", "UnitPrice": {"amount": "18.00", "currency": "EUR"}, "Discount": "0"}], "OrderNumber": "SO-2026-00001"}`)
	w.happened(north, stream, "OrderLinesChangedEvent", `{"OrderLines": [
		{"LineId": 1, "ProductName": "Chai", "Quantity": "12", "UnitPrice": {"amount": "18.00", "currency": "EUR"}, "Discount": "0"}]}`)
	w.happened(north, stream, "OrderConfirmedEvent", `{}`)
	show := func(args ...string) []string {
		return append([]string{"stream", "show", stream.String(), "--account", "northwind"}, args...)
	}
	w.expect(w.ok(show("--revision", "1")...),
		"stream  Order UUID", "account  northwind", "release  2026.11.1", "revision  1 of 3", "Status  placed", "OrderNumber  SO-2026-00001", "CustomerName  \"Linus\\u001b[2J\"",
		`OrderLines  [{"LineId":1,"ProductName":"Chai","Quantity":"10","UnitPrice":{"amount":"18.00","currency":"EUR"},"Discount":"0"}]`,
		"Total  180.00 EUR", "Payable  180.00 EUR")
	if out := w.steady(w.ok(show()...)); !strings.Contains(out, "revision  3 of 3\nStatus  confirmed\n") || !strings.Contains(out, "Total  216.00 EUR") {
		t.Errorf("the newest is\n%s", out)
	}
	w.expect(strings.SplitN(w.ok(show("--steps")...), "\n\n", 2)[1],
		"REVISION  NUMBER  WHEN  WHO  EVENT  CHANGED  FROM  TO",
		"1  1  TIME  key:k1  OrderPlacedEvent  Status  -  placed",
		"OrderNumber  -  SO-2026-00001", `CustomerName  -  "Linus\u001b[2J"`,
		`OrderLines[LineId=1]  -  {"LineId":1,"ProductName":"Chai","Quantity":"10","UnitPrice":{"amount":"18.00","currency":"EUR"},"Discount":"0"}`,
		"Total  -  180.00 EUR", "Payable  -  180.00 EUR",
		"2  2  TIME  key:k1  OrderLinesChangedEvent  OrderLines[LineId=1].Quantity  10  12", "Total  180.00 EUR  216.00 EUR", "Payable  180.00 EUR  216.00 EUR",
		"3  3  TIME  key:k1  OrderConfirmedEvent  Status  placed  confirmed")
	shown := decode[shownStream](w, show("--steps", "--revision", "2")...)
	var state struct {
		Status string
		Total  struct{ Amount string }
	}
	if err := json.Unmarshal(shown.State, &state); err != nil || state.Status != "placed" || state.Total.Amount != "216.00" {
		t.Errorf("%s, %v", shown.State, err)
	}
	if len(shown.Steps) != 2 || shown.Steps[1].Changes[0].Path != "OrderLines[LineId=1].Quantity" || string(shown.Steps[1].Changes[0].After) != `"12"` || shown.Revisions != 3 {
		t.Errorf("%+v", shown)
	}
	if shown := decode[shownStream](w, show()...); shown.Steps != nil {
		t.Errorf("steps that nobody asked for: %+v", shown.Steps)
	}
	w.fails(5, []string{"has 3 revisions, and not 4"}, show("--revision", "4")...)
	w.fails(2, []string{"1 or more"}, show("--revision", "-1")...)
	w.fails(2, []string{"is a uuid"}, "stream", "show", "x", "--account", "northwind")
	w.fails(5, []string{"has no stream", "admin event list --account southwind"}, "stream", "show", stream.String(), "--account", "southwind")
	w.fails(2, []string{`"account" not set`}, "stream", "show", stream.String())
}

// What the release reads otherwise is shown as it is in the release; what it cannot read ends what can be said.
func TestAStreamOfAnotherRelease(t *testing.T) {
	w := newCompany(t)
	north, stream := w.id("northwind"), uuid.New()
	w.happened(north, stream, "OrderPlacedEvent", `{"CustomerName": "Linus", "OrderLines": []}`)
	w.happened(north, stream, "OrderShippedEvent", `{}`)
	w.happened(north, stream, "OrderConfirmedEvent", `{}`)
	r := w.fails(9, []string{"revision 2 (OrderShippedEvent)", "admin event list --account northwind --stream " + stream.String()}, "stream", "show", stream.String(), "--account", "northwind", "--steps")
	if out := w.steady(r.out); !strings.Contains(out, "revision  1 of 3") || !strings.Contains(out, "OrderPlacedEvent  Status  -  placed") || strings.Contains(out, "confirmed") {
		t.Errorf("what can be read is\n%s", out)
	}
	for stored, want := range map[*streamStep]string{
		{Stored: "A", Events: []string{"A"}}:      "A",
		{Stored: "A", Events: []string{}}:         "A (read as nothing)",
		{Stored: "A", Events: []string{"B", "C"}}: "B, C (stored as A)",
	} {
		if got := stored.event(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
