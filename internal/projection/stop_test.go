package projection_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/sales"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Stop lets the page at hand commit, and nothing begins after it.
func TestStopFinishesThePageAtHand(t *testing.T) {
	t.Parallel()
	s := store(t)
	account := s.NewAccount(t).ID
	log := watchCursor(t, s, account)
	events := history(1, 5, 60)
	last := s.Append(t, account, events...)
	unblock := block(t, s, account, events[2].Stream)
	r := start(t, s, pageOf(10))
	r.poke(account, last)
	waitFor(t, "the page to hang", func() bool { return waitingForLock(t, s) })
	stopped := make(chan struct{})
	go func() {
		r.Stop()
		r.Stop()
		close(stopped)
	}()
	r.poke(account, last)
	unblock()
	<-stopped
	if moves := log(); len(moves) != 1 || moves[0] != (move{0, 10}) {
		t.Errorf("pages %v, want the one at hand", moves)
	}
}

func TestProjectorStartsOnceAndStopsUnstarted(t *testing.T) {
	t.Parallel()
	projection.New(projection.Config{Heads: notify.NewTopic()}).Stop()
	r := start(t, store(t))
	if err := r.Start(t.Context()); err == nil {
		t.Error("it started twice")
	}
}

// A connection that is lost in mid-page parks nothing and skips nothing: the page comes again.
func TestLostConnectionIsTriedAgain(t *testing.T) {
	t.Parallel()
	s := sales.Open(t, pgtest.New(t), sales.Release(t))
	account := s.NewAccount(t).ID
	log := watchCursor(t, s, account)
	events := history(1, 5, 60)
	unblock := block(t, s, account, events[2].Stream)
	r := start(t, s, pageOf(10), func(c *projection.Config) { c.Log = nil })
	last := s.Append(t, account, events...)
	r.poke(account, last)
	for range 3 {
		waitFor(t, "the page to hang", func() bool { return waitingForLock(t, s) })
		s.Exec(t, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
		waitFor(t, "the session to end", func() bool { return !waitingForLock(t, s) })
	}
	unblock()
	r.settle(t, account, last)
	assertOnce(t, log(), last)
	if found := letters(t, s, account); len(found) != 0 {
		t.Errorf("dead letters: %+v", found)
	}
}
