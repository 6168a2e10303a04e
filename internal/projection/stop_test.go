package projection_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/projection"
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
