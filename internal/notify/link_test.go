package notify_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/goleak"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
)

const (
	deadline = 10 * time.Second
	// never is a poll that does not happen during a test: what arrives has come by a hint.
	never = time.Hour
	often = 20 * time.Millisecond
)

// store is a database whose heads and cursors the test moves, as appends and projectors would.
type store struct {
	t    *testing.T
	db   *pgtest.Database
	conn *pgxpool.Pool
}

func newStore(t *testing.T) *store {
	t.Helper()
	db := pgtest.New(t)
	return &store{t: t, db: db, conn: db.Pool(t, pg.Admin)}
}

func (s *store) exec(sql string, args ...any) {
	s.t.Helper()
	if _, err := s.conn.Exec(s.t.Context(), sql, args...); err != nil {
		s.t.Fatal(err)
	}
}

// account makes an account whose head and cursor stand at the numbers.
func (s *store) account(head, cursor int64) uuid.UUID {
	s.t.Helper()
	id := uuid.New()
	s.exec("INSERT INTO store.account_heads (account_id, sequence_number, epoch) VALUES ($1, $2, 1)", id, head)
	s.exec("INSERT INTO store.live_cursors (account_id, sequence_number) VALUES ($1, $2)", id, cursor)
	return id
}

func (s *store) head(account uuid.UUID, n int64) {
	s.t.Helper()
	s.exec("UPDATE store.account_heads SET sequence_number = $2 WHERE account_id = $1", account, n)
}

func (s *store) cursor(account uuid.UUID, n int64) {
	s.t.Helper()
	s.exec("UPDATE store.live_cursors SET sequence_number = $2 WHERE account_id = $1", account, n)
}

// killListeners ends the connections on which links listen.
func (s *store) killListeners() {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.db.OwnerURL)
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close(context.Background())
	var killed int
	for killed == 0 { // the link may be about to connect
		if err := conn.QueryRow(s.t.Context(), `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
			WHERE datname = current_database() AND query LIKE 'LISTEN "polder_applied"%'`).Scan(&killed); err != nil {
			s.t.Fatal(err)
		}
	}
}

// process is what the api or a projector has of package notify.
type process struct {
	heads, applied *notify.Topic
	link           *notify.Link
}

func (s *store) process(poll time.Duration) *process {
	s.t.Helper()
	p := s.idleProcess(poll)
	if err := p.link.Start(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(p.link.Stop)
	return p
}

func (s *store) idleProcess(poll time.Duration) *process {
	p := &process{heads: notify.NewTopic(), applied: notify.NewTopic()}
	p.link = notify.NewLink(notify.LinkConfig{Pool: s.db.Pool(s.t, pg.Watcher), Heads: p.heads, Applied: p.applied, Poll: poll})
	return p
}

// connected waits until hints of from reach to.
func connected(t *testing.T, from, to *process) {
	t.Helper()
	account := uuid.New()
	sub := to.heads.Subscribe(account)
	defer sub.Close()
	end := time.After(deadline)
	for n := int64(1); ; n++ {
		from.heads.Publish(notify.Signal{AccountID: account, SequenceNumber: n})
		select {
		case <-sub.C:
			return
		case <-end:
			t.Fatal("the links do not connect")
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// hasLooked waits until the link has met the accounts there are.
func (s *store) hasLooked(p *process) {
	s.t.Helper()
	feed := p.heads.SubscribeAll()
	defer feed.Close()
	gather(s.t, feed, map[uuid.UUID]int64{s.account(1, 0): 1})
}

func wait(t *testing.T, what string, c <-chan struct{}) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(deadline):
		t.Fatalf("not within %v: %s", deadline, what)
	}
}

// gather takes from the feed until all accounts were signalled with at least their numbers.
func gather(t *testing.T, feed *notify.Feed, want map[uuid.UUID]int64) map[uuid.UUID]int64 {
	t.Helper()
	got, end := map[uuid.UUID]int64{}, time.After(deadline)
	for {
		for _, s := range feed.Take() {
			got[s.AccountID] = max(got[s.AccountID], s.SequenceNumber)
		}
		missing := 0
		for account, n := range want {
			if got[account] < n {
				missing++
			}
		}
		if missing == 0 {
			return got
		}
		select {
		case <-feed.C:
		case <-end:
			t.Fatalf("%d of %d accounts were not signalled", missing, len(want))
		}
	}
}

func TestHintsReachOtherProcessesFast(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	from, to := s.process(never), s.process(never)
	connected(t, from, to)
	connected(t, to, from)
	for _, topic := range []struct{ from, to *notify.Topic }{{from.heads, to.heads}, {from.applied, to.applied}, {to.applied, from.applied}} {
		account := uuid.New()
		sub := topic.to.Subscribe(account)
		var took []time.Duration
		for n := range int64(100) {
			begun := time.Now()
			topic.from.Publish(notify.Signal{AccountID: account, SequenceNumber: n + 1})
			wait(t, "a hint", sub.C)
			took = append(took, time.Since(begun))
		}
		sub.Close()
		slices.Sort(took)
		t.Logf("median %v, longest %v", took[50], took[99])
		if took[50] > 50*time.Millisecond {
			t.Errorf("the median hint took %v", took[50])
		}
	}
}

// Nobody publishes anything: all is found by looking.
func TestEverythingArrivesWithAllHintsLost(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	p := s.process(often)
	heads, applied := p.heads.SubscribeAll(), p.applied.SubscribeAll()
	defer heads.Close()
	defer applied.Close()
	accounts := []uuid.UUID{s.account(0, 0), s.account(5, 5), s.account(9, 7)}
	gather(t, heads, map[uuid.UUID]int64{accounts[2]: 9})
	for n := int64(10); n < 20; n++ {
		wantHeads, wantApplied := map[uuid.UUID]int64{}, map[uuid.UUID]int64{}
		for _, account := range accounts {
			s.head(account, n)
			wantHeads[account] = n
		}
		gather(t, heads, wantHeads)
		for _, account := range accounts {
			s.cursor(account, n)
			wantApplied[account] = n
		}
		gather(t, applied, wantApplied)
	}
	// An account that is made while the link runs is met too.
	late := s.account(1, 0)
	sub := p.applied.Subscribe(late)
	defer sub.Close()
	gather(t, heads, map[uuid.UUID]int64{late: 1})
	s.cursor(late, 1)
	wait(t, "the late account's subscriber", sub.C)
}

// Only what has moved is signalled: a poll does not wake 10,500 accounts for one.
func TestOnlyWhatHasMovedIsSignalled(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	moving, still := s.account(3, 3), s.account(4, 4)
	p := s.idleProcess(often)
	heads, applied := p.heads.SubscribeAll(), p.applied.SubscribeAll()
	stillSub := p.heads.Subscribe(still)
	if err := p.link.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer p.link.Stop()
	wait(t, "whoever waits may have missed a hint before the start, and is woken once", stillSub.C)
	for n := int64(4); n < 14; n++ {
		s.head(moving, n)
		gather(t, heads, map[uuid.UUID]int64{moving: n})
		s.cursor(moving, n)
		for account := range gather(t, applied, map[uuid.UUID]int64{moving: n}) {
			if account != moving {
				t.Errorf("%s is signalled and has not moved", account)
			}
		}
	}
	if woken(stillSub.C) {
		t.Error("the account that stood still is signalled")
	}
}

// What a process publishes itself it has delivered; neither its link nor a poll repeats it.
func TestOwnSignalsAreNotRepeated(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	account, probe := s.account(0, 0), s.account(0, 0)
	p, other := s.process(often), s.process(often)
	connected(t, p, other)
	connected(t, other, p)
	s.hasLooked(p)
	feed := p.applied.SubscribeAll()
	defer feed.Close()
	for n := int64(1); n <= 10; n++ {
		s.head(account, n)
		s.cursor(account, n)
		own := notify.Signal{AccountID: account, SequenceNumber: n}
		p.applied.Publish(own)
		if got := feed.Take(); !slices.Contains(got, own) { // the first look may still tell of others
			t.Fatalf("own signal %d is not delivered at once: %v", n, got)
		}
		// Two rounds of a poll: the probe moves unheard and is found by a look that began after.
		for round := range int64(2) {
			s.cursor(probe, 2*n+round)
			got := gather(t, feed, map[uuid.UUID]int64{probe: 2*n + round})
			if _, again := got[account]; again {
				t.Fatalf("own signal %d is repeated", n)
			}
		}
	}
}

func TestALinkRecoversWhenItsConnectionIsKilled(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	account := s.account(1, 1)
	from, to := s.process(never), s.process(never)
	connected(t, from, to)
	sub := to.applied.Subscribe(account)
	defer sub.Close()
	for n := int64(2); n < 5; n++ {
		s.killListeners()
		// Lost: nobody listens. The link looks by itself when it has connected again.
		s.head(account, n)
		s.cursor(account, n)
		wait(t, "what was missed while away", sub.C)
		connected(t, from, to)
		connected(t, to, from)
	}
}

// A notification that no link has written harms nothing, and makes the others look.
func TestNonsenseInAChannelMakesALinkLook(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	from, to := s.process(never), s.process(never)
	connected(t, from, to)
	s.hasLookedAfter("NOTIFY polder_heads", to)
	s.hasLookedAfter("NOTIFY polder_heads, 'x y,z'", to)
	s.hasLookedAfter("NOTIFY polder_applied, E'x 000000000\\r\\r00000000000012'", to)
	s.hasLookedAfter("NOTIFY polder_applied, 'x *'", to)
	connected(t, from, to)
}

func (s *store) hasLookedAfter(notification string, p *process) {
	s.t.Helper()
	feed := p.heads.SubscribeAll()
	defer feed.Close()
	account := s.account(1, 0)
	s.exec(notification)
	gather(s.t, feed, map[uuid.UUID]int64{account: 1})
}

// A projector that claimed an account and died leaves it behind; the others hear of it again.
func TestWorkThatNobodyDoesIsSignalledAgain(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	p := s.process(often)
	feed := p.heads.SubscribeAll()
	defer feed.Close()
	stuck := s.account(5, 2)
	for range 3 {
		gather(t, feed, map[uuid.UUID]int64{stuck: 5})
	}
}

// A store that was restored goes on with lower numbers.
func TestARestoredStoreIsFollowed(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	p := s.process(often)
	s.hasLooked(p)
	feed := p.applied.SubscribeAll()
	defer feed.Close()
	account := s.account(100, 99)
	s.cursor(account, 100)
	gather(t, feed, map[uuid.UUID]int64{account: 100})
	s.head(account, 50)
	s.cursor(account, 50)
	gather(t, feed, map[uuid.UUID]int64{account: 50})
	s.head(account, 51)
	s.cursor(account, 51)
	gather(t, feed, map[uuid.UUID]int64{account: 51})
}

// Half of the hints are lost, several processes publish at once, and everybody learns all.
func TestManyProcessesAgreeInTheEnd(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	processes := []*process{s.process(often), s.process(often), s.process(often)}
	want := map[uuid.UUID]int64{}
	var feeds []*notify.Feed
	for _, p := range processes {
		s.hasLooked(p)
		feeds = append(feeds, p.applied.SubscribeAll())
	}
	var writers sync.WaitGroup
	for range 10 {
		account := s.account(0, 0)
		want[account] = 30
		writers.Go(func() {
			for n := int64(1); n <= 30; n++ {
				s.cursor(account, n)
				if rand.IntN(2) == 0 {
					processes[rand.IntN(3)].applied.Publish(notify.Signal{AccountID: account, SequenceNumber: n})
				}
			}
		})
	}
	for _, feed := range feeds {
		gather(t, feed, want)
	}
	writers.Wait()
}

// Many signals at once go out in a few notifications, those of other stores not at all.
func TestNotificationsAreDebouncedAndOfThisStore(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	foreign := uuid.New()
	p := &process{heads: notify.NewTopic(), applied: notify.NewTopic()}
	p.link = notify.NewLink(notify.LinkConfig{Pool: s.db.Pool(t, pg.Watcher), Heads: p.heads, Applied: p.applied, Poll: never,
		Owns: func(account uuid.UUID) bool { return account != foreign }})
	if err := p.link.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer p.link.Stop()
	conn, err := pgx.Connect(t.Context(), s.db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(t.Context(), "LISTEN polder_heads; LISTEN polder_applied"); err != nil {
		t.Fatal(err)
	}
	p.applied.Publish(notify.Signal{AccountID: foreign, SequenceNumber: 1})
	begun := time.Now()
	for n := range int64(20_000) {
		p.heads.Publish(notify.Signal{AccountID: uuid.UUID{15: byte(n)}, SequenceNumber: n})
	}
	p.applied.Publish(notify.Signal{AccountID: uuid.New(), SequenceNumber: 1}) // the last one
	count := 0
	for {
		ctx, cancel := context.WithTimeout(t.Context(), deadline)
		n, err := conn.WaitForNotification(ctx)
		cancel()
		if err != nil {
			t.Fatal(err)
		}
		if n.Channel == "polder_applied" {
			break
		}
		count++
	}
	// A payload holds some 200 of the 256 accounts.
	if most := 2 * (int(time.Since(begun)/(5*time.Millisecond)) + 2); count > most {
		t.Errorf("20000 signals took %d notifications, want at most %d", count, most)
	}
}

func TestALinkToAStoreThatIsAway(t *testing.T) {
	before := goleak.IgnoreCurrent() // not parallel: it counts goroutines
	pool, err := pg.Open(t.Context(), pg.Config{URL: "postgres://x@127.0.0.1:1/none?sslmode=disable", Role: pg.Watcher})
	if err != nil {
		t.Fatal(err)
	}
	heads, applied := notify.NewTopic(), notify.NewTopic()
	link := notify.NewLink(notify.LinkConfig{Pool: pool, Heads: heads, Applied: applied, Poll: often})
	if err := link.Start(t.Context()); err != nil {
		t.Fatalf("a store that is away ends the start: %v", err)
	}
	account := uuid.New()
	sub := heads.Subscribe(account)
	heads.Publish(notify.Signal{AccountID: account, SequenceNumber: 1})
	wait(t, "a subscriber in the same process", sub.C)
	link.Stop()
	link.Stop()
	notify.NewLink(notify.LinkConfig{Pool: pool, Heads: heads, Applied: applied}).Stop() // never started
	pool.Close()
	goleak.VerifyNone(t, before)
}

func TestStopEndsEverything(t *testing.T) {
	s := newStore(t) // not parallel: it counts goroutines
	if err := s.conn.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	before := goleak.IgnoreCurrent()
	for range 10 {
		pool, err := pg.Open(t.Context(), pg.Config{URL: s.db.URL, Role: pg.Watcher})
		if err != nil {
			t.Fatal(err)
		}
		link := notify.NewLink(notify.LinkConfig{Pool: pool, Heads: notify.NewTopic(), Applied: notify.NewTopic(), Poll: time.Millisecond})
		if err := link.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		var both sync.WaitGroup
		for range 2 {
			both.Go(link.Stop)
		}
		both.Wait()
		pool.Close()
	}
	goleak.VerifyNone(t, before)
}

const manyAccounts = 10_500

// With many accounts a process keeps three goroutines and one poll, and learns of all of them.
func TestManyAccounts(t *testing.T) {
	s := newStore(t) // not parallel: it counts goroutines
	s.many()
	accounts := s.accounts()
	before := runtime.NumGoroutine()
	from, to := s.process(never), s.process(never)
	connected(t, from, to)
	if now := runtime.NumGoroutine(); now > before+2*10 {
		t.Errorf("%d goroutines, %d before", now, before)
	}
	feed := to.heads.SubscribeAll()
	defer feed.Close()
	s.exec("UPDATE store.account_heads SET sequence_number = 2")
	want := map[uuid.UUID]int64{}
	begun := time.Now()
	for _, account := range accounts {
		want[account] = 2
		from.heads.Publish(notify.Signal{AccountID: account, SequenceNumber: 2})
	}
	gather(t, feed, want)
	t.Logf("%d accounts in %v", len(accounts), time.Since(begun))
}

func (s *store) many() {
	s.exec(`WITH ids AS (SELECT gen_random_uuid() AS id FROM generate_series(1, $1::int)),
		heads AS (INSERT INTO store.account_heads (account_id, sequence_number, epoch) SELECT id, 1, 1 FROM ids)
		INSERT INTO store.live_cursors (account_id, sequence_number) SELECT id, 1 FROM ids`, manyAccounts)
}

func (s *store) accounts() []uuid.UUID {
	s.t.Helper()
	rows, _ := s.conn.Query(s.t.Context(), "SELECT account_id FROM store.account_heads")
	accounts, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	if err != nil {
		s.t.Fatal(err)
	}
	if len(accounts) != manyAccounts {
		s.t.Fatal(fmt.Sprint(len(accounts), " accounts"))
	}
	return accounts
}
