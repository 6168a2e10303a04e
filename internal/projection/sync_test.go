package projection_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgerrcode"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/sales"
)

// syncWorld is a store with a projection that appends write, and its twin that the
// projector does.
type syncWorld struct {
	*sales.Store
	syncs *projection.Syncs
}

func newSyncWorld(t *testing.T, db *pgtest.Database) *syncWorld {
	t.Helper()
	store := sales.Open(t, db, sales.Release(t, sales.WithSync))
	return &syncWorld{store, projection.NewSyncs(store)}
}

// process opens an event store as another process has it.
func (w *syncWorld) process(t *testing.T) *es.Store {
	t.Helper()
	events := es.New(es.Config{Appender: w.DB.Pool(t, pg.Appender), Reader: w.DB.Pool(t, pg.API)})
	t.Cleanup(events.Close)
	return events
}

// change is an append of the events, which are all of one stream.
func (w *syncWorld) change(account uuid.UUID, events ...event) es.Append {
	a := es.Append{AccountID: account, Epoch: 1, CommandID: uuid.New(), Actor: "test",
		Writes: []es.Write{{StreamID: events[0].Stream, StreamType: events[0].Type, Expected: es.Any()}}}
	for _, e := range events {
		payload, _ := json.Marshal(e.Payload)
		a.Writes[0].Events = append(a.Writes[0].Events, es.NewEvent{PayloadItemName: e.Name, PayloadVersion: 1, Payload: payload})
	}
	a.Within = w.syncs.Within(w.Release, &a)
	return a
}

// mustBeAsLater fails the test when the sync rows are not those that the projector makes of
// all events.
func (w *syncWorld) mustBeAsLater(t *testing.T, account uuid.UUID) {
	t.Helper()
	r := start(t, w.Store)
	r.settle(t, account, w.Number(t, "SELECT sequence_number FROM store.account_heads WHERE account_id = $1", account))
	now, later := w.Rows(t, account, "OrderNow"), w.Rows(t, account, "OrderLater")
	if !slices.Equal(now, later) || len(now) == 0 {
		t.Errorf("the rows are\n%s\nthe projector makes\n%s", strings.Join(now, "\n"), strings.Join(later, "\n"))
	}
}

func TestSyncRowsAreThereWithTheirEvents(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t, pgtest.Shared(t))
	account, order, events := w.NewAccount(t).ID, uuid.New(), w.process(t)
	if a := w.change(account, happened("Person", uuid.New(), "PersonRegisteredEvent", fields{"Name": "Ada"})); a.Within != nil {
		t.Error("an event that no sync projection reads is written the slow way")
	}
	placed := w.change(account, happened("Order", order, "OrderPlacedEvent", fields{"OrderNumber": 1, "Price": "2", "Quantity": "3"}))
	changed := w.change(account, happened("Order", order, "OrderChangedEvent", fields{"Quantity": "4"}), happened("Order", order, "OrderConfirmedEvent", nil))
	for _, a := range []es.Append{placed, changed, placed} {
		if _, err := events.Append(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	rows := w.Rows(t, account, "OrderNow")
	if len(rows) != 1 || !strings.Contains(rows[0], "confirmed") || !strings.Contains(rows[0], ",8.00,EUR,") {
		t.Errorf("the rows are %v, want a confirmed order of 8.00", rows)
	}
	if later := w.Rows(t, account, "OrderLater"); len(later) > 0 {
		t.Errorf("the other projection has rows without a projector: %v", later)
	}
	w.mustBeAsLater(t, account)
}

// A row that cannot be written refuses the append: neither is there.
func TestAnEventThatASyncProjectionCannotTakeIsRefused(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t, pgtest.Shared(t))
	account, events := w.NewAccount(t).ID, w.process(t)
	for _, payload := range []fields{
		{"Note": "a\x00b"},           // PostgreSQL stores no such text
		{"Quantity": "not a number"}, // nor can this be folded
		{"Quantity": strings.Repeat("9", 30), "Price": "1", "Note": "ok"}, // fine
	} {
		_, err := events.Append(t.Context(), w.change(account, happened("Order", uuid.New(), "OrderPlacedEvent", payload)))
		if payload["Note"] == "ok" {
			if err != nil {
				t.Errorf("%v: %v", payload, err)
			}
			continue
		}
		var refused *fault.Error
		if !errors.As(err, &refused) || refused.Kind != fault.Rejected || len(refused.Details) != 1 || refused.Details[0].Path != "OrderNow" ||
			!strings.Contains(refused.Message, "OrderPlacedEvent") || refused.Cause == nil {
			t.Errorf("%v: %v, want a refusal that names the projection and the event", payload, err)
		}
	}
	if n := w.Number(t, "SELECT count(*) FROM store.events WHERE account_id = $1", account); n != 1 || len(w.Rows(t, account, "OrderNow")) != 1 {
		t.Errorf("%d events and the rows %v, want one of each", n, w.Rows(t, account, "OrderNow"))
	}
}

// The role of appends writes the tables of sync projections and reads no others.
func TestAppendsTouchTheTablesOfSyncProjectionsOnly(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t, pgtest.Shared(t))
	appender := w.DB.Pool(t, pg.Appender)
	for _, p := range w.Release.Projections() {
		table := projection.TableOf(p).Quoted()
		for _, sql := range []string{"SELECT FROM " + table + " WHERE account_id = $1", "DELETE FROM " + table + " WHERE account_id = $1"} {
			_, err := appender.Exec(t.Context(), sql, uuid.New())
			if refused := pg.Code(err) == pgerrcode.InsufficientPrivilege; refused == p.Sync || !refused && err != nil {
				t.Errorf("%s: %v", sql, err)
			}
		}
	}
}

// A table that is being built is the builder's.
func TestATableThatIsBeingBuiltIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t, pgtest.Shared(t))
	account := w.NewAccount(t).ID
	w.Exec(t, "INSERT INTO store.projection_cursors (account_id, table_name, sequence_number, state) VALUES ($1, $2, 0, 'building')", account, sales.OrderNow)
	if _, err := w.process(t).Append(t.Context(), w.change(account, happened("Order", uuid.New(), "OrderPlacedEvent", fields{"OrderNumber": 1}))); err != nil {
		t.Fatal(err)
	}
	if rows := w.Rows(t, account, "OrderNow"); len(rows) > 0 {
		t.Errorf("rows %v", rows)
	}
}

// somehow returns events of one of a few orders, so that appends meet.
func somehow(random *rand.Rand, orders []uuid.UUID) []event {
	order := orders[random.IntN(len(orders))]
	var events []event
	for range 1 + random.IntN(3) {
		payload := fields{}
		for name, value := range map[string]any{
			"OrderNumber": random.IntN(100), "Note": fmt.Sprint("note ", random.IntN(9)), "Quantity": fmt.Sprint(random.IntN(9)),
			"Price": fmt.Sprint(random.IntN(9)), "Paid": random.IntN(2) > 0, "PlacedOn": fmt.Sprintf("2026-01-%02d", 1+random.IntN(28)),
		} {
			if random.IntN(3) == 0 {
				payload[name] = value
			}
		}
		name := []string{"OrderPlacedEvent", "OrderChangedEvent", "OrderConfirmedEvent"}[random.IntN(3)]
		if name == "OrderConfirmedEvent" {
			payload = nil
		}
		events = append(events, happened("Order", order, name, payload))
	}
	if random.IntN(4) == 0 {
		return []event{happened("Person", uuid.New(), "PersonRegisteredEvent", fields{"Name": "x"})}
	}
	return events
}

// append stores the change, again and again while the store is away, and now and then once
// more when it is stored.
func (w *syncWorld) append(store *es.Store, a es.Append, twice bool) error {
	deadline := time.Now().Add(time.Minute)
	for {
		_, err := store.Append(context.Background(), a)
		switch {
		case fault.Is(err, fault.Unavailable) && time.Now().Before(deadline):
			time.Sleep(10 * time.Millisecond) // the pause that the error asks for, shortened
		case err == nil && twice:
			twice = false
		default:
			return err
		}
	}
}

// Appends from two processes meet in the same orders while connections are ended from
// outside. What is there in the end is what follows from the stored events.
func TestSyncRowsAreWhatFollowsFromTheEvents(t *testing.T) {
	t.Parallel()
	w := newSyncWorld(t, pgtest.New(t))
	processes := []*es.Store{w.process(t), w.process(t)}
	accounts := []uuid.UUID{w.NewAccount(t).ID, w.NewAccount(t).ID}
	orders := []uuid.UUID{uuid.New(), uuid.New(), uuid.New(), uuid.New(), uuid.New()}
	var wait sync.WaitGroup
	var stored atomic.Int64
	for i := range 8 {
		random := rand.New(rand.NewPCG(uint64(i), 11))
		wait.Go(func() {
			for range 30 {
				a := w.change(accounts[random.IntN(2)], somehow(random, orders)...)
				if err := w.append(processes[i%2], a, random.IntN(5) == 0); err != nil {
					t.Errorf("append: %v", err)
					return
				}
				if stored.Add(1)%40 == 0 {
					if _, err := w.Super.Exec(context.Background(), terminateAppenders); err != nil {
						t.Errorf("terminate: %v", err)
					}
				}
			}
		})
	}
	wait.Wait()
	for _, account := range accounts {
		w.mustBeAsLater(t, account)
	}
}

const terminateAppenders = `SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
WHERE application_name = 'test-polder_appender' AND datname = pg_catalog.current_database()`
