package main

import (
	"bufio"
	"context"
	"encoding/json"
	"net/url"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/test/binaries"
	"github.com/polderhq/polder/test/sales"
)

// world is a database with a catalog, a store and the sales model in it.
type world struct {
	*sales.Store
	catalog *tenant.Catalog
}

func newWorld(t *testing.T, changes ...func(*model.IR)) *world {
	t.Helper()
	w := &world{Store: sales.Open(t, pgtest.New(t), sales.Release(t, changes...))}
	w.catalog = tenant.NewCatalog(w.Role(pg.Admin)).As("test")
	w.addStore(t, sales.StoreID, w.DB)
	ir, err := model.Canonical(w.Release.IR())
	if err != nil {
		t.Fatal(err)
	}
	err = w.catalog.PublishRelease(t.Context(), tenant.Release{Digest: w.Release.Digest(), Version: "1", IR: ir, PublishedBy: "test"})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// addStore enters the database in the catalog as a store.
func (w *world) addStore(t *testing.T, id string, db *pgtest.Database) {
	t.Helper()
	location, err := url.Parse(db.URL)
	if err != nil {
		t.Fatal(err)
	}
	location.User = nil
	if err := w.catalog.AddStore(t.Context(), id, location.String()); err != nil {
		t.Fatal(err)
	}
}

// account makes an account in the store and the catalog.
func (w *world) account(t *testing.T) uuid.UUID {
	t.Helper()
	made := w.NewAccount(t)
	_, err := w.catalog.CreateAccount(t.Context(), tenant.NewAccount{ID: made.ID, Name: made.Name, StoreID: made.StoreID, Release: made.Release})
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

func (w *world) cursor(t *testing.T, account uuid.UUID) int64 {
	t.Helper()
	return w.Number(t, "SELECT sequence_number FROM store.live_cursors WHERE account_id = $1", account)
}

// orders are n orders, each placed and changed.
func orders(n int) []sales.Event {
	var events []sales.Event
	for i := range n {
		order := uuid.New()
		events = append(events,
			sales.Happened("Order", order, "OrderPlacedEvent", sales.Fields{"OrderNumber": i}),
			sales.Happened("Order", order, "OrderChangedEvent", sales.Fields{"Note": "changed"}))
	}
	return events
}

// process is a running projector.
type process struct {
	*exec.Cmd
	addr  string
	log   strings.Builder // complete when it has ended
	ended chan struct{}
}

// start runs the binary and returns when it says that it runs.
func (w *world) start(t *testing.T) *process {
	t.Helper()
	p := &process{Cmd: exec.Command(binaries.Path(t, "projector")), ended: make(chan struct{})}
	p.Env = []string{"POLDER_CATALOG_URL=" + w.DB.URL, "POLDER_LISTEN=127.0.0.1:0", "POLDER_PAGE_EVENTS=10"}
	lines, err := p.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.signal(t, syscall.SIGKILL)
		<-p.ended
		t.Logf("log of the projector:\n%s", p.log.String()) // the run looks for secrets in it
	})
	runs := make(chan string, 1)
	go p.follow(bufio.NewScanner(lines), runs)
	select {
	case p.addr = <-runs:
	case <-p.ended:
		t.Fatal("the projector ended at once")
	case <-time.After(20 * time.Second):
		t.Fatal("the projector does not start")
	}
	return p
}

// follow reads the log up to the end of the process.
func (p *process) follow(lines *bufio.Scanner, runs chan<- string) {
	for lines.Scan() {
		p.log.WriteString(lines.Text() + "\n")
		var line struct{ Msg, Listen string }
		if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "projector runs" {
			runs <- line.Listen
		}
	}
	_ = p.Wait() // how it ended is in ProcessState
	close(p.ended)
}

func (p *process) signal(t *testing.T, s syscall.Signal) {
	t.Helper()
	select {
	case <-p.ended:
	default:
		if err := p.Process.Signal(s); err != nil && !strings.Contains(err.Error(), "finished") {
			t.Error(err)
		}
	}
}

// waitFor polls a condition of the database or of a process, which send no signal.
func waitFor(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(90 * time.Second); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// hang makes the next page of the account hang in the middle: it has claimed the account and
// waits for a lock to write the order's row. It returns what lets it go on.
func (w *world) hang(t *testing.T, account, order uuid.UUID) func() {
	t.Helper()
	tx, err := w.Super.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = tx.Exec(t.Context(), "INSERT INTO read_models.order_0123456789ab (account_id, key, row_sequence) VALUES ($1, $2, 0)", account, order)
	if err != nil {
		t.Fatal(err)
	}
	release := func() { _ = tx.Rollback(context.Background()) }
	t.Cleanup(release)
	return release
}

const sessions = `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'polder-projector' AND `

func (w *world) waitHanging(t *testing.T) {
	t.Helper()
	waitFor(t, "a page to hang", func() bool { return w.Number(t, sessions+"wait_event_type = 'Lock'") == 1 })
}
