package monitoring_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/test/history"
	"github.com/polderhq/polder/test/traffic"
)

// healthy is the namespace of the installation on which all is well.
const healthy = "healthy"

// wellFor is how long it is watched.
const wellFor = 20 * time.Second

// installHealthy brings up an installation under a load of all kinds: accounts whose clients write and read,
// one that asks for more than its budget, a client that listens, a batch, and a command that is sent twice.
func installHealthy(t *testing.T, p *prometheus) *installation {
	t.Helper()
	i := install(t, p, healthy)
	i.start("api-2", "POLDER_LOG_LEVEL=warn")
	accounts := []traffic.Account{{Name: i.account.Name, Token: i.token}}
	for _, name := range []string{"southwind", "eastwind"} {
		_, _, token := i.company(name)
		accounts = append(accounts, traffic.Account{Name: name, Token: token})
	}
	recorder, err := history.NewRecorder(t.TempDir())
	must(t, err)
	load, err := traffic.Start(t.Context(), traffic.Config{
		URLs: []string{i.processes["api-1"].url(), i.processes["api-2"].url()}, Accounts: accounts,
		Commands: 12, Queries: 24, Clients: 200, Seed: 1, Timeout: time.Minute, Recorder: recorder,
	})
	must(t, err)
	t.Cleanup(func() { load.Stop() })
	i.greedy()
	i.listening()
	i.during(1, time.Second, func(ctx context.Context) {
		key := uuid.NewString()
		for range 2 {
			i.ask(ctx, "/v1/commands", `{"RegisterPersonCommand": {"Name": "Nancy Davolio"}}`, "Idempotency-Key", key)
		}
		i.ask(ctx, "/v1/commands/batch", `{"RegisterPersonCommand": {"Name": "Andrew Fuller"}}`+"\n", "Idempotency-Key", uuid.NewString(), "Content-Type", "application/x-ndjson")
	})
	return i
}

// upgrade takes all accounts to the next release.
func (i *installation) upgrade() {
	i.Helper()
	model, err := next()
	must(i.T, err)
	i.publish(model, "2.0")
	i.admin(0, "upgrade", "plan", "--to", "2.0", "--all")
	i.admin(0, "upgrade", "run", "2.0-1", "--settle", "0s")
}

// greedy has an account with a small budget ask for more.
func (i *installation) greedy() {
	account, _, token := i.company("westwind")
	must(i.T, i.catalog.SetLimits(i.Context(), account.ID, tenant.Limits{RequestsPerSecond: 1, RequestBurst: 1}))
	i.during(1, 300*time.Millisecond, func(ctx context.Context) {
		i.ask(ctx, "/v1/queries", `{"GetPeople": {}}`, "Authorization", "Bearer "+token)
	})
}

// listening has a client be notified.
func (i *installation) listening() {
	i.during(1, time.Second, func(ctx context.Context) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, i.processes["api-1"].url()+"/v1/notifications?projections=Orders", http.NoBody)
		if err != nil {
			return
		}
		request.Header.Set("Authorization", "Bearer "+i.token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return
		}
		defer response.Body.Close()
		for buffer := make([]byte, 4096); err == nil; {
			_, err = response.Body.Read(buffer)
		}
	})
}

// ask sends a request with headers of its own.
func (i *installation) ask(ctx context.Context, path, body string, header ...string) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, i.processes["api-1"].url()+path, strings.NewReader(body))
	if err != nil {
		return
	}
	request.Header.Set("Authorization", "Bearer "+i.token)
	request.Header.Set("Content-Type", "application/json")
	for n := 0; n < len(header); n += 2 {
		request.Header.Set(header[n], header[n+1])
	}
	if response, err := http.DefaultClient.Do(request); err == nil {
		response.Body.Close()
	}
}

// testHealthy watches an installation that is well: every expression of every panel and alert is evaluated, panels
// show what they are for, and no alert fires.
func testHealthy(t *testing.T, p *prometheus) {
	i := installHealthy(t, p)
	i.admin(0, "projection", "build", "Orders", "--account", i.account.Name, "--throttle", "5") // for some scrapes, which show it
	p.earlier = p.describes(t)                                                                  // of builds too, which are over from here on
	i.upgrade()
	fired := p.watch(t, healthy)
	for _, f := range fired {
		t.Errorf("while all was well this fired: %v", f.Metric)
	}
	for _, b := range readBoards(t) {
		for _, panel := range b.all() {
			for _, target := range panel.Targets {
				if reason, listed := mayBeEmpty[panel.Title]; !listed {
					var err error
					for range 20 { // a busy machine does not answer every scrape
						if err = p.shows(panel, target); err == nil {
							break
						}
						time.Sleep(500 * time.Millisecond)
					}
					if err != nil {
						t.Errorf("%s, %s, query %s: %v\n%s", b.Title, panel.Title, target.RefID, err, target.Expr)
					}
				} else if _, err := p.query(substituted(target.Expr)); err != nil {
					t.Errorf("%s, %s (may be empty: %s): %v", b.Title, panel.Title, reason, err)
				}
			}
		}
	}
	for _, r := range readRules(t) {
		if _, err := p.query(r.Expr); err != nil {
			t.Errorf("%s: %v", r.Alert, err)
		}
	}
	i.follow("PolderXidAge", nil) // which no test can wait for
}

// watch waits for a time in which no scrape of the namespace failed, and returns the alerts that fired in it. A machine that is so
// busy that processes do not answer within two seconds is not well.
func (p *prometheus) watch(t *testing.T, namespace string) (fired []series) {
	t.Helper()
	over := func(expr string) []series {
		found, err := p.query(fmt.Sprintf(expr, namespace, int(wellFor.Seconds())))
		must(t, err)
		return found
	}
	eventually(t, "a time in which the machine answers", func() bool {
		time.Sleep(wellFor)
		if lost := over(`min_over_time(up{namespace=%q}[%ds]) == 0`); len(lost) > 0 {
			t.Logf("scrapes failed: %v", lost)
			return false
		}
		fired = over(`max_over_time(ALERTS{namespace=%q, alertstate="firing"}[%ds])`)
		return true
	})
	return fired
}

// mayBeEmpty are the panels that show nothing while all is well, and why.
var mayBeEmpty = map[string]string{
	"Builds that take longest": "the build is over when panels are looked at; what is told of builds is held by their own test",
	"Accounts that lag most":   "no account lags for as long as a scrape takes",
	"Parked projections":       "none is parked; of the overview there is a number too, which is 0",
	"Accounts with wrong rows": "no row is wrong",
}

// shows returns an error when the query has no answer with a number in it.
func (p *prometheus) shows(panel boardPanel, target target) error {
	found, err := p.ask(panel, target)
	if err != nil {
		return err
	}
	for _, line := range found {
		for _, s := range append(line.Values, line.Value) {
			if v := s.value(); v != "" && v != "NaN" {
				return nil
			}
		}
	}
	return fmt.Errorf("nothing is shown: %v", found)
}

// ask evaluates a query as Grafana does.
func (p *prometheus) ask(panel boardPanel, target target) ([]series, error) {
	if panel.Type == "table" {
		return p.query(substituted(target.Expr))
	}
	return p.over(substituted(target.Expr), wellFor)
}

// substituted puts in what Grafana would for its variables.
func substituted(expr string) string {
	return strings.NewReplacer("$job", healthy+"-.*", "$pod", ".*", "$__rate_interval", "10s").Replace(expr)
}
