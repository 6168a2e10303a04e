package observe_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/goleak"

	"github.com/polderhq/polder/internal/observe"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func serve(t *testing.T, c observe.ServerConfig) *observe.Server {
	t.Helper()
	if c.Registry == nil {
		c.Registry = observe.NewRegistry("projector", "1.2.3")
	}
	c.Listen = "127.0.0.1:0"
	s := observe.NewServer(c)
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		if err := errors.Join(s.Stop(context.Background()), s.Stop(context.Background())); err != nil {
			t.Error(err)
		}
	})
	return s
}

func get(t *testing.T, s *observe.Server, path string) (int, string) {
	t.Helper()
	response, err := http.Get("http://" + s.Addr().String() + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

func TestMetricsSayWhatRunsAndWhichLoopIsSilent(t *testing.T) {
	now := time.Unix(1e9, 0)
	var offset atomic.Int64
	loops := observe.NewLoops(func() time.Time { return now.Add(time.Duration(offset.Load())) })
	registry := observe.NewRegistry("projector", "1.2.3")
	registry.MustRegister(loops)
	s := serve(t, observe.ServerConfig{Registry: registry})
	alive, dead, ended := loops.Loop("alive"), loops.Loop("dead"), loops.Loop("ended")
	_ = dead
	ended.Done()
	offset.Store(int64(42 * time.Second))
	alive.Beat()

	status, text := get(t, s, "/metrics")
	if status != http.StatusOK {
		t.Fatalf("status %d", status)
	}
	for _, want := range []string{
		`process="projector"`, `version="1.2.3"`, "polder_build_info{", "go_goroutines ", "process_cpu_seconds_total ",
		`polder_loop_heartbeat_age_seconds{loop="alive"} 0`, `polder_loop_heartbeat_age_seconds{loop="dead"} 42`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	if strings.Contains(text, "ended") {
		t.Error("a loop that has ended in order counts as silent")
	}
	if name, age := loops.Oldest(); name != "dead" || age != 42*time.Second {
		t.Errorf("oldest = %s, %v", name, age)
	}
}

func TestReadinessNamesWhatIsMissing(t *testing.T) {
	var away atomic.Bool
	s := serve(t, observe.ServerConfig{Ready: map[string]observe.Check{
		"catalog": func(context.Context) error { return nil },
		"store": func(context.Context) error {
			if away.Load() {
				return errors.New("does not answer")
			}
			return nil
		},
	}})
	if status, body := get(t, s, "/readyz"); status != http.StatusOK {
		t.Errorf("/readyz: %d %s", status, body)
	}
	away.Store(true)
	status, body := get(t, s, "/readyz")
	var answer map[string]string
	if err := json.Unmarshal([]byte(body), &answer); err != nil || status != http.StatusServiceUnavailable ||
		answer["store"] != "does not answer" || answer["catalog"] != "" {
		t.Errorf("/readyz: %d %s", status, body)
	}
	if status, body := get(t, s, "/healthz"); status != http.StatusOK {
		t.Errorf("/healthz asks others: %d %s", status, body)
	}
}

func TestProfilesAreBehindAFlag(t *testing.T) {
	if status, _ := get(t, serve(t, observe.ServerConfig{}), "/debug/pprof/"); status != http.StatusNotFound {
		t.Errorf("without the flag: %d", status)
	}
	if status, body := get(t, serve(t, observe.ServerConfig{Pprof: true}), "/debug/pprof/"); status != http.StatusOK || !strings.Contains(body, "goroutine") {
		t.Errorf("with the flag: %d", status)
	}
}

func TestATakenPortIsAnError(t *testing.T) {
	taken := serve(t, observe.ServerConfig{})
	second := observe.NewServer(observe.ServerConfig{Listen: taken.Addr().String(), Registry: prometheus.NewRegistry()})
	if err := second.Start(t.Context()); err == nil {
		t.Error("two servers on one port")
	}
	if err := second.Stop(t.Context()); err != nil { // never served
		t.Error(err)
	}
}

// A request under way is answered before the server ends.
func TestStopDrains(t *testing.T) {
	asked, let := make(chan struct{}), make(chan struct{})
	s := serve(t, observe.ServerConfig{Ready: map[string]observe.Check{"slow": func(context.Context) error {
		close(asked)
		<-let
		return nil
	}}})
	answered := make(chan int, 1)
	go func() {
		response, err := http.Get("http://" + s.Addr().String() + "/readyz")
		if err != nil {
			answered <- 0
			return
		}
		response.Body.Close()
		answered <- response.StatusCode
	}()
	<-asked
	stopped := make(chan error, 1)
	go func() { stopped <- s.Stop(context.Background()) }()
	select {
	case err := <-stopped:
		t.Fatalf("stopped with a request under way: %v", err)
	case <-time.After(50 * time.Millisecond): // it may not stop: nothing to wait for
	}
	close(let)
	if status := <-answered; status != http.StatusOK {
		t.Errorf("the request under way got %d", status)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestOneThatAnswersIsEnough(t *testing.T) {
	yes := func(context.Context) error { return nil }
	no := func(context.Context) error { return errors.New("away") }
	hangs := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	if err := observe.Any(t.Context(), []observe.Check{hangs, no, yes}); err != nil {
		t.Errorf("one of three answers: %v", err)
	}
	if err := observe.Any(t.Context(), []observe.Check{no, no}); err == nil || err.Error() != "away\naway" {
		t.Errorf("none answers: %v", err)
	}
}
