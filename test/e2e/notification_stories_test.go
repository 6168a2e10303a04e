package e2e_test

import (
	"net/http"
	"testing"
)

func notifications(t *testing.T, p *platform) {
	c := p.newClient(t)
	open := c.subscribe("Orders,People", "")
	placed := c.order(second(c.customer("Linus Torvalds", "1000")), "10")
	order := placed.Streams[0].StreamID
	heard := open.wait(func(n notification) bool { return n.has("Orders", "", order) })
	if heard.SequenceNumber != placed.SequenceNumber {
		t.Errorf("heard %+v of %d", heard, placed.SequenceNumber)
	}
	// Whoever is told finds it.
	if found := c.query(`{"GetOrders": {"OrderId": %q}}`, order); len(found.Items) != 1 {
		t.Errorf("told of an order that does not show: %+v", found)
	}
	seen := heard
	for seen.number() < placed.SequenceNumber { // of several changes at once only the last has the id
		seen = open.wait(func(notification) bool { return true })
	}
	open.close()
	missed := c.order(second(c.customer("Richard Stallman", "1000")), "10").Streams[0].StreamID
	again := c.subscribe("Orders,People", seen.ID)
	again.wait(func(n notification) bool {
		if n.has("Orders", "", order) {
			t.Errorf("heard %+v again after %s", n, seen.ID)
		}
		return n.has("Orders", "", missed)
	})
	fromTheStart := c.subscribe("Orders", "0")
	fromTheStart.wait(func(n notification) bool { return n.has("Orders", "", order) })
	c.refused(c.send("GET", "/v1/notifications", ""), http.StatusBadRequest)
	c.refused(c.send("GET", "/v1/notifications?projections=Moons", ""), http.StatusNotFound)
	c.refused(c.send("GET", "/v1/notifications?projections=Orders", "", "Last-Event-ID", "x"), http.StatusBadRequest)
}

// renamedCustomer: an order shows its customer's name, so who follows orders hears of it.
func renamedCustomer(t *testing.T, p *platform) {
	c := p.newClient(t)
	person, customer := c.customer("Linus Torvalds", "1000")
	placed := c.order(customer, "10")
	c.query(`{"GetOrders": {"$minSequenceNumber": %d, "$wait": "10s"}}`, placed.SequenceNumber)
	open := c.subscribe("Orders", "")
	renamed := c.command(`{"RenamePersonCommand": {"PersonId": %q, "Name": "Linus B. Torvalds"}}`, person)
	heard := open.wait(func(n notification) bool { return n.Via != "" })
	if heard.Projection != "Orders" || heard.SequenceNumber != renamed.SequenceNumber || len(heard.Keys) != 1 || heard.Keys[0] != person {
		t.Errorf("heard %+v", heard)
	}
	if order := c.query(`{"GetOrders": {"CustomerName": "Linus B. Torvalds"}}`); len(order.Items) != 1 {
		t.Errorf("orders under the new name: %+v", order)
	}
}
