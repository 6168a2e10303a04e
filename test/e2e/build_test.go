package e2e_test

import (
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/test/history"
	"github.com/polderhq/polder/test/traffic"
)

// rebuilt is some accounts under load whose read models are built, on a PostgreSQL of their own.
type rebuilt struct {
	operator
	platform *platform
	config   pgserver.Config
	server   *pgserver.Server
	load     *traffic.Traffic
	accounts []traffic.Account
	builder  *pgxpool.Pool
}

// All read models are built while clients go on, and the builder is killed with SIGKILL in each phase of a build, and the
// projector and PostgreSQL as well: the same command ends what was begun, no acknowledged command is lost, nobody reads less than
// was written, and the rows are those of a fresh fold.
func TestABuildUnderLoad(t *testing.T) {
	r := newRebuilt(t, 3)
	for _, phase := range []string{"fold", "chain", "catch_up", "prove"} {
		r.killed("the builder", phase, func(admin *exec.Cmd) { _ = admin.Process.Kill() })
	}
	r.killed("the projector", "fold", r.killProjector)
	r.killed("PostgreSQL", "prove", r.killServer)
	r.ok(wholeBuild...)
	r.holds()
}

// wholeBuild builds all there is.
var wholeBuild = []string{"projection", "build", "--all-projections", "--all", "--workers", "2"}

func newRebuilt(t *testing.T, accounts int) *rebuilt {
	r := &rebuilt{config: pgserver.Config{Dir: pgtest.ServerDir(t)}} // fsync is on: a crash loses no commit
	var err error
	if r.server, err = pgserver.Start(t.Context(), r.config); err != nil {
		t.Fatal(err)
	}
	first, err := pgtest.Migrate(t.Context(), r.server, "polder")
	if err != nil {
		t.Fatal(err)
	}
	r.platform = platformOn(t, first, pgtest.New(t))
	r.operator, r.builder = r.platform.operator(t), first.Pool(t, pg.Builder)
	for range accounts {
		account := r.platform.account(t, mainStore)
		r.accounts = append(r.accounts, traffic.Account{ID: account.ID, Name: account.Name, Token: r.platform.client(t, account).token})
	}
	recorder, err := history.NewRecorder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	r.load, err = traffic.Start(t.Context(), traffic.Config{URLs: []string{r.platform.url}, Accounts: r.accounts, Commands: 20, Queries: 60,
		Clients: 500, Seed: 3, Timeout: time.Minute, Recorder: recorder})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = r.load.Stop() })
	eventually(t, "there is something to build", func() bool { return r.load.Book().Figures().Acknowledged > 100 })
	return r
}

// killed builds until a kill has met a build in the phase.
func (r *rebuilt) killed(whom, phase string, kill func(admin *exec.Cmd)) {
	r.Helper()
	const tries = 30 // some phases are short
	for range tries {
		admin, _, errs := r.command(wholeBuild...)
		if err := admin.Start(); err != nil {
			r.Fatal(err)
		}
		ended := make(chan struct{})
		go func() {
			_ = admin.Wait()
			close(ended)
		}()
		met := r.meets(phase, ended)
		if met {
			kill(admin)
		}
		<-ended
		if met {
			r.Logf("figure: %s was killed in %s; the build: %v", whom, phase, admin.ProcessState)
			return
		}
		if !admin.ProcessState.Success() {
			r.Fatalf("a build that nobody disturbed: %v\n%s", admin.ProcessState, errs)
		}
	}
	r.Fatalf("no build was met in %s", phase)
}

// meets returns when a build is in the phase, false when the builder has ended before.
func (r *rebuilt) meets(phase string, ended <-chan struct{}) bool {
	r.Helper()
	for {
		var there bool
		err := r.builder.QueryRow(r.Context(), "SELECT EXISTS (SELECT FROM store.builds WHERE phase = $1)", phase).Scan(&there)
		if err != nil {
			r.Fatal(err)
		}
		if there {
			return true
		}
		select {
		case <-ended:
			return false
		default: // what another process does gives no signal here
		}
	}
}

func (r *rebuilt) killProjector(*exec.Cmd) {
	p := r.platform
	_ = p.projector.cmd.Process.Signal(syscall.SIGKILL)
	<-p.projector.ended
	p.projector = start(r.T, "projector", "POLDER_CATALOG_URL="+as(p.main, "polder_e2e_projector"))
}

func (r *rebuilt) killServer(*exec.Cmd) {
	over := r.load.Outage()
	defer over()
	if err := r.server.Kill(); err != nil {
		r.Fatal(err)
	}
	var err error
	if r.server, err = pgserver.Start(r.Context(), r.config); err != nil {
		r.Fatal(err)
	}
	r.builder.Reset()
	eventually(r.T, "the api is ready again", func() bool { return (&process{url: r.platform.url}).get("/readyz") == 200 })
}

// holds checks all that was promised.
func (r *rebuilt) holds() {
	r.Helper()
	book, err := r.load.Stop()
	if err != nil {
		r.Fatal(err)
	}
	for _, account := range r.accounts {
		found, err := r.load.Check(r.Context(), r.builder, account, 0)
		if err == nil {
			err = found.Err()
		}
		if err != nil {
			r.Errorf("%s: %v", account.Name, err)
		}
		r.ok("projection", "verify", "--account", account.Name) // fails when a row is wrong
	}
	if wrong, err := r.load.Shown(r.Context(), book.Orders(), false); err != nil || wrong > 0 || len(book.Orders()) == 0 {
		r.Errorf("%d of %d orders are shown wrongly, %v", wrong, len(book.Orders()), err)
	}
	var left []struct{ Projection, Phase string }
	if r.into(&left, "projection", "builds"); len(left) > 0 {
		r.Errorf("left of the builds: %v", left)
	}
	var statuses []struct{ Account, Projection, State string }
	r.into(&statuses, "projection", "list")
	for _, s := range statuses {
		if s.State != "live" {
			r.Errorf("%s of %s is %s", s.Projection, s.Account, s.State)
		}
	}
	f := book.Figures()
	r.Logf("figure: %+v", f)
	if f.Failures > 0 || f.Violations > 0 {
		r.Errorf("%d requests failed, %d queries did not show what was written", f.Failures, f.Violations)
	}
	for _, text := range book.Texts() {
		r.Log(text)
	}
}
