package e2e_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// TestStories runs all stories on one platform, each with accounts of its own, side by side:
// so each is also a test that the others do not disturb it.
func TestStories(t *testing.T) {
	p := newPlatform(t)
	t.Run("together", func(t *testing.T) {
		for name, story := range map[string]func(*testing.T, *platform){
			"the talk":                         theTalk,
			"read your writes":                 readYourWrites,
			"repeats and revisions":            repeatsAndRevisions,
			"a spending limit":                 spendingLimit,
			"history":                          historyOfAStream,
			"a notification and a resumption":  notifications,
			"a renamed customer":               renamedCustomer,
			"malformed requests":               malformedRequests,
			"who may what":                     whoMayWhat,
			"rules":                            rules,
			"custom values":                    customValues,
			"a suspended account":              suspendedAccount,
			"a revoked key":                    revokedKey,
			"two companies on one store":       twoCompanies(mainStore),
			"two companies on two stores":      twoCompanies(otherStore),
			"a budget":                         budget,
			"a batch":                          batch,
			"a batch that is sent again":       batchAgain,
			"a batch that answers as it goes":  batchStreams,
			"a description that is true":       description,
			"probes and metrics":               probes,
			"an api that is killed under load": killedUnderLoad,
			"an api that goes away in order":   goesAwayInOrder,
		} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				story(t, p)
			})
		}
	})
	// Last and alone: the network to one of the stores is cut.
	t.Run("a store that is away", func(t *testing.T) { storeIsAway(t, p) })
}

// theTalk sends the two bodies of the talk's slides as they stand there.
func theTalk(t *testing.T, p *platform) {
	c := p.newClient(t)
	placed := c.command(`{
	  "PlaceOrderCommand": {
	    "OrderId": "0b81b458-7671-4e9b-844b-9934255f5406",
	    "CustomerName": "Linus Torvalds",
	    "OrderLines": [
	      {"ProductName": "Chai", "Quantity": 10, "UnitPrice": "18.00"},
	      {"ProductName": "Chang", "UnitPrice": 19.5}
	    ]
	  }
	}`)
	if placed.SequenceNumber != 1 || len(placed.Streams) != 1 || placed.Streams[0].StreamID.String() != "0b81b458-7671-4e9b-844b-9934255f5406" ||
		placed.Streams[0].StreamType != "Order" || placed.Streams[0].StreamRevision != 1 {
		t.Errorf("placed = %+v", placed)
	}
	eventually(t, "the order shows", func() bool {
		found := c.query(`{"GetOrders": {"CustomerName": "Linus Torvalds"}}`)
		return len(found.Items) == 1 && found.SequenceNumber == 1
	})
	order := c.query(`{"GetOrders": {"CustomerName": "Linus Torvalds"}}`).Items[0]
	if order["OrderId"] != "0b81b458-7671-4e9b-844b-9934255f5406" || order["CustomerName"] != "Linus Torvalds" || order["Status"] != "placed" ||
		!strings.HasPrefix(fmt.Sprint(order["OrderNumber"]), "SO-") || fmt.Sprint(order["Total"]) != "map[amount:199.50 currency:EUR]" {
		t.Errorf("order = %v", order)
	}
}

func readYourWrites(t *testing.T, p *platform) {
	c := p.newClient(t)
	for range 10 {
		placed := c.order(second(c.customer("Linus Torvalds", "1000")), "10")
		found := c.query(`{"GetOrders": {"OrderId": %q, "$minSequenceNumber": %d, "$wait": "10s"}}`, placed.Streams[0].StreamID, placed.SequenceNumber)
		if found.Stale || found.SequenceNumber < placed.SequenceNumber || len(found.Items) != 1 || found.Items[0]["CustomerName"] != "Linus Torvalds" {
			t.Errorf("found %+v after %d", found, placed.SequenceNumber)
		}
	}
	late := c.query(`{"GetOrders": {"$minSequenceNumber": 1000000, "$wait": "50ms"}}`)
	if !late.Stale {
		t.Errorf("what never came is not stale: %+v", late)
	}
}

func second(_, id uuid.UUID) uuid.UUID { return id }

func repeatsAndRevisions(t *testing.T, p *platform) {
	c := p.newClient(t)
	id := uuid.NewString()
	body := `{"RegisterPersonCommand": {"Name": "Linus Torvalds"}}`
	var first, again stored
	answer := c.send("POST", "/v1/commands", body, "Idempotency-Key", id)
	answer.into(t, http.StatusOK, &first)
	if first.CommandID.String() != id || answer.header.Get("ETag") != `"1"` || answer.header.Get("Idempotent-Replayed") != "" {
		t.Errorf("first = %+v, header %v", first, answer.header)
	}
	person := first.Streams[0].StreamID
	rename := fmt.Sprintf(`{"RenamePersonCommand": {"PersonId": %q, "Name": "L. Torvalds"}}`, person)
	c.refused(c.send("POST", "/v1/commands", rename, "If-Match", `"2"`), http.StatusPreconditionFailed)
	if etag := c.send("POST", "/v1/commands", rename, "If-Match", `"1"`).header.Get("ETag"); etag != `"2"` {
		t.Errorf("ETag = %s", etag)
	}
	answer = c.send("POST", "/v1/commands", ` {"RegisterPersonCommand" : {"Name":"Linus Torvalds"}}`, "Idempotency-Key", id)
	answer.into(t, http.StatusOK, &again)
	if fmt.Sprint(again) != fmt.Sprint(first) || answer.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("again = %+v, want %+v", again, first)
	}
	other := c.refused(c.send("POST", "/v1/commands", fmt.Sprintf(`{"RegisterPersonCommand": {"PersonId": %q, "Name": "Somebody Else"}}`, person),
		"Idempotency-Key", id), http.StatusUnprocessableEntity)
	if len(other.Errors) != 1 || other.Errors[0].Rule != "command-id" {
		t.Errorf("problem = %+v", other)
	}
}

func spendingLimit(t *testing.T, p *platform) {
	account := p.account(t, otherStore)
	sales, controller := p.client(t, account, "sales"), p.client(t, account, "credit_controller")
	_, customer := sales.customer("Linus Torvalds", "1000")
	first, next := sales.order(customer, "600").Streams[0].StreamID, sales.order(customer, "600").Streams[0].StreamID
	confirm := `{"ConfirmOrderCommand": {"OrderId": %q}}`
	sales.command(confirm, first)
	refused := sales.refused(sales.send("POST", "/v1/commands", fmt.Sprintf(confirm, next)), http.StatusUnprocessableEntity)
	if len(refused.Errors) != 1 || refused.Errors[0].Rule != "Customer.Credit" || refused.Errors[0].Origin == "" ||
		!strings.Contains(refused.Errors[0].Message, "400") || !strings.Contains(refused.Errors[0].Message, "credit_controller") {
		t.Errorf("problem = %+v", refused)
	}
	controller.command(confirm, next) // may exceed it
	sales.command(`{"CancelOrderCommand": {"OrderId": %q}}`, first)
	found := sales.query(`{"GetOrders": {"CustomerId": %q, "Status": ["confirmed"], "$minSequenceNumber": %d, "$wait": "10s"}}`, customer,
		sales.order(customer, "1").SequenceNumber)
	if len(found.Items) != 1 || found.Items[0]["OrderId"] != next.String() {
		t.Errorf("confirmed orders: %v", found.Items)
	}
}

func historyOfAStream(t *testing.T, p *platform) {
	c := p.newClient(t)
	person := c.person("A 0")
	for i := range 4 {
		c.command(`{"RenamePersonCommand": {"PersonId": %q, "Name": "A %d"}}`, person, i+1)
	}
	type history struct {
		StreamType string
		Next       int
		Events     []struct {
			StreamRevision  int
			SequenceNumber  int64
			PayloadItemName string
			PayloadVersion  int
			Payload         map[string]any
			CommandID       uuid.UUID
			Actor           string
			CommitTime      string
		}
	}
	var pages []history
	for after := 0; ; after = pages[len(pages)-1].Next {
		var h history
		c.send("GET", fmt.Sprintf("/v1/streams/%s?after=%d&size=2", person, after), "").into(t, http.StatusOK, &h)
		if pages = append(pages, h); h.Next == 0 {
			break
		}
	}
	if len(pages) != 3 || len(pages[2].Events) != 1 || pages[0].StreamType != "Person" {
		t.Fatalf("pages = %+v", pages)
	}
	last := pages[2].Events[0]
	if last.StreamRevision != 5 || last.SequenceNumber != 5 || last.PayloadItemName != "PersonRenamedEvent" || last.Payload["Name"] != "A 4" ||
		last.Actor != "key:"+c.keyID || last.CommandID == uuid.Nil || last.CommitTime == "" {
		t.Errorf("last event = %+v", last)
	}
	c.refused(c.send("GET", "/v1/streams/"+uuid.NewString(), ""), http.StatusNotFound)
	c.refused(c.send("GET", "/v1/streams/7", ""), http.StatusBadRequest)
	c.refused(c.send("GET", "/v1/streams/"+person.String()+"?size=-1", ""), http.StatusBadRequest)
	var beyond history
	c.send("GET", "/v1/streams/"+person.String()+"?after=5", "").into(t, http.StatusOK, &beyond)
	if len(beyond.Events) != 0 {
		t.Errorf("beyond the end: %+v", beyond)
	}
}
