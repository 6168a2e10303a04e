package es_test

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
)

func TestMain(m *testing.M) {
	// Each check is a story of some thirty appends; -rapid.checks asks for more.
	_ = flag.Set("rapid.checks", "30")
	// The proxy of the tests leaves a goroutine of its own behind when it is stopped amid a
	// transfer; it holds nothing of the store's.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2/toxics.(*ToxicStub).Run"))
}

// world is a database with a store on it, and one account of the test's own.
type world struct {
	*es.Store
	db      *pgtest.Database
	account uuid.UUID
}

func newWorld(t *testing.T) *world {
	t.Helper()
	db := pgtest.Shared(t)
	return &world{Store: open(t, db), db: db, account: newAccount(t, db)}
}

// open starts a store as a process has it.
func open(t testing.TB, db *pgtest.Database) *es.Store {
	t.Helper()
	store := es.New(es.Config{Appender: db.Pool(t, pg.Appender), Reader: db.Pool(t, pg.API)})
	t.Cleanup(store.Close)
	return store
}

func newAccount(t testing.TB, db *pgtest.Database) uuid.UUID {
	t.Helper()
	account := uuid.New()
	if err := es.CreateAccount(context.Background(), db.Pool(t, pg.Admin), account, 1); err != nil {
		t.Fatal(err)
	}
	return account
}

// write is an append of one command with n events to one stream.
func write(account, stream uuid.UUID, expected es.Expected, n int) es.Append {
	events := make([]es.NewEvent, n)
	for i := range events {
		events[i] = es.NewEvent{PayloadItemName: "ThingHappenedEvent", PayloadVersion: 1,
			Payload: json.RawMessage(fmt.Sprintf(`{"N":%d}`, i+1))}
	}
	return es.Append{AccountID: account, Epoch: 1, CommandID: uuid.New(), CommandHash: 7, Actor: "test",
		Writes: []es.Write{{StreamID: stream, StreamType: "Thing", Expected: expected, Events: events}}}
}

func (w *world) write(stream uuid.UUID, expected es.Expected, n int) es.Append {
	return write(w.account, stream, expected, n)
}

func (w *world) mustAppend(t testing.TB, a es.Append) es.Result {
	t.Helper()
	result, err := w.Append(context.Background(), a)
	if err != nil {
		t.Fatalf("append: %v", err)
	}
	return result
}

// history reads all events of an account and checks what must hold of any history.
func history(t testing.TB, store *es.Store, account uuid.UUID) []es.Event {
	t.Helper()
	events, err := store.ReadAccount(context.Background(), es.AccountRange{AccountID: account})
	if err != nil {
		t.Fatalf("read account: %v", err)
	}
	revisions := map[uuid.UUID]int{}
	for i, e := range events {
		if e.SequenceNumber != int64(i)+1 {
			t.Fatalf("event %d has sequence number %d: the numbers are not dense", i+1, e.SequenceNumber)
		}
		if revisions[e.StreamID]++; e.StreamRevision != revisions[e.StreamID] {
			t.Fatalf("stream %s has revision %d where %d must come", e.StreamID, e.StreamRevision, revisions[e.StreamID])
		}
		if i > 0 && e.CommitTime.Before(events[i-1].CommitTime) {
			t.Fatalf("commit time goes back at %d", e.SequenceNumber)
		}
	}
	return events
}
