package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
)

// description: the API's own description is valid, and the API takes its examples.
func description(t *testing.T, p *platform) {
	c := p.newClient(t)
	document, err := openapi3.NewLoader().LoadFromData(c.send("GET", "/v1/openapi.json", "").body)
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	examples := func(path string) openapi3.Examples {
		return document.Paths.Value(path).Post.RequestBody.Value.Content.Get("application/json").Examples
	}
	taken := 0
	for name, example := range examples("/v1/commands") {
		text, _ := json.Marshal(example.Value.Value)
		body := strings.ReplaceAll(string(text), "0b81b458-7671-4e9b-844b-9934255f5406", uuid.NewString()) // none disturbs another
		switch a := c.send("POST", "/v1/commands", body); a.status {
		case http.StatusOK:
			taken++
		case http.StatusNotFound: // the stream that it names
		case http.StatusUnprocessableEntity:
			for _, e := range c.refused(a, a.status).Errors {
				if e.Rule != "ref" {
					t.Errorf("%s %s: %+v", name, body, e)
				}
			}
		default:
			t.Errorf("%s %s: %d %s", name, body, a.status, a.body)
		}
	}
	if taken == 0 {
		t.Error("the API takes none of the commands of its description")
	}
	for name, example := range examples("/v1/queries") {
		body, _ := json.Marshal(example.Value.Value)
		if a := c.send("POST", "/v1/queries", string(body)); a.status != http.StatusOK {
			t.Errorf("%s %s: %d %s", name, body, a.status, a.body)
		}
	}
}

func probes(t *testing.T, p *platform) {
	c := p.newClient(t)
	c.query(`{"GetPeople": {}}`)
	anybody := &client{t: t, url: p.url}
	for _, path := range []string{"/healthz", "/readyz"} {
		if a := anybody.send("GET", path, ""); a.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	metrics := string(anybody.send("GET", "/metrics", "").body)
	for _, name := range []string{
		`polder_api_requests_total{code="200",route="/v1/queries"}`, "polder_api_request_duration_seconds_bucket", "polder_api_requests_in_flight",
		"polder_api_throttled_total", "polder_api_sse_clients", "polder_build_info", "polder_loop_heartbeat_age_seconds",
		"polder_pool_", "polder_directory_age_seconds", `polder_store_append_duration_seconds_count{store="main"}`,
	} {
		if !strings.Contains(metrics, name) {
			t.Errorf("no metric %s", name)
		}
	}
}

// load is clients that send commands until told to stop, and send each again under the
// same id until it is acknowledged.
type load struct {
	acknowledged sync.Map // command id -> stored
	sent         atomic.Int64
	stop         chan struct{}
	done         sync.WaitGroup
}

func startLoad(c func() *client, t *testing.T) *load {
	l := &load{stop: make(chan struct{})}
	for range 8 {
		l.done.Go(func() {
			for {
				select {
				case <-l.stop:
					return
				default:
					l.one(c, t)
				}
			}
		})
	}
	return l
}

func (l *load) one(c func() *client, t *testing.T) {
	id := uuid.New()
	for t.Context().Err() == nil {
		a, err := c().try("POST", "/v1/commands", `{"RegisterPersonCommand": {"Name": "Linus Torvalds"}}`, "Idempotency-Key", id.String())
		if err == nil && a.status == http.StatusOK {
			var s stored
			if json.Unmarshal(a.body, &s) == nil {
				l.acknowledged.Store(id, s)
				l.sent.Add(1)
			}
			return
		}
		if err == nil && a.status != http.StatusServiceUnavailable {
			t.Errorf("status %d: %s", a.status, a.body)
			return
		}
	}
}

// check looks for each acknowledged command in the account's history: once, where it was
// said to be.
func (l *load) check(t *testing.T, c *client) {
	t.Helper()
	close(l.stop)
	l.done.Wait()
	people := map[string]bool{}
	last := int64(0)
	l.acknowledged.Range(func(_, value any) bool {
		s := value.(stored)
		people[s.Streams[0].StreamID.String()] = true
		last = max(last, s.SequenceNumber)
		return true
	})
	if len(people) != int(l.sent.Load()) || last != int64(len(people)) {
		t.Errorf("%d acknowledged, %d people, last number %d: all must be the same", l.sent.Load(), len(people), last)
	}
	shown := 0
	for after := ""; ; {
		found := c.query(`{"GetPeople": {"$size": 500, "$minSequenceNumber": %d, "$wait": "20s"%s}}`, last, after)
		for _, item := range found.Items {
			if !people[fmt.Sprint(item["PersonId"])] {
				t.Errorf("nobody was told of %v", item)
			}
		}
		if shown += len(found.Items); found.Next == "" {
			break
		}
		after = fmt.Sprintf(`, "$after": %q`, found.Next)
	}
	if shown != len(people) {
		t.Errorf("%d people show, %d were acknowledged", shown, len(people))
	}
	t.Logf("%d commands", len(people))
}

func killedUnderLoad(t *testing.T, p *platform) {
	var current atomic.Pointer[process]
	current.Store(startAPI(t, p.env...))
	c := p.newClient(t)
	l := startLoad(func() *client { return &client{t: t, url: current.Load().url, token: c.token} }, t)
	for range 3 {
		before := l.sent.Load()
		eventually(t, "commands are stored", func() bool { return l.sent.Load() > before+50 })
		if err := current.Load().cmd.Process.Signal(syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		<-current.Load().ended
		current.Store(startAPI(t, p.env...))
	}
	l.check(t, c)
}

// goesAwayInOrder: the process stops being ready, ends notifications, answers what is
// under way, and ends well, while commands come in.
func goesAwayInOrder(t *testing.T, p *platform) {
	leaving := startAPI(t, append(p.env, "POLDER_DRAIN_DELAY=300ms")...)
	var url atomic.Value
	url.Store(leaving.url)
	c := p.newClient(t)
	there := &client{t: t, url: leaving.url, token: c.token}
	open := there.subscribe("People", "")
	_, answers := (&client{t: t, url: leaving.url, token: p.newClient(t).token}).openBatch() // and sends no more
	l := startLoad(func() *client { return &client{t: t, url: url.Load().(string), token: c.token} }, t)
	eventually(t, "commands are stored", func() bool { return l.sent.Load() > 50 })
	if err := leaving.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is not ready", func() bool { return leaving.get("/readyz") == http.StatusServiceUnavailable })
	url.Store(p.url) // as a load balancer does
	open.ends()
	var last string
	for answers.Scan() {
		last = answers.Text()
	}
	if !strings.Contains(last, `"line":2,"status":503`) {
		t.Errorf("the open batch ends with %q, %v", last, answers.Err())
	}
	select {
	case <-leaving.ended:
		if leaving.err != nil {
			t.Errorf("it ended with %v\n%s", leaving.err, tail(leaving.logged(), 2000))
		}
	case <-time.After(20 * time.Second):
		t.Error("it does not end")
	}
	l.check(t, c)
}
