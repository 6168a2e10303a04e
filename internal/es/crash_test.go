package es_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/rs/zerolog"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/pgtest"
)

// ledger is what callers were told, to be held against what is stored.
type ledger struct {
	mutex sync.Mutex
	acked map[uuid.UUID]es.Result // by command
}

// appender is a store, or one that adds something to appends.
type appender interface {
	Append(ctx context.Context, a es.Append) (es.Result, error)
}

// load appends with many callers until stop is closed. A caller that is told that the
// outcome is unknown repeats its command, as a client does.
func load(t *testing.T, store appender, accounts []uuid.UUID, stop <-chan struct{}) (*ledger, *sync.WaitGroup) {
	book := &ledger{acked: make(map[uuid.UUID]es.Result)}
	var wait sync.WaitGroup
	for i := range 24 {
		wait.Go(func() {
			stream, revision := uuid.New(), 0
			for {
				select {
				case <-stop:
					return
				default:
				}
				a := write(accounts[i%len(accounts)], stream, es.Exactly(revision), 1+rand.IntN(2))
				if i%4 == 0 {
					a.Writes[0].Expected = es.Any()
				}
				result, err := persist(store, a)
				if err != nil {
					t.Errorf("append: %v", err)
					return
				}
				revision += len(a.Writes[0].Events)
				book.mutex.Lock()
				book.acked[a.CommandID] = result
				book.mutex.Unlock()
			}
		})
	}
	return book, &wait
}

// persist repeats an append while the store is away.
func persist(store appender, a es.Append) (es.Result, error) {
	deadline := time.Now().Add(60 * time.Second)
	for {
		result, err := store.Append(context.Background(), a)
		if !fault.Is(err, fault.Unavailable) || time.Now().After(deadline) {
			return result, err
		}
		time.Sleep(10 * time.Millisecond) // the pause that the error asks for, shortened
	}
}

// verify holds the ledger against the store: every acknowledged append is there, once,
// where its caller was told, and nothing else is.
func (b *ledger) verify(t *testing.T, store *es.Store, accounts []uuid.UUID) {
	t.Helper()
	stored := map[uuid.UUID][]es.Event{}
	for _, account := range accounts {
		for _, e := range history(t, store, account) {
			stored[e.CommandID] = append(stored[e.CommandID], e)
		}
	}
	for command, result := range b.acked {
		events := stored[command]
		if len(events) != len(result.Events) {
			t.Errorf("command %s has %d events stored, was told of %d", command, len(events), len(result.Events))
			continue
		}
		for i, e := range events {
			if e.SequenceNumber != result.Events[i].SequenceNumber || !e.CommitTime.Equal(result.Events[i].CommitTime) {
				t.Errorf("command %s was told %+v, stored is %+v", command, result.Events[i], e)
			}
		}
	}
	if len(stored) != len(b.acked) || len(stored) < 50 {
		t.Errorf("%d commands are stored, %d were acknowledged", len(stored), len(b.acked))
	}
	t.Logf("%d commands", len(stored))
}

// waitForProgress returns when n more commands are acknowledged.
func (b *ledger) waitForProgress(t *testing.T, n int) {
	t.Helper()
	count := func() int { b.mutex.Lock(); defer b.mutex.Unlock(); return len(b.acked) }
	from := count()
	for deadline := time.Now().Add(30 * time.Second); count() < from+n; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) || t.Failed() {
			t.Fatalf("no progress: %d of %d", count()-from, n)
		}
	}
}

// ownServer is a server that a test may kill, as careful with its files as in production.
func ownServer(t *testing.T) (start func() *pgserver.Server, db *pgtest.Database) {
	t.Helper()
	dir := pgtest.ServerDir(t)
	start = func() *pgserver.Server {
		server, err := pgserver.Start(context.Background(), pgserver.Config{Dir: dir,
			Settings: map[string]string{"shared_buffers": "32MB", "max_wal_size": "256MB"}})
		if err != nil {
			t.Fatal(err)
		}
		return server
	}
	server := start()
	var err error
	if db, err = pgtest.Migrate(t.Context(), server, "crash"); err != nil {
		t.Fatal(err)
	}
	return start, db
}

func TestAcknowledgedMeansStored(t *testing.T) {
	t.Parallel()
	start, db := ownServer(t)
	accounts := []uuid.UUID{newAccount(t, db), newAccount(t, db), newAccount(t, db), newAccount(t, db)}
	store := open(t, db)
	stop := make(chan struct{})
	book, callers := load(t, store, accounts, stop)
	for range 2 {
		book.waitForProgress(t, 100)
		killAppender(t, db)
		book.waitForProgress(t, 100)
		if err := start().Kill(); err != nil {
			t.Fatal(err)
		}
		start()
	}
	book.waitForProgress(t, 100)
	close(stop)
	callers.Wait()
	book.verify(t, store, accounts)
}

// killAppender ends a backend that appends with SIGKILL, after which the postmaster
// restarts all of them.
func killAppender(t *testing.T, db *pgtest.Database) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var pid int
	err = conn.QueryRow(t.Context(), `SELECT pid FROM pg_catalog.pg_stat_activity
		WHERE application_name = 'test-polder_appender' ORDER BY state_change DESC LIMIT 1`).Scan(&pid)
	if err == nil {
		err = syscall.Kill(pid, syscall.SIGKILL)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// proxied opens a store whose connections go through a proxy that a test can break.
func proxied(t *testing.T, db *pgtest.Database) (*es.Store, *toxiproxy.Proxy) {
	t.Helper()
	config, err := pgx.ParseConfig(db.URL)
	if err != nil {
		t.Fatal(err)
	}
	upstream := fmt.Sprintf("%s:%d", config.Host, config.Port)
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(server, "postgres", "127.0.0.1:0", upstream)
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	through := &pgtest.Database{URL: strings.Replace(db.URL, upstream, proxy.Listen, 1), Name: db.Name}
	store := es.New(es.Config{Appender: through.Pool(t, pg.Appender), Reader: db.Pool(t, pg.API)})
	t.Cleanup(store.Close)
	return store, proxy
}

func addToxic(t *testing.T, proxy *toxiproxy.Proxy, json string) {
	t.Helper()
	if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(json)); err != nil {
		t.Fatal(err)
	}
}

const (
	loseAnswers  = `{"name": "cut", "type": "reset_peer", "stream": "downstream"}`
	loseRequests = `{"name": "cut", "type": "reset_peer", "stream": "upstream"}`
	swallow      = `{"name": "cut", "type": "timeout", "stream": "downstream", "attributes": {"timeout": 50}}`
)

func TestTheOutcomeOfALostCommitIsSettled(t *testing.T) {
	t.Parallel()
	for name, expected := range map[string]es.Expected{"none": es.None(), "any": es.Any(), "exactly": es.Exactly(1)} {
		for warm, prepare := range map[string]func(w *world, t *testing.T){
			"in one round trip": prepareStatements,
			"in a transaction":  func(*world, *testing.T) {},
		} {
			t.Run(name+"/"+warm, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				stream := uuid.New()
				if name != "none" {
					w.mustAppend(t, w.write(stream, es.None(), 1))
				}
				store, proxy := proxied(t, w.db)
				prepare(&world{store, w.db, w.account}, t)
				before, err := w.Head(t.Context(), w.account)
				if err != nil {
					t.Fatal(err)
				}
				a := w.write(stream, expected, 2)
				addToxic(t, proxy, loseAnswers)
				done := start(func() error {
					result, err := store.Append(context.Background(), a)
					if err == nil && (len(result.Events) != 2 || result.Repeated || result.SequenceNumber != before.SequenceNumber+2) {
						t.Errorf("result %+v", result)
					}
					return err
				})
				committed := warm == "in one round trip" && name != "any"
				if committed {
					waitForNumber(t, w, before.SequenceNumber+2) // committed, and the answer is lost
				}
				if err := proxy.Toxics.RemoveToxic(context.Background(), "cut"); err != nil {
					t.Fatal(err)
				}
				err = within(t, done, "the append with the lost answer")
				if !committed && fault.Is(err, fault.Unavailable) { // it may give up when nothing can have been stored
					_, err = persist(store, a)
				}
				if err != nil {
					t.Fatal(err)
				}
				if n := len(history(t, w.Store, w.account)); n != int(before.SequenceNumber)+2 {
					t.Errorf("%d events, want %d", n, before.SequenceNumber+2)
				}
			})
		}
	}
}

// prepareStatements has the store know the head, and its connection be set up.
func prepareStatements(w *world, t *testing.T) {
	w.mustAppend(t, w.write(uuid.New(), es.None(), 1))
}

func waitForNumber(t *testing.T, w *world, number int64) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		head, err := w.Head(t.Context(), w.account)
		if err != nil {
			t.Fatal(err)
		}
		if head.SequenceNumber >= number {
			return
		}
	}
	t.Fatalf("number %d does not come", number)
}

func TestCutConnectionsUnderLoad(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	accounts := []uuid.UUID{w.account, newAccount(t, w.db)}
	store, proxy := proxied(t, w.db)
	stop := make(chan struct{})
	book, callers := load(t, store, accounts, stop)
	for i := range 12 {
		book.waitForProgress(t, 40)
		addToxic(t, proxy, []string{loseAnswers, loseRequests, swallow}[i%3])
		time.Sleep(time.Duration(5+rand.IntN(60)) * time.Millisecond) // how long the network is away
		if err := proxy.Toxics.RemoveToxic(context.Background(), "cut"); err != nil {
			t.Fatal(err)
		}
	}
	book.waitForProgress(t, 40)
	close(stop)
	callers.Wait()
	book.verify(t, w.Store, accounts)
}

func TestAStoreThatIsAwayIsUnavailable(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store, proxy := proxied(t, w.db)
	proxy.Stop()
	_, err := store.Append(t.Context(), w.write(uuid.New(), es.None(), 1))
	var unavailable *fault.Error
	if !errors.As(err, &unavailable) || unavailable.Kind != fault.Unavailable || unavailable.RetryAfter == 0 {
		t.Errorf("%v, want unavailable with a time to retry", err)
	}
}

// The network goes silent, without a reset, while the lane is about to give up on a held
// head: the lane must not wait for ever.
func TestASilentNetworkDoesNotHoldTheLane(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	store, proxy := proxied(t, w.db)
	held := holdHead(t, w)
	answered := start(func() error {
		_, err := store.Append(context.Background(), w.write(uuid.New(), es.None(), 1))
		return err
	})
	waitForLockWaiter(t, w, held)
	addToxic(t, proxy, `{"name": "silence", "type": "timeout", "stream": "upstream", "attributes": {"timeout": 0}}`)
	waitForWaiting(t, w, held, false) // the wait is over, and what follows is lost
	if err := held.Rollback(context.Background()); err != nil {
		t.Fatal(err)
	}
	_ = within(t, answered, "an append on a silent network") // stored or unknown, but answered
	proxy.Stop()
}
