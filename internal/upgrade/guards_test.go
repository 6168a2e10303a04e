package upgrade_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/test/sales"
)

// withGuards lets no two people have a name, and limits what a customer may have on order.
func withGuards(ir *model.IR) {
	for i := range ir.Streams {
		s := &ir.Streams[i]
		switch s.Name {
		case "Person":
			s.Uniques = append(s.Uniques, model.Unique{Name: "Name", Key: []string{"Name"}})
		case "Customer":
			s.Limits = append(s.Limits, model.Limit{Name: "Orders", Max: "1000"})
		case "Order":
			s.Events = slices.Clone(s.Events)
			for j := range s.Events {
				if s.Events[j].Name == "OrderPlacedEvent" {
					s.Events[j].Claims = []model.LimitClaim{{Limit: "Customer.Orders", Via: "CustomerId", Delta: "1"}}
				}
			}
		}
	}
}

// openGuarded opens a world whose next release has guards.
func openGuarded(t *testing.T) *world {
	t.Helper()
	w := open(t)
	w.after = sales.Release(t, withGuards)
	w.Know(t, w.after)
	return w
}

// held are the account's guard rows.
func (w *world) held(account uuid.UUID) []string {
	w.t.Helper()
	rows, err := w.Super.Query(w.t.Context(), `SELECT guard || ' ' || key FROM store.guard_unique WHERE account_id = $1
		UNION ALL SELECT guard || ' ' || key || ' ' || used FROM store.guard_limit WHERE account_id = $1 ORDER BY 1`, account)
	if err != nil {
		w.t.Fatal(err)
	}
	texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		w.t.Fatal(err)
	}
	return texts
}

// A release with guards that the one before does not have finds what they hold in the events,
// and one that has them no more leaves nothing of them.
func TestGuardsOfARelease(t *testing.T) {
	t.Parallel()
	w := openGuarded(t)
	ann, bob, acme := uuid.New(), uuid.New(), uuid.New()
	name := func(person uuid.UUID, name string) sales.Event {
		return sales.Happened("Person", person, "PersonRegisteredEvent", sales.Fields{"Name": name})
	}
	order := sales.Happened("Order", uuid.New(), "OrderPlacedEvent", sales.Fields{"OrderNumber": 1, "CustomerId": acme})
	account := w.live(w.before, sales.Happened("Customer", acme, "CustomerAssignedEvent", sales.Fields{"PartyId": ann}), name(ann, "Ann"), name(bob, "Ann "), order)
	move := upgrade.Move{AccountID: account, From: w.before, To: w.after, Back: w.before}
	w.enter(move)
	if _, err := move.Switch(t.Context(), w.Role(pg.Admin)); !fault.Is(err, fault.Rejected) || w.epoch(account) != 1 {
		t.Fatalf("two people of one name: %v", err)
	}
	w.Append(t, account, name(bob, "Bob"))
	w.Project(t, account)
	w.switchTo(move)
	want := []string{fmt.Sprintf("Customer.Orders %s 1", acme), "Person.Name ann", "Person.Name bob"}
	if got := w.held(account); !slices.Equal(got, want) {
		t.Errorf("held are %v, want %v", got, want)
	}
	w.switchTo(upgrade.Move{AccountID: account, From: w.after, To: w.before})
	if got := w.held(account); len(got) != 0 {
		t.Errorf("%v is left", got)
	}
}

// renamed is a history of people who take and leave names, two of whom never have the same one, of an organisation, and of orders of customers.
func renamed(random *rand.Rand, n int) (events []sales.Event) {
	var people, customers, orders [5]uuid.UUID
	organisation := uuid.New() // has nothing to do with guards
	for i := range people {
		people[i], customers[i], orders[i] = uuid.New(), uuid.New(), uuid.New()
		events = append(events, sales.Happened("Customer", customers[i], "CustomerAssignedEvent", sales.Fields{"PartyId": people[i]}))
	}
	taken := map[string]int{}
	for range n {
		i, name := random.IntN(len(people)), fmt.Sprint("Name ", random.IntN(9))
		if owner, is := taken[name]; !is || owner == i {
			maps.DeleteFunc(taken, func(_ string, owner int) bool { return owner == i })
			taken[name] = i
			events = append(events, sales.Happened("Person", people[i], "PersonRegisteredEvent", sales.Fields{"Name": name}))
		}
		events = append(events, sales.Happened("Organisation", organisation, "OrganisationRenamedEvent", sales.Fields{"Name": name}))
		events = append(events, sales.Happened("Order", orders[random.IntN(len(orders))], "OrderPlacedEvent",
			sales.Fields{"OrderNumber": 1, "CustomerId": customers[random.IntN(len(customers))]}))
	}
	return events
}

// Keys are made of what is archived and of what came later, and are those that all events make; sums are made of events.
func TestGuardsOfArchivedStreams(t *testing.T) {
	t.Parallel()
	w := openGuarded(t)
	for seed := range uint64(4) {
		events := renamed(rand.New(rand.NewPCG(seed, 5)), 60)
		var held [][]string
		for _, archived := range []bool{false, true} {
			account := w.live(w.before, events[:100]...)
			if archived {
				w.archive(account, w.before)
			}
			w.Append(t, account, events[100:]...)
			w.Project(t, account)
			move := upgrade.Move{AccountID: account, From: w.before, To: w.after}
			w.enter(move)
			w.switchTo(move)
			held = append(held, w.held(account))
		}
		if len(held[0]) < 8 || !slices.Equal(held[0], held[1]) {
			t.Errorf("of events %v\nof archived streams %v", held[0], held[1])
		}
	}
	// States are read, of people alone.
	account := w.live(w.before, renamed(rand.New(rand.NewPCG(9, 5)), 60)...)
	w.archive(account, w.before)
	w.Exec(t, "UPDATE store.archived_streams SET state = replace(replace(state::text, 'Name ', 'Mane '), 'CustomerId', 'Customer')::json WHERE account_id = $1", account)
	move := upgrade.Move{AccountID: account, From: w.before, To: w.after}
	w.enter(move)
	w.switchTo(move)
	people, sums := 0, 0
	for _, text := range w.held(account) {
		if strings.HasPrefix(text, "Person.Name mane") {
			people++
		}
		if strings.HasPrefix(text, "Customer.Orders") {
			sums++
		}
	}
	if people == 0 || sums != 5 {
		t.Errorf("%v", w.held(account))
	}
}
