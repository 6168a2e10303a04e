package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// client calls the API with one key.
type client struct {
	t     *testing.T
	url   string
	token string
	keyID string
}

// answer is what the API said.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// stored acknowledges a command.
type stored struct {
	CommandID      uuid.UUID
	SequenceNumber int64
	Streams        []struct {
		StreamID       uuid.UUID
		StreamType     string
		StreamRevision int
	}
}

// page answers a query.
type page struct {
	SequenceNumber int64
	Stale          bool
	Items          []map[string]any
	Next           string
}

// problem is an error.
type problem struct {
	Type, Title, Detail, RequestID string
	Status                         int
	Errors                         []struct{ Path, Rule, Message, Origin string }
}

// try sends a request; header holds names and values in turn.
func (c *client) try(method, path, body string, header ...string) (*answer, error) {
	request, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return &answer{response.StatusCode, response.Header, text}, err
}

func (c *client) send(method, path, body string, header ...string) *answer {
	c.t.Helper()
	a, err := c.try(method, path, body, header...)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

// into decodes the answer, which must have the status.
func (a *answer) into(t *testing.T, status int, value any) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	if err := json.NewDecoder(bytes.NewReader(a.body)).Decode(value); err != nil {
		t.Fatalf("%s: %v", a.body, err)
	}
}

// command sends a command that must be stored.
func (c *client) command(body string, args ...any) stored {
	c.t.Helper()
	var s stored
	c.send("POST", "/v1/commands", fmt.Sprintf(body, args...)).into(c.t, http.StatusOK, &s)
	return s
}

// query asks a query that must be answered.
func (c *client) query(body string, args ...any) page {
	c.t.Helper()
	var p page
	c.send("POST", "/v1/queries", fmt.Sprintf(body, args...)).into(c.t, http.StatusOK, &p)
	return p
}

// refused is the problem that the answer must be.
func (c *client) refused(a *answer, status int) problem {
	c.t.Helper()
	var p problem
	a.into(c.t, status, &p)
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		c.t.Errorf("content type %q of a problem", got)
	}
	if p.Status != status || p.Type == "" || p.Title == "" || p.Detail == "" || p.RequestID != a.header.Get("X-Request-Id") {
		c.t.Errorf("problem = %+v", p)
	}
	return p
}

// person registers somebody and returns their id.
func (c *client) person(name string) uuid.UUID {
	c.t.Helper()
	return c.command(`{"RegisterPersonCommand": {"Name": %q}}`, name).Streams[0].StreamID
}

// customer makes a person of the name a customer with the limit.
func (c *client) customer(name, limit string) (person, customer uuid.UUID) {
	c.t.Helper()
	person = c.person(name)
	s := c.command(`{"AssignCustomerCommand": {"PartyId": %q, "SpendingLimit": %q}}`, person, limit)
	return person, s.Streams[0].StreamID
}

// order places an order of one line.
func (c *client) order(customer uuid.UUID, price string) stored {
	c.t.Helper()
	return c.command(`{"PlaceOrderCommand": {"CustomerId": %q, "OrderLines": [{"ProductName": "Chai", "UnitPrice": %q}]}}`, customer, price)
}
