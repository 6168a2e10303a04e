package es_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
)

// counting counts the events that it is given in a row of the account, so that an event
// which is left out or counted twice shows. Events of the refused stream it cannot take.
type counting struct {
	refused uuid.UUID
	mutex   sync.Mutex
	numbers []int64 // of the events of all calls
}

const countEvents = `INSERT INTO store.guard_series AS s (account_id, series, last_number) VALUES ($1, 'counted', $2)
ON CONFLICT (account_id, series) DO UPDATE SET last_number = s.last_number + $2 WHERE s.account_id = $1`

func (c *counting) Apply(ctx context.Context, tx es.Tx, account uuid.UUID, events []es.Event) error {
	c.mutex.Lock()
	for _, e := range events {
		c.numbers = append(c.numbers, e.SequenceNumber)
	}
	c.mutex.Unlock()
	batch := &pgx.Batch{}
	batch.Queue(countEvents, account, len(events))
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	if slices.ContainsFunc(events, func(e es.Event) bool { return e.StreamID == c.refused }) {
		return fault.New(fault.Rejected, "It cannot take the event")
	}
	return nil
}

// counted returns how many of the account's events are in its row.
func counted(t *testing.T, db *pgtest.Database, account uuid.UUID) (n int) {
	t.Helper()
	err := db.Pool(t, pg.Admin).QueryRow(t.Context(), "SELECT last_number FROM store.guard_series WHERE account_id = $1 AND series = 'counted'", account).Scan(&n)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		t.Fatal(err)
	}
	return n
}

func TestWhatIsWrittenWithinFollowsItsAppend(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := &counting{refused: uuid.New()}
	with := func(a es.Append) es.Append { a.Within = c; return a }
	stream := uuid.New()
	first := with(w.write(stream, es.None(), 2))
	for _, step := range []struct {
		name    string
		append  es.Append
		fails   bool
		counted int
	}{
		{"accepted", first, false, 2},
		{"repeated", first, false, 2},
		{"without", w.write(uuid.New(), es.None(), 3), false, 2},
		{"in conflict", with(w.write(stream, es.Exactly(1), 1)), true, 2},
		{"refused", with(w.write(c.refused, es.None(), 1)), true, 2},
		{"accepted again", with(w.write(stream, es.Exactly(2), 1)), false, 3},
	} {
		if _, err := w.Append(t.Context(), step.append); (err != nil) != step.fails {
			t.Errorf("%s: %v", step.name, err)
		}
		if got := counted(t, w.db, w.account); got != step.counted {
			t.Errorf("%s: %d events are counted, want %d", step.name, got, step.counted)
		}
	}
	if !slices.Equal(c.numbers, []int64{1, 2, 6, 6}) { // 6 was refused, and is the next one's
		t.Errorf("it was given the numbers %v", c.numbers)
	}
	if n := len(history(t, w.Store, w.account)); n != 6 {
		t.Errorf("%d events, want 6", n)
	}
}

// A refusal hits its own append and not the others of the group.
func TestARefusalWithinLeavesTheOthersOfItsGroup(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := &counting{refused: uuid.New()}
	held := holdHead(t, w) // until all appends are queued: they are one group then
	var wait sync.WaitGroup
	errs := make([]error, 12)
	for i := range errs {
		a := w.write(uuid.New(), es.None(), 1)
		if i%2 == 0 {
			a.Within = c
		}
		if i == 4 {
			a.Writes[0].StreamID = c.refused
		}
		wait.Go(func() { _, errs[i] = w.Append(context.Background(), a) })
	}
	waitForLockWaiter(t, w, held)
	if err := held.Rollback(context.Background()); err != nil {
		t.Fatal(err)
	}
	wait.Wait()
	for i, err := range errs {
		if want := i == 4; fault.Is(err, fault.Rejected) != want || (err != nil) != want {
			t.Errorf("append %d: %v", i, err)
		}
	}
	if got, stored := counted(t, w.db, w.account), len(history(t, w.Store, w.account)); got != 5 || stored != 11 {
		t.Errorf("%d events are stored and %d counted, want 11 and 5", stored, got)
	}
}

// counter is a store whose appends are counted within, but for some.
type counter struct {
	*es.Store
	counting *counting
}

func isCounted(command uuid.UUID) bool { return command[0]%3 > 0 }

func (c counter) Append(ctx context.Context, a es.Append) (es.Result, error) {
	if isCounted(a.CommandID) {
		a.Within = c.counting
	}
	return c.Store.Append(ctx, a)
}

// Whatever becomes of connections, what is written within is there as often as its events:
// once for those that are stored, and never for others. Two processes write the accounts.
func TestWithinIsAllOrNothingWhenConnectionsAreLost(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t) // whose connections are nobody else's
	w := &world{Store: open(t, db), db: db, account: newAccount(t, db)}
	accounts := []uuid.UUID{w.account, newAccount(t, w.db)}
	store, proxy := proxied(t, w.db)
	stop := make(chan struct{})
	book, callers := load(t, counter{store, &counting{}}, accounts, stop)
	direct, others := load(t, counter{w.Store, &counting{}}, accounts, stop)
	for i := range 12 {
		book.waitForProgress(t, 20)
		direct.waitForProgress(t, 5)
		if i%4 == 3 {
			terminateAppenders(t, w.db)
			continue
		}
		addToxic(t, proxy, []string{loseAnswers, loseRequests, swallow}[i%4])
		time.Sleep(time.Duration(5+rand.IntN(60)) * time.Millisecond) // how long the network is away
		if err := proxy.Toxics.RemoveToxic(context.Background(), "cut"); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	callers.Wait()
	others.Wait()
	for _, account := range accounts {
		want := 0
		for _, e := range history(t, w.Store, account) {
			if isCounted(e.CommandID) {
				want++
			}
		}
		if got := counted(t, w.db, account); got != want || want == 0 {
			t.Errorf("%d events are counted, %d are stored", got, want)
		}
	}
}

// terminateAppenders ends the backends that append to the database, whatever they are doing.
func terminateAppenders(t *testing.T, db *pgtest.Database) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), db.OwnerURL)
	if err == nil {
		_, err = conn.Exec(t.Context(), `SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
			WHERE application_name = 'test-polder_appender' AND datname = pg_catalog.current_database()`)
		_ = conn.Close(context.Background())
	}
	if err != nil {
		t.Fatal(fmt.Errorf("terminate: %w", err))
	}
}
