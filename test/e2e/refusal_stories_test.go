package e2e_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/tenant"
)

func malformedRequests(t *testing.T, p *platform) {
	c := p.newClient(t)
	for _, body := range []string{
		``, `{`, `null`, `[]`, `{}`, `{"RegisterPersonCommand": []}`, `{"RegisterPersonCommand": {"Name": "x"}} {}`,
		`{"RegisterPersonCommand": {"Name": "x"}, "RenamePersonCommand": {}}`, `{"RegisterPersonCommand": {"Name": "x", "Name": "y"}}`,
		`{"RegisterPersonCommand": {"Name": "a\u0000b"}}`, "{\"RegisterPersonCommand\": {\"Name\": \"\xff\"}}",
		`{"RegisterPersonCommand": {"Name": ` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}}`,
	} {
		for _, path := range []string{"/v1/commands", "/v1/queries"} {
			if a := c.send("POST", path, body); a.status != http.StatusBadRequest {
				t.Errorf("%s %q: %d %s", path, body, a.status, a.body)
			}
		}
	}
	good := `{"RegisterPersonCommand": {"Name": "x"}}`
	for _, header := range [][2]string{{"Idempotency-Key", "7"}, {"If-Match", "1"}, {"If-Match", "*"}, {"X-Correlation-Id", "x"}} {
		c.refused(c.send("POST", "/v1/commands", good, header[0], header[1]), http.StatusBadRequest)
	}
	large := `{"RegisterPersonCommand": {"Name": "` + strings.Repeat("x", 1<<20) + `"}}`
	c.refused(c.send("POST", "/v1/commands", large), http.StatusRequestEntityTooLarge)
	c.refused(c.send("POST", "/v1/commands", `{"FlyToTheMoonCommand": {}}`), http.StatusNotFound)
	c.refused(c.send("POST", "/v1/queries", `{"GetMoons": {}}`), http.StatusNotFound)
	c.refused(c.send("GET", "/v1/moons", ""), http.StatusNotFound)
	c.refused(c.send("GET", "/", ""), http.StatusNotFound)
	c.refused(c.send("GET", "/v1/commands", ""), http.StatusMethodNotAllowed)
	if found := c.query(`{"GetPeople": {}}`); len(found.Items) != 0 || found.SequenceNumber != 0 {
		t.Errorf("refused requests left %+v", found)
	}
}

func whoMayWhat(t *testing.T, p *platform) {
	account := p.account(t, mainStore)
	sales := p.client(t, account, "sales")
	_, customer := sales.customer("Linus Torvalds", "1000")
	limit := fmt.Sprintf(`{"SetSpendingLimitCommand": {"CustomerId": %q, "SpendingLimit": "1"}}`, customer)
	sales.refused(sales.send("POST", "/v1/commands", limit), http.StatusForbidden)
	nobody := p.client(t, account, "gardener")
	nobody.refused(nobody.send("GET", "/v1/streams/"+customer.String(), ""), http.StatusForbidden)
	for _, token := range []string{"", "x", sales.token + "x", sales.token[:len(sales.token)-1]} {
		stranger := &client{t: t, url: p.url, token: token}
		for _, path := range []string{"/v1/openapi.json", "/v1/notifications?projections=Orders", "/v1/streams/" + customer.String()} {
			a := stranger.send("GET", path, "")
			stranger.refused(a, http.StatusUnauthorized)
			if !strings.HasPrefix(a.header.Get("WWW-Authenticate"), "Bearer") {
				t.Errorf("%s: WWW-Authenticate = %q", path, a.header.Get("WWW-Authenticate"))
			}
		}
		for _, path := range []string{"/v1/commands", "/v1/commands/batch", "/v1/queries"} {
			stranger.refused(stranger.send("POST", path, limit), http.StatusUnauthorized)
		}
	}
}

func rules(t *testing.T, p *platform) {
	c := p.newClient(t)
	bad := c.refused(c.send("POST", "/v1/commands", `{"PlaceOrderCommand": {"Colour": "red", "OrderLines": [{"ProductName": "Chai", "UnitPrice": "x", "Quantity": -1}]}}`),
		http.StatusUnprocessableEntity)
	var paths []string
	for _, e := range bad.Errors {
		paths = append(paths, e.Path)
		if e.Rule == "" || e.Message == "" {
			t.Errorf("error = %+v", e)
		}
	}
	for _, path := range []string{"Colour", "OrderLines[0].UnitPrice", "OrderLines[0].Quantity"} {
		if !slices.Contains(paths, path) {
			t.Errorf("nothing about %s in %v", path, bad.Errors)
		}
	}
	empty := c.refused(c.send("POST", "/v1/commands", `{"PlaceOrderCommand": {"OrderLines": []}}`), http.StatusUnprocessableEntity)
	for _, e := range empty.Errors {
		if e.Rule != "require" || !strings.Contains(e.Origin, "Order.yaml:") {
			t.Errorf("error = %+v", e)
		}
	}
	if len(empty.Errors) != 2 {
		t.Errorf("errors = %+v, want two", empty.Errors)
	}
	taken := `{"RegisterOrganisationCommand": {"Name": "AFAS", "VatNumber": "NL123456789B01"}}`
	c.command("%s", taken)
	unique := c.refused(c.send("POST", "/v1/commands", taken), http.StatusUnprocessableEntity)
	if len(unique.Errors) != 1 || unique.Errors[0].Path != "VatNumber" || !strings.Contains(unique.Errors[0].Origin, "Organisation.yaml:") {
		t.Errorf("problem = %+v", unique)
	}
	c.refused(c.send("POST", "/v1/queries", `{"GetOrders": {"Colour": "red"}}`), http.StatusUnprocessableEntity)
	c.refused(c.send("POST", "/v1/commands", fmt.Sprintf(`{"ConfirmOrderCommand": {"OrderId": %q}}`, uuid.New())), http.StatusNotFound)
}

func suspendedAccount(t *testing.T, p *platform) {
	account := p.account(t, mainStore)
	c := p.client(t, account)
	person := c.person("Linus Torvalds")
	c.query(`{"GetPeople": {"$minSequenceNumber": 1, "$wait": "10s"}}`)
	open := c.subscribe("People", "0")
	p.setState(t, account, tenant.Suspended)
	rename := fmt.Sprintf(`{"RenamePersonCommand": {"PersonId": %q, "Name": "x"}}`, person)
	c.refused(c.send("POST", "/v1/commands", rename), http.StatusForbidden) // at once: the store itself refuses
	eventually(t, "batches are refused", func() bool { return c.send("POST", "/v1/commands/batch", rename).status == http.StatusForbidden })
	if found := c.query(`{"GetPeople": {}}`); len(found.Items) != 1 {
		t.Errorf("a suspended account reads %+v", found)
	}
	open.wait(func(n notification) bool { return n.has("People", "", person) })
	if a := c.send("GET", "/v1/streams/"+person.String(), ""); a.status != http.StatusOK {
		t.Errorf("history: %d", a.status)
	}
	p.setState(t, account, tenant.Active)
	eventually(t, "commands are taken again", func() bool { return c.send("POST", "/v1/commands", rename).status == http.StatusOK })
}

func revokedKey(t *testing.T, p *platform) {
	account := p.account(t, mainStore)
	kept, revoked := p.client(t, account), p.client(t, account)
	open := revoked.subscribe("People", "")
	if err := p.catalog.RevokeKey(t.Context(), revoked.keyID); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the key is refused", func() bool {
		return revoked.send("POST", "/v1/queries", `{"GetPeople": {}}`).status == http.StatusUnauthorized
	})
	person := kept.person("Linus Torvalds")
	select {
	case n, isOpen := <-open.events:
		if isOpen && n.has("People", "", person) {
			t.Error("a revoked key is told of what happened after it")
		}
	default:
	}
	open.ends()
}

// twoCompanies: the same ids, the same names, and nothing of each other.
func twoCompanies(store string) func(*testing.T, *platform) {
	return func(t *testing.T, p *platform) {
		one, two := p.client(t, p.account(t, mainStore)), p.client(t, p.account(t, store))
		person := uuid.New()
		listening := two.subscribe("People", "")
		one.command(`{"RegisterPersonCommand": {"PersonId": %q, "Name": "Only One Knows"}}`, person)
		one.query(`{"GetPeople": {"$minSequenceNumber": 1, "$wait": "10s"}}`)
		if found := two.query(`{"GetPeople": {}}`); len(found.Items) != 0 || found.SequenceNumber != 0 {
			t.Errorf("two sees %+v", found)
		}
		two.refused(two.send("GET", "/v1/streams/"+person.String(), ""), http.StatusNotFound)
		two.refused(two.send("POST", "/v1/commands", fmt.Sprintf(`{"RenamePersonCommand": {"PersonId": %q, "Name": "x"}}`, person)), http.StatusNotFound)
		mine := two.command(`{"RegisterPersonCommand": {"PersonId": %q, "Name": "Only Two Knows"}}`, person)
		if mine.SequenceNumber != 1 || mine.Streams[0].StreamRevision != 1 {
			t.Errorf("two's first = %+v", mine)
		}
		heard := listening.wait(func(n notification) bool { return n.Projection == "People" })
		if found := two.query(`{"GetPeople": {"PersonId": %q}}`, person); heard.SequenceNumber != 1 || len(found.Items) != 1 || found.Items[0]["Name"] != "Only Two Knows" {
			t.Errorf("two heard %+v and sees %+v", heard, found)
		}
		if found := one.query(`{"GetPeople": {"PersonId": %q}}`, person); found.Items[0]["Name"] != "Only One Knows" {
			t.Errorf("one sees %+v", found)
		}
	}
}

// budget: an operator changes it, and the api that runs already holds the account to it.
func budget(t *testing.T, p *platform) {
	account, operator := p.account(t, mainStore), p.operator(t)
	c, other := p.client(t, account), p.newClient(t)
	c.query(`{"GetPeople": {}}`)
	operator.ok("account", "limits", account.Name, "--requests-per-second", "0.1", "--burst", "2")
	var throttled *answer
	eventually(t, "the budget is spent", func() bool {
		throttled = c.send("POST", "/v1/queries", `{"GetPeople": {}}`)
		return throttled.status == http.StatusTooManyRequests
	})
	c.refused(throttled, http.StatusTooManyRequests)
	if wait, err := strconv.Atoi(throttled.header.Get("Retry-After")); err != nil || wait < 1 || wait > 10 {
		t.Errorf("Retry-After = %q", throttled.header.Get("Retry-After"))
	}
	other.query(`{"GetPeople": {}}`)
	operator.ok("account", "limits", account.Name, "--requests-per-second", "1000", "--burst", "1000")
	eventually(t, "the account has a budget again", func() bool {
		return c.send("POST", "/v1/queries", `{"GetPeople": {}}`).status == http.StatusOK
	})
}

func storeIsAway(t *testing.T, p *platform) {
	here, there := p.client(t, p.account(t, mainStore)), p.client(t, p.account(t, otherStore))
	person := there.person("Linus Torvalds")
	there.query(`{"GetPeople": {"$minSequenceNumber": 1, "$wait": "10s"}}`)
	p.network.Stop()
	requests := map[string]func() *answer{
		"a command": func() *answer {
			return there.send("POST", "/v1/commands", `{"RegisterPersonCommand": {"Name": "x"}}`)
		},
		"a query": func() *answer { return there.send("POST", "/v1/queries", `{"GetPeople": {}}`) },
		"history": func() *answer { return there.send("GET", "/v1/streams/"+person.String(), "") },
	}
	for name, request := range requests {
		a := request()
		there.refused(a, http.StatusServiceUnavailable)
		if a.header.Get("Retry-After") == "" || strings.Contains(string(a.body), "127.0.0.1") {
			t.Errorf("%s: %v %s", name, a.header, a.body)
		}
	}
	here.person("Linus Torvalds")
	if a := here.send("GET", "/readyz", ""); a.status != http.StatusOK {
		t.Errorf("not ready for the others: %s", a.body)
	}
	if err := p.network.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the store is back", func() bool {
		return there.send("POST", "/v1/commands", `{"RegisterPersonCommand": {"Name": "Back Again"}}`).status == http.StatusOK
	})
	eventually(t, "its read models go on", func() bool {
		return len(there.query(`{"GetPeople": {"Name": "Back Again"}}`).Items) == 1
	})
}
