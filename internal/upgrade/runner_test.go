package upgrade_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/test/sales"
)

// fleet is a world whose accounts are in a catalog, all on the release before.
type fleet struct {
	*world
	catalog  *tenant.Catalog
	runs     *upgrade.Runs
	accounts []uuid.UUID
	run      string
}

// newFleet makes as many accounts, with ever more events, and a run over waves.
func newFleet(t *testing.T, waves ...int) *fleet {
	t.Helper()
	w := open(t)
	admin := w.Role(pg.Admin)
	f := &fleet{world: w, catalog: tenant.NewCatalog(admin), runs: upgrade.NewRuns(admin), run: "run-" + uuid.NewString()}
	w.Exec(t, "INSERT INTO catalog.stores (store_id, location, change) VALUES ($1, 'postgres://nowhere:1/x', 1) ON CONFLICT DO NOTHING", sales.StoreID)
	for _, release := range []*model.Release{w.before, w.after} {
		w.Exec(t, `INSERT INTO catalog.releases (digest, version, ir, change, published_by) VALUES ($1, left($1, 12), '{}', 1, 'test')
			ON CONFLICT DO NOTHING`, release.Digest())
	}
	planning := upgrade.Planning{ID: f.run, Release: w.after.Digest(), Waves: waves, Plan: json.RawMessage("{}"), By: "test"}
	for wave, n := range waves {
		for range n {
			account := w.live(w.before, sales.Happenings(uint64(len(f.accounts)), 30+10*len(f.accounts))...)
			f.accounts = append(f.accounts, account)
			w.Exec(t, "INSERT INTO catalog.accounts (account_id, name, store_id, release, change) VALUES ($1::uuid, 'a-' || $1::uuid, $2, $3, 1)",
				account, sales.StoreID, w.before.Digest())
			back := w.before.Digest()
			planning.Accounts = append(planning.Accounts, upgrade.Account{ID: account, Wave: wave, From: w.before.Digest(), To: w.after.Digest(), Back: &back})
		}
	}
	if err := f.runs.Create(t.Context(), planning); err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *fleet) runner(name string, changes ...func(*upgrade.Config)) *upgrade.Runner {
	c := upgrade.Config{ID: f.run, Name: name, Catalog: f.catalog, Pools: f, Releases: f, Poll: 10 * time.Millisecond,
		Told: func(line string) { f.t.Log(name + ": " + line) }}
	for _, change := range changes {
		change(&c)
	}
	return upgrade.NewRunner(f.runs, c)
}

// states are those of the run and of its accounts.
func (f *fleet) states() (run string, accounts []string) {
	f.t.Helper()
	found, err := f.runs.Get(f.t.Context(), f.run)
	if err != nil {
		f.t.Fatal(err)
	}
	all, err := f.runs.Accounts(f.t.Context(), f.run)
	if err != nil {
		f.t.Fatal(err)
	}
	for _, a := range all {
		accounts = append(accounts, a.State)
	}
	return found.State, accounts
}

func (f *fleet) want(run string, accounts ...string) {
	f.t.Helper()
	if got, each := f.states(); got != run || !slices.Equal(each, accounts) {
		f.t.Errorf("the run is %s, its accounts %v; want %s, %v", got, each, run, accounts)
	}
}

// shows requires the line among the metrics that a projector shows.
func (f *fleet) shows(line string) {
	f.t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(upgrade.NewGauges(f.Role(pg.Projector)))
	answer := httptest.NewRecorder()
	promhttp.HandlerFor(registry, promhttp.HandlerOpts{}).ServeHTTP(answer, httptest.NewRequest("GET", "/metrics", nil))
	if !strings.Contains(answer.Body.String(), line) {
		f.t.Errorf("the metrics are\n%s\nwithout %s", answer.Body, line)
	}
}

// All accounts go to the release in waves, stay on it, and lose what they left behind.
func TestARunInWaves(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 1, 2)
	if err := f.runner("one").Forward(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.want(upgrade.Grace, upgrade.OnRelease, upgrade.OnRelease, upgrade.OnRelease)
	f.shows(`polder_upgrade_runs{state="grace"} `) // the runs of other tests are among them
	f.shows(`polder_upgrade_idle_seconds{run="grace",upgrade="` + f.run + `"} 0`)
	f.shows(`polder_upgrade_accounts{run="grace",state="switched",upgrade="` + f.run + `"} 3`)
	for i, account := range f.accounts {
		events := sales.Happenings(uint64(i), 30+10*i)
		f.same(f.after, account, f.live(f.after, events...))
		f.same(f.before, account, f.live(f.before, events...))
	}
	known, err := f.catalog.AccountByName(t.Context(), "a-"+f.accounts[0].String())
	if err != nil || known.Release != f.after.Digest() || known.Epoch != 2 {
		t.Errorf("the catalog has %+v, %v", known, err)
	}
	if err := f.runner("one").Forward(t.Context()); !fault.Is(err, fault.Conflict) {
		t.Errorf("a run in its grace goes on: %v", err)
	}
	if err := f.runner("one").Contract(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.want(upgrade.Done, upgrade.Contracted, upgrade.Contracted, upgrade.Contracted)
	for _, p := range f.before.Projections() {
		if f.after.Projection(p.Name).Table != p.Table && len(f.RowsOf(t, f.accounts[2], p)) > 0 {
			t.Errorf("rows of %s are left", p.Name)
		}
	}
	f.Append(t, f.accounts[2], sales.Happenings(9, 30)...)
	f.Project(t, f.accounts[2])
	f.same(f.after, f.accounts[2], f.live(f.after, append(sales.Happenings(2, 50), sales.Happenings(9, 30)...)...))
}

// An account that fails stops further waves, and goes on when it is mended.
func TestAFailureStopsTheWaves(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 2, 1)
	f.Exec(t, "UPDATE store.live_cursors SET release = 'another' WHERE account_id = $1", f.accounts[1])
	if err := f.runner("one").Forward(t.Context()); !fault.Is(err, fault.Rejected) {
		t.Fatalf("the run ended with %v", err)
	}
	f.want(upgrade.Paused, upgrade.OnRelease, upgrade.Failed, upgrade.Pending)
	f.Exec(t, "UPDATE store.live_cursors SET release = NULL WHERE account_id = $1", f.accounts[1])
	if err := f.runner("one").Forward(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.want(upgrade.Grace, upgrade.OnRelease, upgrade.OnRelease, upgrade.OnRelease)
}

// standing is how the run stands; zero: it is not among those that go on.
func (f *fleet) standing() (mine upgrade.Standing) {
	f.t.Helper()
	all, err := f.runs.Standing(f.t.Context())
	if err != nil {
		f.t.Fatal(err)
	}
	for _, s := range all { // those of other tests are among them
		if s.ID == f.run {
			mine = s
		}
	}
	return mine
}

func TestHowAnUpgradeStands(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 1, 2)
	if is := f.standing(); is != (upgrade.Standing{}) {
		t.Errorf("planned: %+v", is)
	}
	set := func(sql string) { f.Exec(t, sql+" WHERE upgrade_id = $1", f.run) }
	set("UPDATE catalog.upgrades SET state = 'running', started_at = now() - interval '2 hours', plan = '{\"waits\": \"for me\"}'")
	set("UPDATE catalog.upgrade_accounts SET changed_at = now() - interval '1 hour', state = CASE place WHEN 1 THEN 'switched' WHEN 2 THEN 'failed' ELSE 'pending' END")
	is := f.standing()
	if is.State != upgrade.Running || is.Version != f.after.Digest()[:12] || is.Waits != "for me" || is.Between != 1 || is.Failed != 1 || is.Idle.Round(time.Minute) != time.Hour {
		t.Errorf("nothing works on it: %+v", is)
	}
	f.Exec(t, "UPDATE catalog.upgrade_accounts SET claimed_until = now() + interval '15 s' WHERE upgrade_id = $1 AND state = 'pending'", f.run)
	if is := f.standing(); is.Idle != 0 {
		t.Errorf("something works on it: %+v", is)
	}
	set("UPDATE catalog.upgrades SET state = 'grace'")
	if is := f.standing(); is != (upgrade.Standing{}) {
		t.Errorf("in its grace: %+v", is)
	}
}

// Several processes share a run; one that is cut off leaves nothing undone.
func TestProcessesShareARun(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 1, 5)
	cut, cancel := context.WithCancel(t.Context())
	first := f.runner("first", func(c *upgrade.Config) {
		c.Told = func(string) { cancel() } // after the first account
	})
	if err := first.Forward(cut); err == nil {
		t.Error("a process that was cut off says that it is done")
	}
	ended := make(chan error, 2)
	for n := range 2 {
		go func() { ended <- f.runner(fmt.Sprint("other", n)).Forward(t.Context()) }()
	}
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	state, accounts := f.states()
	if state != upgrade.Grace || slices.ContainsFunc(accounts, func(s string) bool { return s != upgrade.OnRelease }) {
		t.Errorf("the run is %s, its accounts %v", state, accounts)
	}
}

// The way back is open in every step, also behind new events, and for one account alone.
func TestTheWayBack(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 2, 1)
	if err := f.runner("one", func(c *upgrade.Config) { c.Gates.Settle = time.Hour; c.Told = func(string) {} }).Forward(within(t, 3*time.Second)); err == nil {
		t.Fatal("the second wave did not wait")
	}
	f.want(upgrade.Running, upgrade.OnRelease, upgrade.OnRelease, upgrade.Pending)
	f.Append(t, f.accounts[0], sales.Happenings(77, 30)...)
	f.Project(t, f.accounts[0])
	for _, account := range []int{0, 2} { // the last one has not gone yet
		if err := f.runner("one").Back(t.Context(), &f.accounts[account]); err != nil {
			t.Fatal(err)
		}
	}
	f.want(upgrade.Running, upgrade.RolledBack, upgrade.OnRelease, upgrade.RolledBack)
	f.same(f.before, f.accounts[0], f.live(f.before, append(sales.Happenings(0, 30), sales.Happenings(77, 30)...)...))
	if err := f.runner("one").Back(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	f.want(upgrade.RolledBack, upgrade.RolledBack, upgrade.RolledBack, upgrade.RolledBack)
	for i, account := range f.accounts[1:] {
		f.same(f.before, account, f.live(f.before, sales.Happenings(uint64(i+1), 40+10*i)...))
	}
}

// A process that was cut off between the switch back and the catalog leaves it to the next one to tell.
func TestTheCatalogHearsOfTheWayBack(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 1)
	if err := f.runner("one").Forward(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.switchBack(f.accounts[0])
	if err := f.runner("two").Back(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	known, err := f.catalog.AccountByName(t.Context(), "a-"+f.accounts[0].String())
	if err != nil || known.Release != f.before.Digest() || known.Epoch != 3 {
		t.Errorf("the catalog has %+v, %v", known, err)
	}
}

// switchBack is what is done of a way back before the catalog is told.
func (f *fleet) switchBack(account uuid.UUID) {
	f.t.Helper()
	back := upgrade.Move{AccountID: account, From: f.after, To: f.before}
	f.enter(back)
	f.switchTo(back)
}

// A process that works on a run which is taken back meanwhile ends as one that comes later does.
func TestARunThatIsTakenBack(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 1, 1)
	said, ended := make(chan string, 1000), make(chan error, 1)
	go func() {
		ended <- f.runner("one", func(c *upgrade.Config) {
			c.Gates.Settle, c.Told, c.Poll = time.Hour, func(line string) { said <- line }, 2*time.Second // it sees the run only when all is over
		}).Forward(t.Context())
	}()
	until(t, said, "wave 2 waits: the last one is to be on the release for 1h0m0s")
	if err := f.runner("two").Back(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for _, err := range []error{<-ended, f.runner("three").Forward(t.Context())} {
		if !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), upgrade.RolledBack) {
			t.Errorf("a run that was taken back ends with %v", err)
		}
	}
}

func within(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}
