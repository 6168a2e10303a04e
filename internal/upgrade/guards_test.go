package upgrade_test

import (
	"fmt"
	"slices"
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
	w := open(t)
	w.after = sales.Release(t, withGuards)
	w.Know(t, w.after)
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
