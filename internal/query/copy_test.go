package query_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/sales"
)

// newCopyWorld is an account with the events in its read models, and no projector any more:
// what becomes of copies and jobs from here on is up to the test.
func newCopyWorld(t *testing.T, events ...sales.Event) *world {
	t.Helper()
	w := newWorldOf(t, sales.Release(t, sales.WithCopies))
	w.settle(t, events...)
	return w
}

// settle applies the events and stops the projector again.
func (w *world) settle(t *testing.T, events ...sales.Event) {
	t.Helper()
	w.projectWith(t, func() {
		last := w.store(t, events...)
		for w.Number(t, "SELECT count(*) FROM store.fan_outs WHERE account_id = $1", w.account.ID) > 0 { // the test's deadline ends it
			w.heads.Publish(notify.Signal{AccountID: w.account.ID, SequenceNumber: last})
			time.Sleep(10 * time.Millisecond)
		}
	})
}

// projectWith runs the function while a projector is at work.
func (w *world) projectWith(t *testing.T, do func()) {
	t.Helper()
	projector := projection.New(projection.Config{Pools: w, Accounts: w, Releases: w, Heads: w.heads, Applied: w.applied, Workers: 1})
	if err := projector.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer projector.Stop()
	w.heads.Publish(notify.Signal{AccountID: w.account.ID, SequenceNumber: 1})
	do()
}

const (
	openJob  = "INSERT INTO store.fan_outs (account_id, table_name, ref, source_key) VALUES ($1, $2, 'CustomerId', $3)"
	closeJob = "DELETE FROM store.fan_outs WHERE account_id = $1"
)

// parties returns the names of customers that an answer shows.
func parties(t *testing.T, items []json.RawMessage) []string {
	t.Helper()
	var names []string
	for _, item := range items {
		var order struct{ PartyName *string }
		if err := json.Unmarshal(item, &order); err != nil {
			t.Fatal(err)
		}
		if order.PartyName != nil {
			names = append(names, *order.PartyName)
		}
	}
	return names
}

// With the copies made to lie it shows which rows an answer is from.
func TestCopiesAreReadUnlessTheyAreBeingBroughtUpToDate(t *testing.T) {
	t.Parallel()
	w := newCopyWorld(t, orders()...)
	w.Exec(t, "UPDATE read_models.order_a00000000001 SET party_name = 'old' WHERE account_id = $1 AND customer_id IS NOT NULL", w.account.ID)
	other := w.NewAccount(t).ID
	copied, joined := []string{"old", "old", "old"}, []string{"Acme", "Acme", "Anna Lind"}
	for _, step := range []struct {
		name    string
		account uuid.UUID
		table   string
		want    []string
	}{
		{"no job", other, "", copied},
		{"a job of another account", other, sales.ShapedOrders, copied},
		{"a job of a table that is not asked", w.account.ID, sales.OrderLines, copied},
		{"a job of the orders", w.account.ID, sales.ShapedOrders, joined},
		{"a job of the customers, whose name the orders copy", w.account.ID, sales.ShapedCustomers, joined},
	} {
		w.Exec(t, openJob, step.account, step.table, anna)
		for range 2 { // the second time the handler knows
			names := parties(t, w.ask(t, `{"$sort": ["PartyName"]}`).Items)
			if !slices.Equal(names, step.want) {
				t.Errorf("%s: the names are %v, want %v", step.name, names, step.want)
			}
		}
		w.Exec(t, closeJob, step.account)
	}
	if names := parties(t, w.ask(t, `{}`).Items); !slices.Contains(names, "Anna Lind") {
		t.Errorf("what is joined is right whether or not there is a job: %v", names)
	}
	if names := parties(t, w.ask(t, `{}`).Items); !slices.Equal(names, copied) {
		t.Errorf("after the jobs the names are %v, want the copies", names)
	}
}

func credits() []sales.Event {
	return []sales.Event{
		happened("Customer", anna, "CustomerCreditedEvent", fields{"Credit": money("500", "EUR")}),
		happened("Customer", acme, "CustomerCreditedEvent", fields{"Credit": money("500", "USD")}),
	}
}

// inBothWays calls do with the copies in use and with the joins.
func (w *world) inBothWays(t *testing.T, do func(way string)) {
	t.Helper()
	do("copied")
	w.Exec(t, openJob, w.account.ID, sales.ShapedOrders, anna)
	do("joined")
	w.Exec(t, closeJob, w.account.ID)
}

func TestFiltersFindTheSameInCopiesAndJoins(t *testing.T) {
	t.Parallel()
	w := newCopyWorld(t, append(orders(), credits()...)...)
	for _, test := range []struct {
		body string
		want []int
	}{
		{`{"CustomerName": "Linus Torvalds"}`, []int{1}},
		{`{"CustomerName": "Anna Lind"}`, []int{2}},
		{`{"CustomerName": {"prefix": "Acme"}}`, []int{3, 4}},
		{`{"CustomerName": ["Acme", "linus"]}`, []int{3, 5}},
		{`{"CustomerName": null}`, []int{}},
		{`{"PartyName": "Acme"}`, []int{3, 4}},
		{`{"PartyName": {"prefix": "A"}}`, []int{2, 3, 4}},
		{`{"PartyName": null}`, []int{1, 5}},
		{`{"CustomerCredit": "500"}`, []int{2}},
		{`{"CustomerCredit": "500 USD"}`, []int{3, 4}},
		{`{"CustomerCredit": ["500 EUR", "500 USD"]}`, []int{2, 3, 4}},
		{`{"CustomerCredit": {"gt": "499.99", "lte": 500}}`, []int{2}},
		{`{"CustomerCredit": null}`, []int{1, 5}},
		{`{"PartyName": "Acme", "CustomerName": "Acme", "Status": "placed"}`, []int{3}},
	} {
		w.inBothWays(t, func(way string) {
			if got := numbers(t, w.ask(t, test.body)); !slices.Equal(got, test.want) {
				t.Errorf("%s: %s finds %v, want %v", way, test.body, got, test.want)
			}
		})
	}
	w.inBothWays(t, func(way string) {
		item := string(w.ask(t, `{"OrderNumber": 3}`).Items[0])
		for _, shown := range []string{`"CustomerName":"Acme"`, `"CustomerCredit":{"amount":"500.00","currency":"USD"}`} {
			if !strings.Contains(item, shown) || strings.Contains(item, "Own") {
				t.Errorf("%s: %s does not show %s and only what is not silent", way, item, shown)
			}
		}
	})
}

// A job may begin or end between any two pages.
func TestPagesGoOnFromCopiesToJoinsAndBack(t *testing.T) {
	t.Parallel()
	w := newCopyWorld(t, append(mixed(40), credits()...)...)
	for _, sort := range []string{`["CustomerName"]`, `["-CustomerName"]`, `["PartyName", "-OrderNumber"]`, `["-PartyName", "CustomerName"]`, `["CustomerCredit"]`, `["-CustomerCredit", "Total"]`} {
		want := ids(t, w.ask(t, `{"$sort": `+sort+`, "$size": 500}`).Items)
		w.inBothWays(t, func(way string) {
			if got := w.walk(t, "", sort, 7); !slices.Equal(got, want) {
				t.Errorf("%s by %s gives another order:\n got %v\nwant %v", way, sort, got, want)
			}
		})
		var got []string
		after := ""
		for page := 0; ; page++ {
			if page%2 == 1 {
				w.Exec(t, openJob, w.account.ID, sales.ShapedOrders, anna)
			}
			answer := w.ask(t, fmt.Sprintf(`{"$sort": %s, "$size": 3%s}`, sort, after))
			w.Exec(t, closeJob, w.account.ID)
			got = append(got, ids(t, answer.Items)...)
			if answer.Next == "" || len(got) > 100 {
				break
			}
			after = fmt.Sprintf(`, "$after": %q`, answer.Next)
		}
		if !slices.Equal(got, want) {
			t.Errorf("by turns by %s gives another order:\n got %v\nwant %v", sort, got, want)
		}
	}
}

// A customer is renamed again and again, and the new name goes to the orders in several
// transactions. No page shows two names.
func TestNoPageMixesOldAndNewNames(t *testing.T) {
	t.Parallel()
	events := []sales.Event{
		happened("Person", person, "PersonRegisteredEvent", fields{"Name": "Name 0"}),
		happened("Customer", anna, "CustomerAssignedEvent", fields{"PartyId": person}),
	}
	for n := range 12 {
		events = append(events, place(uuid.New(), fields{"OrderNumber": n, "CustomerId": anna}))
	}
	w := newCopyWorld(t, events...)
	var readers errgroup.Group
	done := make(chan struct{})
	for range 2 {
		readers.Go(func() error {
			for {
				select {
				case <-done:
					return nil
				default:
				}
				answer, err := w.handler.Handle(t.Context(), w.request(`{"$size": 500}`))
				if err != nil {
					return err
				}
				names := parties(t, answer.Items)
				if len(names) != 12 || len(slices.Compact(slices.Clone(names))) != 1 {
					return fmt.Errorf("one page shows %v", names)
				}
			}
		})
	}
	for n := range 25 {
		w.rename(t, fmt.Sprintf("Name %d", n+1))
	}
	close(done)
	if err := readers.Wait(); err != nil {
		t.Error(err)
	}
}

// rename does what the projector does with a renamed person: the new name with jobs for the
// tables that copy it, the copies bit by bit, the end of the jobs.
func (w *world) rename(t *testing.T, name string) {
	t.Helper()
	w.Exec(t, `WITH renamed AS (UPDATE read_models.person_0123456789ab SET name = $2 WHERE account_id = $1 RETURNING key)
INSERT INTO store.fan_outs (account_id, table_name, ref, source_key) SELECT $1, $3, 'PartyId', key FROM renamed`, w.account.ID, name, sales.ShapedCustomers)
	w.Exec(t, `WITH copied AS (UPDATE read_models.customer_c00000000001 SET party_name = $2 WHERE account_id = $1 RETURNING key),
done AS (DELETE FROM store.fan_outs WHERE account_id = $1)
INSERT INTO store.fan_outs (account_id, table_name, ref, source_key) SELECT $1, $3, 'CustomerId', key FROM copied`, w.account.ID, name, sales.ShapedOrders)
	for rest := range 4 {
		w.Exec(t, `UPDATE read_models.order_a00000000001 SET party_name = $2, customer_name = $2
WHERE account_id = $1 AND order_number % 4 = $3`, w.account.ID, name, rest)
	}
	w.Exec(t, closeJob, w.account.ID)
}

func TestSilentColumnsAreNotAskedFor(t *testing.T) {
	t.Parallel()
	w := newCopyWorld(t, orders()...)
	for _, body := range []string{`{"OwnCustomerName": "x"}`, `{"$sort": ["OwnCustomerName"]}`} {
		if e := w.refused(t, body); !strings.Contains(e.Error(), "OwnCustomerName") {
			t.Errorf("%s: %v", body, e)
		}
	}
}
