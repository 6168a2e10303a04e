package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
)

// park leaves the account's projection of customers as a projector does that met an event
// it could not apply: the others are live at 1, this one stands before it.
func (w *world) park(account uuid.UUID, payload string) (table string) {
	w.Helper()
	for _, s := range decode[[]accountStatus](w, "projection", "list", "--account", "northwind") {
		if s.Projection == "People" {
			table = s.Table
		}
	}
	store := es.New(es.Config{Appender: w.db.Pool(w, pg.Appender), Reader: w.db.Pool(w, pg.API)})
	defer store.Close()
	_, err := store.Append(w.Context(), es.Append{
		AccountID: account, Epoch: 1, CommandID: uuid.New(), Actor: "k1",
		Writes: []es.Write{{StreamID: uuid.New(), StreamType: "Person", Expected: es.None(), Events: []es.NewEvent{{
			PayloadItemName: "PersonRegisteredEvent", PayloadVersion: 1, Payload: json.RawMessage(payload),
		}}}},
	})
	if err != nil {
		w.Fatal(err)
	}
	w.sql("UPDATE store.live_cursors SET sequence_number = 1 WHERE account_id = $1", account)
	w.sql("INSERT INTO store.projection_cursors VALUES ($1, $2, 0, 'parked')", account, table)
	w.sql(`INSERT INTO store.dead_letters (account_id, table_name, projection, sequence_number, payload_item_name, error, release)
		VALUES ($1, $2, 'People', 1, 'PersonRegisteredEvent', 'Name is no text', 'r')`, account, table)
	return table
}

func TestARetriedProjectionIsLiveAgain(t *testing.T) {
	w := newCompany(t)
	w.expect(w.ok("deadletter", "list"), "No projection is parked.")
	w.expect(w.ok("deadletter", "retry", "--account", "northwind"), "Nothing to retry: no such projection is parked.")
	table := w.park(w.id("northwind"), `{"Name": "Linus Torvalds"}`)
	w.expect(w.ok("deadletter", "list", "--account", "northwind"),
		"ACCOUNT  PROJECTION  EVENT  TYPE  ATTEMPTS  FIRST FAILED  LAST FAILED  ERROR",
		"northwind  People  1  PersonRegisteredEvent  1  AGE  AGE  Name is no text")
	w.expect(w.ok("deadletter", "retry", "--account", "northwind", "--projection", "Organisations"),
		"Nothing to retry: no such projection is parked.")
	w.expect(w.ok("deadletter", "retry", "--account", "northwind"),
		"ACCOUNT  PROJECTION  OUTCOME", "northwind  People  live at 1")
	w.expect(w.ok("deadletter", "list"), "No projection is parked.")
	var name string
	if err := w.db.Pool(t, pg.Admin).QueryRow(t.Context(), "SELECT name FROM read_models."+table).Scan(&name); err != nil || name != "Linus Torvalds" {
		t.Errorf("the missed event was not applied: %q, %v", name, err)
	}
	if log := w.ok("audit", "log", "--limit", "1"); !strings.Contains(log, "deadletter retry") || !strings.Contains(log, "People") {
		t.Errorf("audit log: %s", log)
	}
}

func TestAProjectionThatFailsAgainStaysParked(t *testing.T) {
	w := newCompany(t)
	w.park(w.id("northwind"), `{"Name": {"no": "text"}}`)
	r := w.fails(9, []string{"still parked", "admin deadletter list"}, "deadletter", "retry", "--account", "northwind", "-o", "json")
	if outcomes := decodeText[[]retried](w, r.out); len(outcomes) != 1 || outcomes[0].Live || outcomes[0].Error == "" {
		t.Errorf("outcomes: %+v", outcomes)
	}
	letters := decode[[]accountLetter](w, "deadletter", "list")
	if len(letters) != 1 || letters[0].Attempts < 2 || letters[0].Error == "Name is no text" {
		t.Errorf("dead letters: %+v", letters)
	}
}
