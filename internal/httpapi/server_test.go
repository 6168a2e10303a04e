package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/polderhq/polder/internal/command"
	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/query"
	"github.com/polderhq/polder/internal/tenant"
)

// These tests hold what the API does by itself, whatever is behind it: the stories in
// test/e2e run it on the real parts. What stands in for the parts here misbehaves on request.
type parts struct {
	release *model.Release
	mu      sync.Mutex
	account tenant.Account
	revoked bool
	live    int64
	own     map[string]int64 // cursors of tables that are not live
	events  []es.Event
	reads   int
	fail    func() error // what a query does; nil: it answers
}

func (p *parts) Authenticate(context.Context, string) (tenant.Principal, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.revoked {
		return tenant.Principal{}, fault.New(fault.Unauthorized, "No such key")
	}
	return tenant.Principal{Account: p.account, KeyID: "key", Roles: []string{"*"}}, nil
}

func (p *parts) Take(tenant.Account) error { return nil }

func (p *parts) Prepare(context.Context, command.Request) (*command.Prepared, error) {
	return nil, fault.New(fault.Conflict, "Other changes came first")
}

func (p *parts) Run(context.Context, *command.Prepared) (command.Result, error) {
	panic("not prepared")
}

func (p *parts) Handle(context.Context, query.Request) (query.Answer, error) {
	if p.fail != nil {
		return query.Answer{}, p.fail()
	}
	return query.Answer{Items: []json.RawMessage{}}, nil
}

func (p *parts) Get(context.Context, string) (*model.Release, error) { return p.release, nil }

// OnDrop does nothing: none is dropped.
func (*parts) OnDrop(func(func(string) bool)) {}

func (p *parts) ReadStream(context.Context, es.StreamRange) ([]es.Event, error) { return nil, nil }

func (p *parts) ReadAccount(_ context.Context, r es.AccountRange) ([]es.Event, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reads++
	var found []es.Event
	for _, e := range p.events {
		if e.SequenceNumber > r.After && (r.Until == 0 || e.SequenceNumber <= r.Until) && (r.Limit == 0 || len(found) < r.Limit) {
			found = append(found, e)
		}
	}
	return found, nil
}

// register appends events of new people and makes them visible.
func (p *parts) register(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range n {
		p.live++
		p.events = append(p.events, es.Event{SequenceNumber: p.live, StreamID: uuid.New(), StreamType: "Person", PayloadItemName: "PersonRegisteredEvent"})
	}
}

type apiUnderTest struct {
	*parts
	*Server
	url     string
	applied *notify.Topic
	logs    *observer.ObservedLogs
}

func newAPI(t *testing.T, change ...func(*Config)) *apiUnderTest {
	t.Helper()
	p := &parts{release: erp(t), account: tenant.Account{ID: uuid.New(), State: tenant.Active, Epoch: 1}}
	core, logs := observer.New(zap.InfoLevel)
	applied := notify.NewTopic()
	c := Config{
		Keys: p, Budgets: p, Commands: p, Queries: p, Releases: p, Applied: applied,
		Events: func(context.Context, string) (Events, error) { return p, nil },
		Cursors: func(context.Context, tenant.Account) (query.Cursors, error) {
			p.mu.Lock()
			defer p.mu.Unlock()
			return query.Cursors{Live: p.live, Own: p.own}, nil
		},
		Registry: prometheus.NewRegistry(), Log: zap.New(core),
	}
	for _, f := range change {
		f(&c)
	}
	s := New(c)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	t.Cleanup(s.Drain) // before the server waits for open streams
	return &apiUnderTest{p, s, server.URL, applied, logs}
}

func (a *apiUnderTest) request(t *testing.T, method, path, body string, header ...string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, a.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer key")
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

func problemOf(t *testing.T, response *http.Response) problem {
	t.Helper()
	var p problem
	if err := json.NewDecoder(response.Body).Decode(&p); err != nil || response.Header.Get("Content-Type") != "application/problem+json" {
		t.Fatalf("no problem: %v, %v", err, response.Header)
	}
	return p
}

func TestPanicIsAnInternalErrorWithoutInsides(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func() error{
		"panic":  func() error { panic("password=secret") },
		"defect": func() error { return errors.New("password=secret") },
	} {
		a := newAPI(t)
		a.fail = fail
		response := a.request(t, "POST", "/v1/queries", `{"GetPeople": {}}`)
		p := problemOf(t, response)
		if response.StatusCode != http.StatusInternalServerError || strings.Contains(p.Detail, "secret") || p.RequestID == "" {
			t.Errorf("%s: %d %+v", name, response.StatusCode, p)
		}
		if n := a.logs.FilterField(zap.String("request_id", p.RequestID)).FilterMessage("request failed").Len(); n != 1 {
			t.Errorf("%s: %d lines say why", name, n)
		}
	}
}

func TestLostRaceIsAConflict(t *testing.T) {
	t.Parallel()
	response := newAPI(t).request(t, "POST", "/v1/commands", `{"RegisterPersonCommand": {}}`)
	if p := problemOf(t, response); response.StatusCode != http.StatusConflict || p.Type != "urn:polder:problem:conflict" {
		t.Errorf("%d %+v", response.StatusCode, p)
	}
}

func TestRequestsAreLoggedWithoutPayloads(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	id := uuid.NewString()
	response := a.request(t, "POST", "/v1/commands", `{"RegisterPersonCommand": {"Name": "Linus Torvalds"}}`, "X-Request-Id", id, "Idempotency-Key", id)
	if response.Header.Get("X-Request-Id") != id {
		t.Errorf("X-Request-Id = %q", response.Header.Get("X-Request-Id"))
	}
	a.request(t, "GET", "/healthz", "")
	lines := a.logs.FilterMessage("request").All()
	if len(lines) != 1 {
		t.Fatalf("%d lines, want 1", len(lines))
	}
	fields := lines[0].ContextMap()
	if fields["request_id"] != id || fields["command_id"] != id || fields["account_id"] != a.account.ID.String() || fields["status"] != int64(409) {
		t.Errorf("line = %v", fields)
	}
	for name, value := range fields {
		if text, ok := value.(string); ok && strings.Contains(text, "Linus") {
			t.Errorf("%s = %q", name, text)
		}
	}
}

func TestQuotaOfNotificationStreams(t *testing.T) {
	t.Parallel()
	a := newAPI(t, func(c *Config) { c.Subscribers = 2 })
	first := a.request(t, "GET", "/v1/notifications?projections=People", "")
	a.request(t, "GET", "/v1/notifications?projections=People", "")
	third := a.request(t, "GET", "/v1/notifications?projections=People", "")
	if third.StatusCode != http.StatusTooManyRequests || third.Header.Get("Retry-After") == "" {
		t.Errorf("the third gets %d", third.StatusCode)
	}
	_ = first.Body.Close()
	deadline := time.Now().Add(10 * time.Second)
	for a.request(t, "GET", "/v1/notifications?projections=People", "").StatusCode != http.StatusOK {
		if time.Now().After(deadline) {
			t.Fatal("a stream that ended still counts")
		}
	}
}

// lines reads what a stream sends until it ends.
func lines(response *http.Response) <-chan string {
	all := make(chan string, 10_000)
	go func() {
		defer close(all)
		scan := bufio.NewScanner(response.Body)
		scan.Buffer(nil, 1<<20)
		for scan.Scan() {
			all <- scan.Text()
		}
	}()
	return all
}

func waitFor(t *testing.T, all <-chan string, prefix string) string {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		select {
		case line, open := <-all:
			if strings.HasPrefix(line, prefix) {
				return line
			}
			if !open {
				t.Fatalf("the stream ended without %q", prefix)
			}
		case <-deadline:
			t.Fatalf("no %q came", prefix)
		}
	}
}

func TestHeartbeatCarriesOnWhereTheStreamStands(t *testing.T) {
	t.Parallel()
	a := newAPI(t, func(c *Config) { c.Heartbeat = 20 * time.Millisecond })
	all := lines(a.request(t, "GET", "/v1/notifications?projections=Orders", ""))
	waitFor(t, all, "id: 0")
	a.register(3) // no order: nobody is told, and the signal is lost
	waitFor(t, all, ": heartbeat")
	waitFor(t, all, "id: 3")
}

// Rows of a parked projection have not changed yet: its subscribers hear of them when it is
// mended, and nobody else waits for that.
func TestAParkedProjectionIsToldWhenItIsMended(t *testing.T) {
	t.Parallel()
	a := newAPI(t, func(c *Config) { c.Heartbeat = 20 * time.Millisecond })
	park := func(own map[string]int64) {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.own = own
	}
	park(map[string]int64{a.release.Projection("People").Table: 0})
	people := lines(a.request(t, "GET", "/v1/notifications?projections=People", ""))
	orders := lines(a.request(t, "GET", "/v1/notifications?projections=Orders", ""))
	waitFor(t, people, "id: 0")
	a.register(3)
	a.applied.Publish(notify.Signal{AccountID: a.account.ID, SequenceNumber: 3})
	waitFor(t, orders, "id: 3")
	if told := waitFor(t, people, "id:"); told != "id: 0" {
		t.Errorf("while it is parked the client is told %q", told)
	}
	park(nil) // the join moves no live cursor and signals nothing
	if told := waitFor(t, people, "data:"); !strings.Contains(told, `"sequenceNumber":3`) {
		t.Errorf("the mended projection is told as %s", told)
	}
}

func TestRevokedKeyHearsNothingMore(t *testing.T) {
	t.Parallel()
	a := newAPI(t, func(c *Config) { c.Heartbeat = 20 * time.Millisecond })
	all := lines(a.request(t, "GET", "/v1/notifications?projections=People", ""))
	waitFor(t, all, "id: 0")
	a.mu.Lock()
	a.revoked = true
	a.mu.Unlock()
	a.register(1)
	for line := range all { // it ends
		if strings.HasPrefix(line, "data:") {
			t.Errorf("told after the revocation: %s", line)
		}
	}
}

func TestDrainEndsStreamsAndReadiness(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	all := lines(a.request(t, "GET", "/v1/notifications?projections=People", ""))
	waitFor(t, all, "id: 0")
	a.Leave()
	if status := a.request(t, "GET", "/readyz", "").StatusCode; status != http.StatusServiceUnavailable {
		t.Errorf("readyz: %d", status)
	}
	if status := a.request(t, "POST", "/v1/queries", `{"GetPeople": {}}`).StatusCode; status != http.StatusOK {
		t.Errorf("queries while leaving: %d", status)
	}
	a.Drain()
	for line := range all { // it ends
		t.Logf("after the drain: %s", line)
	}
	if status := a.request(t, "GET", "/v1/notifications?projections=People", "").StatusCode; status != http.StatusServiceUnavailable {
		t.Errorf("a new stream: %d", status)
	}
	if status := a.request(t, "GET", "/healthz", "").StatusCode; status != http.StatusOK {
		t.Errorf("healthz: %d", status)
	}
}

// TestSubscribersShareOneLook counts the reads of 50 subscribers over 20 signals, and that
// each of them hears of everybody.
func TestSubscribersShareOneLook(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	var streams []<-chan string
	for range 50 {
		stream := lines(a.request(t, "GET", "/v1/notifications?projections=People", ""))
		waitFor(t, stream, "id: 0")
		streams = append(streams, stream)
	}
	for range 20 {
		a.register(1)
		a.applied.Publish(notify.Signal{AccountID: a.account.ID})
	}
	for _, stream := range streams {
		heard := 0
		for heard < 20 {
			var c change
			if err := json.Unmarshal([]byte(strings.TrimPrefix(waitFor(t, stream, "data: "), "data: ")), &c); err != nil {
				t.Fatal(err)
			}
			heard += len(c.Keys)
		}
		if heard != 20 {
			t.Errorf("heard of %d, want 20", heard)
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.reads > 20+50 { // one per signal, and one of each that was behind the feed when it came
		t.Errorf("%d reads for 50 subscribers and 20 signals", a.reads)
	}
}

func TestSubscriberThatWasAwayForLong(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.register(feedLength + 700)
	all := lines(a.request(t, "GET", "/v1/notifications?projections=People", "", "Last-Event-ID", "7"))
	heard := map[uuid.UUID]bool{}
	for len(heard) < feedLength+693 {
		var c change
		if err := json.Unmarshal([]byte(strings.TrimPrefix(waitFor(t, all, "data: "), "data: ")), &c); err != nil {
			t.Fatal(err)
		}
		for _, key := range c.Keys {
			heard[key] = true
		}
	}
	for _, e := range a.events[:7] {
		if heard[e.StreamID] {
			t.Errorf("told again of number %d", e.SequenceNumber)
		}
	}
	a.register(feedLength + 1) // more than the feed holds, at once
	a.applied.Publish(notify.Signal{AccountID: a.account.ID})
	for len(heard) < 2*feedLength+694 {
		var c change
		if err := json.Unmarshal([]byte(strings.TrimPrefix(waitFor(t, all, "data: "), "data: ")), &c); err != nil {
			t.Fatal(err)
		}
		for _, key := range c.Keys {
			heard[key] = true
		}
	}
}

func TestUnknownProjectionIsToldWhatWasMeant(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	response := a.request(t, "GET", "/v1/notifications?projections=people", "")
	if p := problemOf(t, response); response.StatusCode != http.StatusNotFound || !strings.Contains(p.Detail, `"people"`) || !strings.HasSuffix(p.Detail, "did you mean People?") {
		t.Errorf("%d %s", response.StatusCode, p.Detail)
	}
}
