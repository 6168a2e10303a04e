package traffic

import (
	"context"
	"fmt"
	"sync/atomic"

	"github.com/google/uuid"
)

// party is an account under load.
type party struct {
	*Traffic
	Account
	customer uuid.UUID
	next     atomic.Bool // an answer has shown that it runs on the next release
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
	if n%3 == 2 {
		p.person(ctx, n)
		return
	}
	p.order(ctx, n)
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

// look asks a query as a screen does.
func (p *party) look(ctx context.Context, n int) {
	queries := []string{
		`{"GetOrders": {"Status": ["confirmed"], "$sort": ["-OrderNumber"], "$size": 5}}`,
		`{"GetOrderLines": {"ProductName": "Chai", "$size": 5}}`,
		fmt.Sprintf(`{"GetCustomerMonths": {"CustomerId": %q}}`, p.customer),
		`{"GetPeople": {"$size": 5}}`,
	}
	found, err := p.query(ctx, queries[n%len(queries)])
	if err == nil && len(found.Items) > 0 && n%len(queries) == 0 {
		_, known := found.Items[0]["Priority"]
		p.next.Store(known)
	}
}

// shows asks for the one row that a command has changed, from its sequence number on.
func (p *party) shows(ctx context.Context, command Acknowledged, asked string, want map[string]string) {
	found, err := p.query(ctx, fmt.Sprintf(`{%s, "$minSequenceNumber": %d, "$wait": "20s"}}`, asked, command.SequenceNumber))
	if err != nil {
		return
	}
	switch {
	case found.Stale || found.SequenceNumber < command.SequenceNumber:
		p.book.violated("%s: after %d the answer is of %d (stale: %t)", p.Name, command.SequenceNumber, found.SequenceNumber, found.Stale)
	case len(found.Items) != 1:
		p.book.violated("%s: %d rows at %d for %s", p.Name, len(found.Items), found.SequenceNumber, asked)
	default:
		for name, value := range want {
			if got := fmt.Sprint(found.Items[0][name]); got != value {
				p.book.violated("%s: %s is %q at %d, want %q", p.Name, name, got, found.SequenceNumber, value)
			}
		}
	}
}
