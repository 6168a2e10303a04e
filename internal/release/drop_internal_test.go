package release

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/polderhq/polder/internal/model"
)

// variants are releases that have nothing in common but that they are small.
func variants(t *testing.T, n int) (all []*model.Release) {
	t.Helper()
	for i := range n {
		text, err := model.Canonical(&model.IR{Format: model.Format, Name: fmt.Sprint("variant", i), Currency: "EUR"})
		if err != nil {
			t.Fatal(err)
		}
		loaded, err := model.Load(text)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, loaded)
	}
	return all
}

// derived is what somebody makes of releases.
type derived map[string]*model.Release

func (d derived) forget(loaded func(string) bool) {
	for digest := range d {
		if !loaded(digest) {
			delete(d, digest)
		}
	}
}

func TestWhatNobodyAsksForIsDroppedAndLeavesTheMemory(t *testing.T) {
	t.Parallel()
	now := time.Now()
	l := New(nil)
	l.clock = func() time.Time { return now }
	made := derived{}
	l.OnDrop(made.forget)
	all := variants(t, 3)
	var digests []string
	for _, r := range all {
		l.keep(r)
		made[r.Digest()] = r
		digests = append(digests, r.Digest())
	}
	held := all[1]

	now = now.Add(20 * time.Minute)
	if l.ask(digests[0]) == nil {
		t.Fatal("it is not loaded")
	}
	l.sweep()
	if len(made) != 3 {
		t.Errorf("%d are there after 20 minutes, want all 3", len(made))
	}
	now = now.Add(15 * time.Minute)
	l.sweep()
	if len(made) != 1 || made[digests[0]] == nil {
		t.Errorf("%v are there after 35 minutes, want the one that was asked for", made)
	}
	for _, digest := range digests[1:] {
		if l.ask(digest) != nil {
			t.Error("one that nobody asked for is still loaded")
		}
	}
	l.becomes(t, 2) // the one that was asked for, and the one that is held
	if held.Digest() != digests[1] {
		t.Error("the one that is held does not work")
	}
	runtime.KeepAlive(held)
	l.becomes(t, 1)

	now = now.Add(time.Hour)
	l.sweeper.Stop() // as when it is its turn
	l.sweep()
	l.becomes(t, 0)
	if l.sweeper.Stop() {
		t.Error("with nothing loaded it is still swept")
	}
	l.keep(variants(t, 1)[0])
	if l.ask(digests[0]) == nil || !l.sweeper.Stop() {
		t.Error("with something loaded again it is not swept")
	}
}

// becomes waits until so many releases are in memory.
func (l *Library) becomes(t *testing.T, want int64) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); l.alive.Load() != want; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d releases are in memory, want %d", l.alive.Load(), want)
		}
		runtime.GC() // cleanups run some time after it
	}
}

// What was made of a release when it had been dropped already goes at the next look.
func TestWhatIsMadeLateIsForgottenAtTheNextLook(t *testing.T) {
	t.Parallel()
	l := New(nil)
	made := derived{}
	l.OnDrop(made.forget)
	late := variants(t, 1)[0]
	made[late.Digest()] = late
	l.sweep()
	if len(made) > 0 {
		t.Error("it is kept for ever")
	}
}
