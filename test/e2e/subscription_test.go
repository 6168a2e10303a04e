package e2e_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

// notification is one server-sent event.
type notification struct {
	ID             string // the last one that the stream gave
	Projection     string
	Via            string
	SequenceNumber int64
	Keys           []uuid.UUID
}

func (n notification) has(projection, via string, key uuid.UUID) bool {
	return n.Projection == projection && n.Via == via && slices.Contains(n.Keys, key)
}

// number is the sequence number that a client resumes after.
func (n notification) number() int64 {
	number, _ := strconv.ParseInt(n.ID, 10, 64)
	return number
}

// subscription is an open notification stream.
type subscription struct {
	t      *testing.T
	events chan notification // closed when the stream ends
	close  func()
}

// subscribe opens a stream and returns when it is open.
func (c *client) subscribe(projections, lastEventID string) *subscription {
	c.t.Helper()
	ctx, cancel := context.WithCancel(c.t.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.url+"/v1/notifications?projections="+projections, http.NoBody)
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	if lastEventID != "" {
		request.Header.Set("Last-Event-ID", lastEventID)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK || response.Header.Get("Content-Type") != "text/event-stream" {
		c.t.Fatalf("status %d, content type %q", response.StatusCode, response.Header.Get("Content-Type"))
	}
	s := &subscription{t: c.t, events: make(chan notification, 1000), close: cancel}
	go s.read(response)
	c.t.Cleanup(cancel)
	return s
}

// read parses the stream as a browser does.
func (s *subscription) read(response *http.Response) {
	defer close(s.events)
	defer response.Body.Close()
	id, data := "", ""
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case lines.Text() == "" && data != "":
			n := notification{ID: id}
			if json.Unmarshal([]byte(data), &n) == nil {
				s.events <- n
			}
			data = ""
		case name == "id":
			id = value
		case name == "data":
			data += value
		}
	}
}

// wait returns the next notification that fits.
func (s *subscription) wait(fits func(notification) bool) notification {
	s.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case n, open := <-s.events:
			if !open {
				s.t.Fatal("the notifications ended")
			}
			if fits(n) {
				return n
			}
		case <-deadline:
			s.t.Fatal("no such notification came")
		}
	}
}

// ends waits for the end of the stream.
func (s *subscription) ends() {
	s.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case _, open := <-s.events:
			if !open {
				return
			}
		case <-deadline:
			s.t.Fatal("the notifications go on")
		}
	}
}
