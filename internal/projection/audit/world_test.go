package audit_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/projection/audit"
	"github.com/polderhq/polder/test/sales"
)

type (
	event  = sales.Event
	fields = sales.Fields
)

var happened = sales.Happened

// world is a store with the shaped sales model and a projector that keeps it up to date.
type world struct {
	*sales.Store
	plan  *projection.Plan
	heads *notify.Topic
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return worldOf(t, sales.Open(t, pgtest.Shared(t), sales.Release(t, sales.WithShapes)))
}

func worldOf(t *testing.T, s *sales.Store) *world {
	t.Helper()
	w := &world{Store: s, plan: projection.NewPlan(s.Release), heads: notify.NewTopic()}
	p := projection.New(projection.Config{Pools: s, Accounts: s, Releases: s, Heads: w.heads, Applied: notify.NewTopic(), Workers: 2,
		Log: zaptest.NewLogger(t, zaptest.Level(zap.ErrorLevel))})
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	return w
}

// settle appends events and has them applied, with all fan-outs.
func (w *world) settle(t *testing.T, account uuid.UUID, events ...event) {
	t.Helper()
	last := w.Append(t, account, events...)
	deadline := time.Now().Add(10 * time.Second)
	for {
		w.heads.Publish(notify.Signal{AccountID: account, SequenceNumber: last})
		left := w.Number(t, `SELECT $2 - sequence_number + (SELECT count(*) FROM store.fan_outs WHERE account_id = $1)
			FROM store.live_cursors WHERE account_id = $1`, account, last)
		if left == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d events or fan-outs are left", left)
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func (w *world) target(name string) *projection.Target { return w.plan.Target(name) }

// verify verifies all projections of the account in looks of a size.
func (w *world) verify(t *testing.T, account uuid.UUID, size int) *audit.Report {
	t.Helper()
	report, err := audit.VerifyInLooks(t.Context(), w.Role(pg.Projector), account, size, w.plan.Units()...)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func (w *world) repair(account uuid.UUID) audit.Repair {
	return audit.Repair{Projector: w.Role(pg.Projector), Plan: w.plan, AccountID: account}
}

// told writes differences shortly.
func told(report *audit.Report) []string {
	out := []string{}
	for _, d := range report.Differences {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s", d.Kind, d.Projection, strings.Join(d.Columns, ","))))
	}
	return out
}

// rows are all rows of the account in all tables, with the transaction that wrote each last.
func (w *world) rows(t *testing.T, account uuid.UUID) []string {
	t.Helper()
	var all []string
	for _, u := range w.plan.Units() {
		for _, table := range u.Tables() {
			rows, err := w.Super.Query(t.Context(), "SELECT xmin::text || ' ' || t::text FROM read_models."+table+" t WHERE account_id = $1 ORDER BY key", account)
			if err != nil {
				t.Fatal(err)
			}
			texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
			if err != nil {
				t.Fatal(err)
			}
			for _, text := range texts {
				all = append(all, table+" "+text)
			}
		}
	}
	return all
}

// history is some customers with orders, and what happens to them.
func history(seed uint64, length int) []event {
	random := rand.New(rand.NewPCG(seed, 3))
	id := func(kind string, most int) uuid.UUID {
		return uuid.NewSHA1(uuid.Nil, fmt.Appendf(nil, "%d/%s/%d", seed, kind, random.IntN(most)))
	}
	money := func() fields {
		return fields{"amount": fmt.Sprintf("%d.%02d", random.IntN(50), random.IntN(100)), "currency": []string{"EUR", "EUR", "USD"}[random.IntN(3)]}
	}
	lines := func() []fields {
		list := []fields{}
		for n := range random.IntN(4) {
			list = append(list, fields{"LineId": fmt.Sprint(n), "Count": random.IntN(3)})
		}
		return list
	}
	var events []event
	for len(events) < length {
		switch random.IntN(8) {
		case 0:
			events = append(events, happened("Person", id("person", 3), "PersonRegisteredEvent", fields{"Name": fmt.Sprint("Person ", len(events))}))
		case 1:
			events = append(events, happened("Customer", id("customer", 4), "CustomerAssignedEvent", fields{"PartyId": id("person", 4)}))
		case 2:
			events = append(events, happened("Customer", id("customer", 4), "CustomerCreditedEvent", fields{"Credit": money()}))
		case 3:
			events = append(events, happened("Order", id("order", 30), "OrderChangedEvent", fields{"CustomerId": id("customer", 5), "Lines": lines()}))
		case 4:
			events = append(events, happened("Order", id("order", 30), "OrderChangedEvent", fields{"Paid": random.IntN(2) == 0, "CustomerName": []any{nil, "Ken"}[random.IntN(2)]}))
		default:
			events = append(events, happened("Order", id("order", 30), "OrderPlacedEvent", fields{
				"OrderNumber": random.IntN(99), "CustomerId": id("customer", 5), "Total": money(), "Price": money(), "Quantity": fmt.Sprint(random.IntN(7)),
				"Paid": random.IntN(2) == 0, "PlacedOn": fmt.Sprintf("2026-11-%02d", 1+random.IntN(9)), "PlacedAt": "2026-11-23T04:05:06.789Z", "Lines": lines(),
			}))
		}
	}
	return events
}
