package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/query"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/test/sales"
)

// readers ask for pages of the customer's orders by any of the names until they are stopped,
// and count pages that show two names at once.
type readers struct {
	handler *query.Handler
	who     tenant.Principal
	pages   atomic.Int64
	mixed   atomic.Int64
	failed  atomic.Pointer[string]
}

func (r *readers) run(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		body := fmt.Sprintf(`{"$size": 100, "$sort": ["%sOrderNumber"]}`, []string{"", "-"}[n%2])
		answer, err := r.handler.Handle(ctx, query.Request{Principal: r.who, Name: "GetOrders", Body: json.RawMessage(body)})
		if err != nil {
			if ctx.Err() == nil {
				text := err.Error()
				r.failed.Store(&text)
			}
			return
		}
		names := map[string]bool{}
		for _, item := range answer.Items {
			var row struct{ PartyName string }
			_ = json.Unmarshal(item, &row) // an item is an object, or the name is missing below
			names[row.PartyName] = true
		}
		r.pages.Add(1)
		if len(names) != 1 || names[""] {
			r.mixed.Add(1)
		}
	}
}

// One customer has many orders and is renamed while the projectors are killed one after
// another and orders keep coming: the new name reaches every order, no page ever shows both,
// the jobs go on where they were, and the live cursor does not wait for them.
func TestRenameOfMuchUnderLoadAndKill9(t *testing.T) {
	t.Parallel()
	w := newWorld(t, sales.WithShapes)
	account := w.account(t)
	person, customer := uuid.New(), uuid.New()
	placed := func(n int) sales.Event {
		return sales.Happened("Order", uuid.New(), "OrderPlacedEvent", sales.Fields{"OrderNumber": n, "CustomerId": customer})
	}
	const many = 6000
	events := []sales.Event{
		sales.Happened("Person", person, "PersonRegisteredEvent", sales.Fields{"Name": "name 0"}),
		sales.Happened("Customer", customer, "CustomerAssignedEvent", sales.Fields{"PartyId": person}),
	}
	for n := range many {
		events = append(events, placed(n))
	}
	p := w.start(t)
	last := w.Append(t, account, events...)
	waitFor(t, "the orders", func() bool { return w.cursor(t, account) == last })

	who, err := w.Account(account)
	if err != nil {
		t.Fatal(err)
	}
	r := &readers{handler: query.NewHandler(query.Config{Accounts: w.Store, Pools: w.Store, Releases: w.Store, Applied: notify.NewTopic()}),
		who: tenant.Principal{Account: who}}
	reading, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan struct{})
	go func() { defer close(done); r.run(reading) }()

	jobs := func() int64 { return w.Number(t, "SELECT count(*) FROM store.fan_outs WHERE account_id = $1", account) }
	for round := 1; round <= 3; round++ {
		last = w.Append(t, account, sales.Happened("Person", person, "PersonRenamedEvent", sales.Fields{"Name": fmt.Sprint("name ", round)}))
		waitFor(t, "the job to be under way", func() bool {
			return w.Number(t, "SELECT coalesce(max(rows_done), 0) FROM store.fan_outs WHERE account_id = $1", account) > 0
		})
		p.signal(t, syscall.SIGKILL)
		<-p.ended
		left := w.Number(t, "SELECT coalesce(max(rows_done), 0) FROM store.fan_outs WHERE account_id = $1", account)
		p = w.start(t)
		for n := 0; jobs() > 0 && n < 40; n++ {
			began := time.Now()
			last = w.Append(t, account, placed(many+n))
			waitFor(t, "an order that comes meanwhile", func() bool { return w.cursor(t, account) == last })
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("the live cursor was held up for %v", took)
			}
			if at := w.Number(t, "SELECT coalesce(max(rows_done), $2) FROM store.fan_outs WHERE account_id = $1 AND ref = 'customer_id'", account, left); at < left {
				t.Errorf("the job began anew: %d rows are done, %d were", at, left)
			}
		}
		waitFor(t, "the jobs to end", func() bool { return jobs() == 0 })
		name := fmt.Sprint("name ", round)
		if wrong := w.Number(t, "SELECT count(*) FROM read_models."+sales.ShapedOrders+" WHERE account_id = $1 AND party_name IS DISTINCT FROM $2", account, name); wrong != 0 {
			t.Errorf("%d orders do not show %q", wrong, name)
		}
	}
	stop()
	<-done
	if failed := r.failed.Load(); failed != nil {
		t.Error(*failed)
	}
	if r.pages.Load() == 0 || r.mixed.Load() != 0 {
		t.Errorf("%d of %d pages showed two names", r.mixed.Load(), r.pages.Load())
	}
}
