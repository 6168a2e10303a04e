package upgrade_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	metrics "github.com/prometheus/client_golang/prometheus"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/httpapi"
	"github.com/polderhq/polder/internal/release"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/test/prometheus"
)

// moody is an api that fails or hesitates when it is told to, and a client that goes on asking it.
type moody struct {
	fails atomic.Bool
	takes atomic.Int64 // nanoseconds
}

func (m *moody) Authenticate(context.Context, string) (tenant.Principal, error) {
	time.Sleep(time.Duration(m.takes.Load()))
	if m.fails.Load() {
		return tenant.Principal{}, errors.New("it is in no mood")
	}
	return tenant.Principal{}, fault.New(fault.Unauthorized, "Nobody")
}

func (m *moody) serve(t *testing.T) (host string) {
	t.Helper()
	server := httptest.NewServer(httpapi.New(httpapi.Config{Keys: m, Releases: release.New(nil), Registry: metrics.NewRegistry()}))
	t.Cleanup(server.Close)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			request, _ := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/v1/queries", strings.NewReader("{}"))
			request.Header.Set("Authorization", "Bearer x")
			if response, err := server.Client().Do(request); err == nil {
				_ = response.Body.Close()
			}
			time.Sleep(2 * time.Millisecond)
		}
	}()
	t.Cleanup(func() { stop(); <-ended })
	return strings.TrimPrefix(server.URL, "http://")
}

func (m *moody) mood(fails bool, takes time.Duration) {
	m.fails.Store(fails)
	m.takes.Store(int64(takes))
}

// The next wave is let in when requests are answered as before the upgrade, by what a real
// Prometheus knows of the real metrics.
func TestAWaveWaitsForRequests(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fails bool
		takes time.Duration
		want  string
	}{
		"errors":  {true, 0, "of requests are answered 5xx, 0.0 % before the upgrade; 5.0 % more are allowed"},
		"latency": {false, 300 * time.Millisecond, "ms before the upgrade; 3 times is allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const look = 4 * time.Second
			m := &moody{}
			requests, err := upgrade.NewRequests(prometheus.Start(t, m.serve(t)))
			if err != nil {
				t.Fatal(err)
			}
			requests.Least, requests.Errors, requests.Slower, requests.Selector = look, 0.05, 3, `job="api"`
			f := newFleet(t, 1, 1)
			time.Sleep(look) // as before the upgrade
			said := make(chan string, 1000)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			ended := make(chan error, 1)
			m.mood(test.fails, test.takes)
			run := f.runner("one", func(c *upgrade.Config) {
				c.Gates.Requests, c.Poll = requests, 100*time.Millisecond
				c.Told = func(line string) { t.Log(line); said <- line }
			})
			go func() { ended <- run.Forward(ctx) }()
			until(t, said, "is to be on the release for 4s")
			until(t, said, test.want)
			if shown, err := f.runs.Get(t.Context(), f.run); err != nil || !strings.HasPrefix(shown.Waits, "wave 2 waits: ") || strings.Contains(string(shown.Plan), "waits") {
				t.Errorf("the status says that it waits for %q, %v, the plan is %s", shown.Waits, err, shown.Plan)
			}
			m.mood(false, 0)
			until(t, said, "wave 2 of 2 begins")
			if err := <-ended; err != nil {
				t.Fatal(err)
			}
			f.want(upgrade.Grace, upgrade.OnRelease, upgrade.OnRelease)
			if shown, err := f.runs.Get(t.Context(), f.run); err != nil || shown.Waits != "" {
				t.Errorf("the status says that it waits for %q, %v", shown.Waits, err)
			}
		})
	}
}

// until waits for a line that has the text.
func until(t *testing.T, said <-chan string, text string) {
	t.Helper()
	for deadline := time.After(time.Minute); ; {
		select {
		case line := <-said:
			if strings.Contains(line, text) {
				return
			}
		case <-deadline:
			t.Fatalf("nobody says %q", text)
		}
	}
}

// A Prometheus that does not know the api, or does not answer, lets no wave in.
func TestNobodyTellsOfRequests(t *testing.T) {
	t.Parallel()
	other := prometheus.Start(t, "127.0.0.1:1")
	for url, want := range map[string]string{other: "it has no polder_api_requests_in_flight{}", "http://127.0.0.1:1": "connection refused"} {
		requests, err := upgrade.NewRequests(url)
		if err != nil {
			t.Fatal(err)
		}
		requests.Least = time.Second
		f := newFleet(t, 1, 1)
		said := make(chan string, 1000)
		run := f.runner("one", func(c *upgrade.Config) {
			c.Gates.Requests, c.Told = requests, func(line string) { said <- line }
		})
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- run.Forward(ctx) }()
		until(t, said, want)
		stop()
		<-ended
		f.want(upgrade.Running, upgrade.OnRelease, upgrade.Pending)
	}
	if _, err := upgrade.NewRequests("::"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a URL that is none: %v", err)
	}
}
