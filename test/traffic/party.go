package traffic

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/google/uuid"

	"github.com/polderhq/polder/test/history"
)

// party is an account under load.
type party struct {
	*Traffic
	Account
	log       *history.Log
	neighbour *party // another account
	customer  uuid.UUID
	next      atomic.Bool // an answer has shown that it runs on the next release

	written atomic.Int64 // the highest number that was acknowledged
	heard   atomic.Int64 // and that its listener was told of
}

// settle makes the customer that orders are for.
func (p *party) settle(ctx context.Context) error {
	person, err := p.command(ctx, fmt.Sprintf(`{"RegisterPersonCommand": {"Name": "Head of %s"}}`, p.Name))
	if err != nil {
		return err
	}
	customer, err := p.command(ctx, fmt.Sprintf(`{"AssignCustomerCommand": {"PartyId": %q, "SpendingLimit": "1000000000"}}`, person.stream()))
	p.customer = customer.stream()
	return err
}

// errand is what a client does in two steps.
func (p *party) errand(ctx context.Context, n int) {
	switch n % 6 {
	case 2:
		p.person(ctx, n)
	case 5:
		p.quarrel(ctx, n)
	default:
		p.order(ctx, n)
	}
}

// order places an order, every other one for the customer on file, and confirms it.
func (p *party) order(ctx context.Context, n int) {
	who := fmt.Sprintf(`"CustomerId": %q`, p.customer)
	if n%2 == 0 {
		who = fmt.Sprintf(`"CustomerName": "Guest %d"`, n)
	}
	reference := fmt.Sprintf("%s-%d", p.Name, n)
	placed, priority, err := p.place(ctx, fmt.Sprintf(`%s, "Reference": %q, "Freight": "%d.50", "OrderLines": [{"ProductName": "Chai", "UnitPrice": "18.00"}]`, who, reference, n%9))
	if err != nil {
		return
	}
	p.shows(ctx, placed, fmt.Sprintf(`"GetOrders": {"OrderId": %q`, placed.stream()), map[string]string{"Reference": reference})
	confirmed, err := p.command(ctx, fmt.Sprintf(`{"ConfirmOrderCommand": {"OrderId": %q}}`, placed.stream()))
	if err != nil {
		return
	}
	p.book.ordered(Order{p.Account, placed.stream(), reference, priority})
	if n%4 == 0 { // an order is confirmed once, and in its own account
		body := fmt.Sprintf(`{"ConfirmOrderCommand": {"OrderId": %q}}`, placed.stream())
		p.mustFail(ctx, body, http.StatusUnprocessableEntity)
		p.neighbour.mustFail(ctx, body, http.StatusNotFound)
	}
	p.shows(ctx, confirmed, fmt.Sprintf(`"GetOrders": {"OrderId": %q`, placed.stream()), map[string]string{"Status": "confirmed"})
}

// place places the order, with a priority where the account knows them.
func (p *party) place(ctx context.Context, fields string) (placed Acknowledged, priority string, err error) {
	p.shapes.RLock()
	if p.newest && p.next.Load() {
		defer p.shapes.RUnlock()
		placed, err = p.command(ctx, `{"PlaceOrderCommand": {"Priority": "high", `+fields+`}}`)
		p.book.count(&p.book.newShape)
		return placed, "high", err
	}
	p.shapes.RUnlock()
	placed, err = p.command(ctx, `{"PlaceOrderCommand": {`+fields+`}}`)
	return placed, "normal", err
}

// person registers somebody and renames them.
func (p *party) person(ctx context.Context, n int) {
	registered, err := p.command(ctx, fmt.Sprintf(`{"RegisterPersonCommand": {"Name": "Person %d"}}`, n))
	if err != nil {
		return
	}
	asked := fmt.Sprintf(`"GetPeople": {"PersonId": %q`, registered.stream())
	p.shows(ctx, registered, asked, map[string]string{"Name": fmt.Sprintf("Person %d", n)})
	name := fmt.Sprintf("Renamed %d", n)
	if renamed, err := p.command(ctx, fmt.Sprintf(`{"RenamePersonCommand": {"PersonId": %q, "Name": %q}}`, registered.stream(), name)); err == nil {
		p.shows(ctx, renamed, asked, map[string]string{"Name": name})
	}
}

// quarrel has two clients rename a person at the same revision: one of them comes second.
func (p *party) quarrel(ctx context.Context, n int) {
	registered, err := p.command(ctx, fmt.Sprintf(`{"RegisterPersonCommand": {"Name": "Person %d"}}`, n))
	if err != nil {
		return
	}
	at := map[string]string{"If-Match": strconv.Quote(strconv.Itoa(int(registered.revision())))}
	var won atomic.Int32
	var both sync.WaitGroup
	for _, name := range []string{"One", "Other"} {
		both.Go(func() {
			body := fmt.Sprintf(`{"RenamePersonCommand": {"PersonId": %q, "Name": "%s %d"}}`, registered.stream(), name, n)
			renamed, err := p.commandOr(ctx, body, at, http.StatusPreconditionFailed)
			if err == nil {
				won.Add(1)
				p.shows(ctx, renamed, fmt.Sprintf(`"GetPeople": {"PersonId": %q`, registered.stream()), map[string]string{"Name": fmt.Sprintf("%s %d", name, n)})
			}
		})
	}
	if both.Wait(); won.Load() != 1 {
		p.book.violated("%s: %d of two commands at one revision of %s were taken", p.Name, won.Load(), registered.stream())
	}
}

// mustFail sends a command that must be refused.
func (p *party) mustFail(ctx context.Context, body string, status int) {
	if done, err := p.commandOr(ctx, body, nil, status); err == nil {
		p.book.violated("%s: %s is done, as event %d", p.Name, body, done.SequenceNumber)
	}
}

// flood places an order for nobody to look at.
func (p *party) flood(ctx context.Context, n int) {
	_, _ = p.command(ctx, fmt.Sprintf(`{"PlaceOrderCommand": {"CustomerId": %q, "Reference": "flood %d", "OrderLines": [{"ProductName": "Chai", "UnitPrice": "18.00"}]}}`, p.customer, n)) // it is counted
}

// look asks a query as a screen does.
func (p *party) look(ctx context.Context, n int) {
	queries := []string{
		`{"GetOrders": {"Status": ["confirmed"], "$sort": ["-OrderNumber"], "$size": 5}}`,
		`{"GetOrderLines": {"ProductName": "Chai", "$size": 5}}`,
		fmt.Sprintf(`{"GetCustomerMonths": {"CustomerId": %q}}`, p.customer),
		`{"GetPeople": {"$size": 5}}`,
		fmt.Sprintf(`{"GetOrders": {"CustomerId": %q}}`, p.neighbour.customer),
	}
	found, err := p.query(ctx, queries[n%len(queries)], 0)
	if err == nil && len(found.Items) > 0 && n%len(queries) == 0 {
		_, known := found.Items[0]["Priority"]
		p.next.Store(known)
	}
	if err == nil && n%len(queries) == 4 && len(found.Items) > 0 {
		p.book.violated("%s is shown orders of %s: %v", p.Name, p.neighbour.Name, found.Items)
	}
}

// shows asks for the one row that a command has changed, from its sequence number on.
func (p *party) shows(ctx context.Context, command Acknowledged, asked string, want map[string]string) {
	found, err := p.query(ctx, fmt.Sprintf(`{%s, "$minSequenceNumber": %d, "$wait": "5s"}}`, asked, command.SequenceNumber), command.SequenceNumber)
	if err != nil {
		return
	}
	if found.Stale || found.SequenceNumber < command.SequenceNumber {
		p.book.violated("%s: after %d the answer is of %d (stale: %t)", p.Name, command.SequenceNumber, found.SequenceNumber, found.Stale)
		return
	}
	if len(found.Items) != 1 {
		p.book.violated("%s: %d rows at %d for %s", p.Name, len(found.Items), found.SequenceNumber, asked)
		return
	}
	for name, value := range want {
		if got := fmt.Sprint(found.Items[0][name]); got != value {
			p.book.violated("%s: %s is %q at %d, want %q", p.Name, name, got, found.SequenceNumber, value)
		}
	}
}
