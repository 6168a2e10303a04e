package e2e_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	traces "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// collected is what a collector of traces was sent.
type collected struct {
	mu    sync.Mutex
	spans []*traces.Span
	raw   bytes.Buffer
}

// newCollector starts a collector that speaks OTLP over HTTP.
func newCollector(t *testing.T) (*collected, string) {
	t.Helper()
	c := &collected{}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	return c, server.URL
}

func (c *collected) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var request collector.ExportTraceServiceRequest
	text, err := io.ReadAll(r.Body)
	if err == nil {
		err = proto.Unmarshal(text, &request)
	}
	if err != nil || r.URL.Path != "/v1/traces" {
		http.Error(w, fmt.Sprint(r.URL.Path, err), http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw.Write(text)
	for _, resource := range request.ResourceSpans {
		for _, scope := range resource.ScopeSpans {
			c.spans = append(c.spans, scope.Spans...)
		}
	}
}

// find waits for the span that fits.
func (c *collected) find(t *testing.T, what string, fits func(*traces.Span) bool) *traces.Span {
	t.Helper()
	var found *traces.Span
	eventually(t, "a span of "+what, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, span := range c.spans {
			if fits(span) {
				found = span
				return true
			}
		}
		return false
	})
	return found
}

func named(name string) func(*traces.Span) bool {
	return func(s *traces.Span) bool { return s.Name == name }
}

func child(name string, of *traces.Span) func(*traces.Span) bool {
	return func(s *traces.Span) bool {
		return strings.HasPrefix(s.Name, name) && bytes.Equal(s.ParentSpanId, of.SpanId) && bytes.Equal(s.TraceId, of.TraceId)
	}
}

func linked(name string, to *traces.Span) func(*traces.Span) bool {
	return func(s *traces.Span) bool {
		for _, link := range s.Links {
			if s.Name == name && bytes.Equal(link.TraceId, to.TraceId) && bytes.Equal(link.SpanId, to.SpanId) {
				return true
			}
		}
		return false
	}
}

// traceOf is the trace's id as a correlation id.
func traceOf(t *testing.T, span *traces.Span) uuid.UUID {
	t.Helper()
	id, err := uuid.FromBytes(span.TraceId)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestACommandIsFollowedThroughTheProcesses(t *testing.T) {
	t.Parallel()
	found, endpoint := newCollector(t)
	p := newPlatform(t, "OTEL_EXPORTER_OTLP_ENDPOINT="+endpoint, "OTEL_BSP_SCHEDULE_DELAY=100")
	c := p.newClient(t)
	open := c.subscribe("People", "")
	registered := c.command(`{"RegisterPersonCommand": {"Name": "Ada Lovelace-Canary", "Email": "canary@example.com"}}`)
	open.wait(func(n notification) bool { return n.SequenceNumber == registered.SequenceNumber })
	open.close()

	request := found.find(t, "the request", named("POST /v1/commands"))
	command := found.find(t, "the command", child("RegisterPersonCommand", request))
	appended := found.find(t, "the append", child("append", command))
	found.find(t, "the group", linked("group of appends", appended))
	page := found.find(t, "the page", linked("page", command))
	found.find(t, "a statement of the page", child("", page))
	found.find(t, "the notification", linked("notification", command))

	var history struct {
		Events []struct{ CorrelationID uuid.UUID }
	}
	c.send("GET", "/v1/streams/"+registered.Streams[0].StreamID.String(), "").into(t, http.StatusOK, &history)
	if len(history.Events) != 1 || history.Events[0].CorrelationID != traceOf(t, request) {
		t.Errorf("the events %+v do not name the trace %s", history.Events, traceOf(t, request))
	}
	found.mu.Lock()
	defer found.mu.Unlock()
	for _, secret := range []string{"Canary", "canary", c.token, c.token[len(c.token)-20:]} {
		if bytes.Contains(found.raw.Bytes(), []byte(secret)) {
			t.Errorf("spans carry %q", secret)
		}
	}
}

func TestATraceIsWhereItsClientSays(t *testing.T) {
	t.Parallel()
	found, endpoint := newCollector(t)
	p := newPlatform(t, "OTEL_EXPORTER_OTLP_ENDPOINT="+endpoint, "OTEL_BSP_SCHEDULE_DELAY=100")
	c := p.newClient(t)
	chosen, brought, parent := uuid.New(), uuid.New(), uuid.New()
	body := `{"RegisterPersonCommand": {"Name": "Ada"}}`
	for name, header := range map[string][]string{
		"a correlation id": {"X-Correlation-Id", chosen.String()},
		"a trace":          {"traceparent", fmt.Sprintf("00-%s-%s-01", hex.EncodeToString(brought[:]), hex.EncodeToString(parent[:8]))},
	} {
		if a := c.send("POST", "/v1/commands", body, header...); a.status != http.StatusOK {
			t.Fatalf("%s: %d %s", name, a.status, a.body)
		}
	}
	for name, id := range map[string]uuid.UUID{"the correlation id": chosen, "the client's trace": brought} {
		command := found.find(t, name, func(s *traces.Span) bool {
			return s.Name == "RegisterPersonCommand" && bytes.Equal(s.TraceId, id[:])
		})
		found.find(t, "a page for "+name, linked("page", command))
	}
}
