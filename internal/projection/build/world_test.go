package build_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/test/sales"
)

// world is a store with the sales model in all shapes. Tests share its database.
type world struct {
	*sales.Store
	t *testing.T
}

func open(t *testing.T) *world {
	t.Helper()
	return &world{sales.Open(t, pgtest.Shared(t), sales.Release(t, sales.WithShapes)), t}
}

// happenings is what happens to a few customers and their orders, the same for the same seed.
func happenings(seed uint64, length int) []sales.Event {
	random := rand.New(rand.NewPCG(seed, 3))
	one := func(kind string, of int) uuid.UUID {
		return uuid.NewSHA1(uuid.Nil, fmt.Appendf(nil, "%s %d of %d", kind, random.IntN(of), seed))
	}
	amount := func() sales.Fields {
		return sales.Fields{"amount": fmt.Sprintf("%d.%d", random.IntN(30), random.IntN(10)), "currency": []string{"EUR", "EUR", "EUR", "USD"}[random.IntN(4)]}
	}
	lines := func() (list []sales.Fields) {
		for n := range random.IntN(4) {
			list = append(list, sales.Fields{"LineId": fmt.Sprint(n), "Count": random.IntN(4)})
		}
		return slices.Clip(list)
	}
	kinds := []func() sales.Event{
		func() sales.Event {
			return sales.Happened("Person", one("person", 3), "PersonRegisteredEvent", sales.Fields{"Name": fmt.Sprint("person\t", random.IntN(9))})
		},
		func() sales.Event {
			return sales.Happened("Organisation", one("organisation", 2), "OrganisationRenamedEvent", sales.Fields{"Name": fmt.Sprint("\\N organisation ", random.IntN(9))})
		},
		func() sales.Event {
			return sales.Happened("Customer", one("customer", 4), "CustomerAssignedEvent", sales.Fields{"PartyId": one([]string{"person", "organisation"}[random.IntN(2)], 2)})
		},
		func() sales.Event {
			return sales.Happened("Customer", one("customer", 4), "CustomerCreditedEvent", sales.Fields{"Credit": amount()})
		},
		func() sales.Event {
			return sales.Happened("Order", one("order", 20), "OrderPlacedEvent", sales.Fields{"OrderNumber": random.IntN(99), "CustomerId": one("customer", 5),
				"Total": amount(), "Paid": random.IntN(2) == 0, "PlacedOn": fmt.Sprintf("2026-11-%02d", 1+random.IntN(20)), "Lines": lines(), "Quantity": "1.50", "Price": amount()})
		},
		func() sales.Event { return sales.Happened("Order", one("order", 20), "OrderConfirmedEvent", nil) },
		func() sales.Event {
			return sales.Happened("Order", one("order", 20), "OrderChangedEvent", sales.Fields{"CustomerId": one("customer", 5), "Paid": random.IntN(2) == 0})
		},
		func() sales.Event {
			return sales.Happened("Order", one("order", 20), "OrderChangedEvent", sales.Fields{"Lines": lines(), "Total": amount(), "PlacedOn": nil})
		},
	}
	events := make([]sales.Event, length)
	for i := range events {
		events[i] = kinds[random.IntN(len(kinds))]()
	}
	return events
}

// project has the account worked off by a projector, its fan-outs included.
func (w *world) project(account uuid.UUID) {
	w.t.Helper()
	heads, applied := notify.NewTopic(), notify.NewTopic()
	p := projection.New(projection.Config{Pools: w, Accounts: w, Releases: w, Heads: heads, Applied: applied, Workers: 1,
		Log: zaptest.NewLogger(w.t, zaptest.Level(zap.ErrorLevel))})
	if err := p.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	defer p.Stop()
	sub := applied.Subscribe(account)
	defer sub.Close()
	deadline := time.After(20 * time.Second)
	for w.Number(w.t, `SELECT h.sequence_number - c.sequence_number + (SELECT count(*) FROM store.fan_outs f WHERE f.account_id = $1
		AND NOT EXISTS (SELECT 1 FROM store.projection_cursors b WHERE b.account_id = $1 AND b.table_name = f.table_name))
		FROM store.account_heads h JOIN store.live_cursors c USING (account_id) WHERE h.account_id = $1`, account) > 0 {
		heads.Publish(notify.Signal{AccountID: account, SequenceNumber: w.Number(w.t, "SELECT sequence_number FROM store.account_heads WHERE account_id = $1", account)})
		select {
		case <-sub.C:
		case <-time.After(5 * time.Millisecond):
		case <-deadline:
			w.t.Fatal("the projector does not come to an end")
		}
	}
}

// live makes an account with the events, projected.
func (w *world) live(events []sales.Event) uuid.UUID {
	w.t.Helper()
	account := w.NewAccount(w.t).ID
	w.Append(w.t, account, events...)
	w.project(account)
	return account
}

// unbuilt makes an account with the events and no rows: all its tables are new.
func (w *world) unbuilt(events []sales.Event) uuid.UUID {
	w.t.Helper()
	account := w.NewAccount(w.t).ID
	for _, p := range w.Release.Projections() {
		w.Exec(w.t, "INSERT INTO store.projection_cursors VALUES ($1, $2, 0, 'building') ON CONFLICT DO NOTHING", account, p.Table)
	}
	w.Append(w.t, account, events...)
	w.project(account)
	return account
}

func (w *world) config(changes ...func(*build.Config)) build.Config {
	c := build.Config{Builder: w.Role(pg.Builder), Owner: w.Role(pg.Owner)}
	for _, change := range changes {
		change(&c)
	}
	return c
}

func budget(bytes int) func(*build.Config) { return func(c *build.Config) { c.Budget = bytes } }

// build runs a build that has to succeed for every unit.
func (w *world) build(job build.Job, changes ...func(*build.Config)) []build.Result {
	w.t.Helper()
	job.Release = w.Release
	results, err := build.Run(w.t.Context(), w.config(changes...), job)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range results {
		if !r.Live {
			w.t.Errorf("%s was not built: %s %v", r.Projection, r.Error, r.Differences)
		}
	}
	return results
}

// same requires that both accounts have the same rows, and nothing is left of a build.
func (w *world) same(got, want uuid.UUID) {
	w.t.Helper()
	w.project(got)
	for _, p := range w.Release.Projections() {
		name := p.Name
		a, b := w.Rows(w.t, got, name), w.Rows(w.t, want, name)
		if !slices.Equal(a, b) {
			for i := range max(len(a), len(b)) {
				if i >= len(a) || i >= len(b) || a[i] != b[i] {
					w.t.Errorf("%s: %d rows, want %d; row %d:\ngot  %v\nwant %v", name, len(a), len(b), i, rowAt(a, i), rowAt(b, i))
					break
				}
			}
		}
	}
	for _, table := range []string{"builds", "projection_cursors", "dead_letters", "fan_outs"} {
		if n := w.Number(w.t, "SELECT count(*) FROM store."+table+" WHERE account_id = $1", got); n != 0 {
			w.t.Errorf("%d rows are left in store.%s", n, table)
		}
	}
}

func rowAt(rows []string, i int) string {
	if i >= len(rows) {
		return "nothing"
	}
	return rows[i]
}
