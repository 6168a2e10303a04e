package es_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
)

// holdHead locks the account's head from a session of its own, as an append that commits
// slowly does, and returns what ends it.
func holdHead(t *testing.T, w *world) pgx.Tx {
	t.Helper()
	tx, err := w.db.Pool(t, pg.Appender).Begin(context.Background())
	if err == nil {
		_, err = tx.Exec(context.Background(), "SELECT FROM store.account_heads WHERE account_id = $1 FOR UPDATE", w.account)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tx.Rollback(context.Background()) })
	return tx
}

// insertNext stores an event in the transaction the way another process would.
func insertNext(t *testing.T, tx pgx.Tx, account, stream uuid.UUID, revision int) {
	t.Helper()
	_, err := tx.Exec(context.Background(), `
		WITH head AS (
		  UPDATE store.account_heads SET sequence_number = sequence_number + 1, commit_time = clock_timestamp()
		   WHERE account_id = $1 RETURNING *)
		INSERT INTO store.events SELECT account_id, generation, sequence_number, $2, $3, 'Thing', 'ThingHappenedEvent', 1, '{}',
		       $4, 1, NULL, NULL, 'other', commit_time FROM head`, account, stream, revision, uuid.New())
	if err != nil {
		t.Fatal(err)
	}
}

// within fails the test when the signal does not come.
func within[T any](t *testing.T, signal <-chan T, what string) T {
	t.Helper()
	select {
	case value := <-signal:
		return value
	case <-time.After(20 * time.Second):
		t.Fatalf("%s: nothing in 20 s", what)
		panic("unreachable")
	}
}

func start(do func() error) <-chan error {
	done := make(chan error, 1)
	go func() { done <- do() }()
	return done
}

func TestAReaderNeverSeesAGapBehindASlowCommitter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustAppend(t, w.write(uuid.New(), es.None(), 1))
	slow := holdHead(t, w)
	insertNext(t, slow, w.account, uuid.New(), 1)
	fast := start(func() error { _, err := w.Append(context.Background(), w.write(uuid.New(), es.None(), 1)); return err })

	// The slow one has taken number 2. Whoever comes later can only become visible after it.
	bystander := newAccount(t, w.db)
	for range 20 {
		if _, err := w.Append(t.Context(), write(bystander, uuid.New(), es.None(), 1)); err != nil {
			t.Fatalf("an account beside a held one: %v", err)
		}
		if n := len(history(t, w.Store, w.account)); n != 1 {
			t.Fatalf("%d events are visible, want 1 until the slow append commits", n)
		}
	}
	select {
	case err := <-fast:
		t.Fatalf("the append overtook the slow one: %v", err)
	default:
	}
	if err := slow.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := within(t, fast, "the append behind the slow one"); err != nil {
		t.Fatal(err)
	}
	if n := len(history(t, w.Store, w.account)); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
}

// An append that waited for the head must not decide on what it saw before it waited. The
// unique index would save one that writes the stream, and nothing one that only read it.
func TestSnapshotTrap(t *testing.T) {
	t.Parallel()
	for name, warm := range map[string]bool{"with memory": true, "without memory": false} {
		for how, want := range map[string]func(w *world, stream uuid.UUID) es.Append{
			"writing": func(w *world, stream uuid.UUID) es.Append { return w.write(stream, es.Exactly(1), 1) },
			"reading": func(w *world, stream uuid.UUID) es.Append {
				a := w.write(uuid.New(), es.None(), 1)
				a.Reads = []es.Read{{StreamID: stream, Expected: es.Exactly(1)}}
				return a
			},
		} {
			t.Run(name+"/"+how, func(t *testing.T) {
				t.Parallel()
				trap(t, warm, want)
			})
		}
	}
}

func trap(t *testing.T, warm bool, want func(*world, uuid.UUID) es.Append) {
	w := newWorld(t)
	stream := uuid.New()
	w.mustAppend(t, w.write(stream, es.None(), 1))
	caller := w
	if !warm {
		caller = &world{open(t, w.db), w.db, w.account}
	}
	slow := holdHead(t, w)
	waiting := start(func() error { _, err := caller.Append(context.Background(), want(w, stream)); return err })
	waitForLockWaiter(t, w, slow)
	insertNext(t, slow, w.account, stream, 2)
	if err := slow.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	var conflict *es.ConflictError
	if err := within(t, waiting, "the waiting append"); !errors.As(err, &conflict) || conflict.Revision != 2 {
		t.Errorf("%v, want a conflict at revision 2", err)
	}
	if n := len(history(t, w.Store, w.account)); n != 2 {
		t.Errorf("%d events, want 2", n)
	}
}

// waitForLockWaiter returns when some session waits for a lock that the transaction holds.
func waitForLockWaiter(t *testing.T, w *world, holder pgx.Tx) {
	t.Helper()
	waitForWaiting(t, w, holder, true)
}

// waitForWaiting returns when it holds, or holds no longer, that a session waits for the
// transaction.
func waitForWaiting(t *testing.T, w *world, holder pgx.Tx, want bool) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), w.db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		var waiting bool
		err := conn.QueryRow(t.Context(), `SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity
			WHERE $1 = ANY (pg_catalog.pg_blocking_pids(pid)))`, int32(holder.Conn().PgConn().PID())).Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
		if waiting == want {
			return
		}
	}
	t.Fatalf("waiting for the transaction is not %t", want)
}

func TestOneWriterWinsEachRevision(t *testing.T) {
	t.Parallel()
	w, stores := twoProcesses(t)
	stream := uuid.New()
	const writers, rounds = 64, 8
	winners := make([]int, rounds)
	var mutex sync.Mutex
	for round := range rounds {
		var wait sync.WaitGroup
		for i := range writers {
			wait.Go(func() {
				result, err := stores[i%2].Append(context.Background(), w.write(stream, es.Exactly(round), 1))
				var conflict *es.ConflictError
				switch {
				case err == nil && result.Events[0].StreamRevision == round+1:
					mutex.Lock()
					winners[round]++
					mutex.Unlock()
				case !errors.As(err, &conflict) || conflict.Revision != round+1:
					t.Errorf("round %d: %+v %v, want revision %d or a conflict there", round, result, err, round+1)
				}
			})
		}
		wait.Wait()
	}
	for round, n := range winners {
		if n != 1 {
			t.Errorf("round %d: %d writers were told that they won", round, n)
		}
	}
	if n := len(history(t, w.Store, w.account)); n != rounds {
		t.Errorf("%d events, want %d", n, rounds)
	}
}

// Conflicts of every kind travel in the same groups as appends that are fine.
func TestEachAppendInAGroupHasItsOwnVerdict(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	accounts := []uuid.UUID{w.account, newAccount(t, w.db), newAccount(t, w.db)}
	streams := map[uuid.UUID]uuid.UUID{}
	for _, account := range accounts {
		streams[account] = uuid.New()
		a := write(account, streams[account], es.None(), 1)
		a.Uniques = []es.UniqueClaim{unique("taken", "")}
		w.mustAppend(t, a)
	}
	release := holdHead(t, w) // collects the appends of the first account into one group
	var wait sync.WaitGroup
	for i := range 240 {
		wait.Go(func() {
			account := accounts[i%3]
			a := write(account, uuid.New(), es.None(), 1+i%4)
			var want any
			switch i / 3 % 5 {
			case 1:
				a.Writes[0].StreamID, want = streams[account], new(*es.ConflictError)
			case 2:
				a.Uniques, want = []es.UniqueClaim{unique("taken", "")}, new(*es.GuardError)
			case 3:
				a.Epoch, want = 9, new(*es.AccountError)
			case 4:
				a.Reads = []es.Read{{StreamID: streams[account], Expected: es.Exactly(1)}}
			}
			result, err := w.Append(context.Background(), a)
			if want == nil && (err != nil || len(result.Events) != 1+i%4) || want != nil && (err == nil || !errors.As(err, want)) {
				t.Errorf("append %d: %+v %v, want %T", i, result, err, want)
			}
		})
	}
	waitForLockWaiter(t, w, release)
	if err := release.Commit(context.Background()); err != nil {
		t.Fatal(err)
	}
	wait.Wait()
	total := 0
	for _, account := range accounts {
		total += len(history(t, w.Store, account))
	}
	want := 3
	for i := range 240 {
		if kind := i / 3 % 5; kind == 0 || kind == 4 {
			want += 1 + i%4
		}
	}
	if total != want {
		t.Errorf("%d events, want %d", total, want)
	}
}

func TestTwoProcessesOnTheSameAccounts(t *testing.T) {
	t.Parallel()
	w, stores := twoProcesses(t)
	accounts := []uuid.UUID{w.account}
	for range 7 {
		accounts = append(accounts, newAccount(t, w.db))
	}
	var wait sync.WaitGroup
	const callers, each = 32, 20
	for i := range callers {
		wait.Go(func() {
			for range each {
				account := accounts[rand.IntN(len(accounts))]
				if _, err := stores[i%2].Append(context.Background(), write(account, uuid.New(), es.None(), 1+rand.IntN(3))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wait.Wait()
	commands := map[uuid.UUID]bool{}
	for _, account := range accounts {
		for _, e := range history(t, w.Store, account) {
			commands[e.CommandID] = true
		}
	}
	if len(commands) != callers*each {
		t.Errorf("%d commands are stored, want %d", len(commands), callers*each)
	}
}

func TestACallerThatGoesAwayDoesNotHurtTheGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustAppend(t, w.write(uuid.New(), es.None(), 1))
	held := holdHead(t, w)
	ctx, cancel := context.WithCancel(context.Background())
	leaving := start(func() error { _, err := w.Append(ctx, w.write(uuid.New(), es.None(), 1)); return err })
	staying := start(func() error { _, err := w.Append(context.Background(), w.write(uuid.New(), es.None(), 1)); return err })
	waitForLockWaiter(t, w, held)
	cancel()
	if err := within(t, leaving, "the caller that left"); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want that it was cancelled", err)
	}
	if err := held.Rollback(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := within(t, staying, "the caller that stayed"); err != nil {
		t.Error(err)
	}
	history(t, w.Store, w.account)
}

func TestCloseStoresWhatIsQueued(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.mustAppend(t, w.write(uuid.New(), es.None(), 1))
	held := holdHead(t, w)
	waiting := start(func() error { _, err := w.Append(context.Background(), w.write(uuid.New(), es.None(), 1)); return err })
	waitForLockWaiter(t, w, held)
	closed := start(func() error { w.Close(); w.Close(); return nil })
	if err := held.Rollback(context.Background()); err != nil {
		t.Fatal(err)
	}
	if err := within(t, waiting, "the queued append"); err != nil {
		t.Error(err)
	}
	within(t, closed, "close")
	if _, err := w.Append(t.Context(), w.write(uuid.New(), es.None(), 1)); err == nil {
		t.Error("a closed store took an append")
	}
}
