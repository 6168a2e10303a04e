package es_test

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
)

func setState(t *testing.T, w *world, state string) {
	t.Helper()
	if err := es.SetState(context.Background(), w.db.Pool(t, pg.Admin), w.account, state); err != nil {
		t.Fatal(err)
	}
}

// each runs the story for every expectation under which a command can be repeated, in the
// process that stored it and in one that knows nothing.
func eachRepeat(t *testing.T, story func(t *testing.T, w, again *world, a es.Append)) {
	for name, expected := range map[string]es.Expected{"none": es.None(), "exactly": es.Exactly(2), "any": es.Any(), "exists": es.Exists()} {
		for _, elsewhere := range []bool{false, true} {
			where := map[bool]string{false: "/same process", true: "/other process"}[elsewhere]
			t.Run(name+where, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				stream := uuid.New()
				if name != "none" {
					w.mustAppend(t, w.write(stream, es.None(), 2))
				}
				a := w.write(stream, expected, 2)
				a.Writes = append(a.Writes, w.write(uuid.New(), es.None(), 1).Writes...)
				again := w
				if elsewhere {
					again = &world{open(t, w.db), w.db, w.account}
					again.mustAppend(t, again.write(uuid.New(), es.None(), 1))
				}
				story(t, w, again, a)
			})
		}
	}
}

func TestARepeatedCommandGetsTheFirstAnswer(t *testing.T) {
	t.Parallel()
	eachRepeat(t, func(t *testing.T, w, again *world, a es.Append) {
		first := w.mustAppend(t, a)
		w.mustAppend(t, w.write(a.Writes[0].StreamID, es.Any(), 1)) // life goes on
		stored := len(history(t, w.Store, w.account))
		second := again.mustAppend(t, a)
		if !second.Repeated || second.SequenceNumber != first.SequenceNumber || !reflect.DeepEqual(second.Events, first.Events) {
			t.Errorf("repeated %+v\nfirst %+v", second, first)
		}
		if n := len(history(t, w.Store, w.account)); n != stored {
			t.Errorf("%d events, want %d", n, stored)
		}
	})
}

func TestACommandIDWithAnotherBodyIsRefused(t *testing.T) {
	t.Parallel()
	eachRepeat(t, func(t *testing.T, w, again *world, a es.Append) {
		w.mustAppend(t, a)
		a.CommandHash++
		if _, err := again.Append(t.Context(), a); !errors.As(err, new(*es.CommandReusedError)) {
			t.Errorf("%v, want that the command id is refused", err)
		}
	})
}

func TestConcurrentRepeatsAreStoredOnce(t *testing.T) {
	t.Parallel()
	eachRepeat(t, func(t *testing.T, w, again *world, a es.Append) {
		before := len(history(t, w.Store, w.account))
		var wait sync.WaitGroup
		var mutex sync.Mutex
		fresh := 0
		for i := range 24 {
			wait.Go(func() {
				result, err := []*world{w, again}[i%2].Append(context.Background(), a)
				if err != nil || len(result.Events) != 3 || result.SequenceNumber < 3 {
					t.Errorf("%+v %v", result, err)
				}
				mutex.Lock()
				defer mutex.Unlock()
				if !result.Repeated {
					fresh++
				}
			})
		}
		wait.Wait()
		if n := len(history(t, w.Store, w.account)); n != before+3 || fresh != 1 {
			t.Errorf("%d events, want %d; %d answers were first, want 1", n, before+3, fresh)
		}
	})
}

// A storm of repeats must not make the process believe that it knows all commands of the
// stream: a repeat of an older one is still found on the store.
// Which appends share a group is chance, so there are several storms.
func TestAStormOfRepeatsHidesNoOlderCommand(t *testing.T) {
	t.Parallel()
	for range 6 {
		t.Run("storm", stormOfRepeats)
	}
}

func stormOfRepeats(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stream := uuid.New()
	var first []es.Append
	for range 5 {
		a := w.write(stream, es.Any(), 1)
		w.mustAppend(t, a)
		first = append(first, a)
	}
	other := &world{open(t, w.db), w.db, w.account}
	other.mustAppend(t, other.write(uuid.New(), es.None(), 1))
	held := holdHead(t, w)
	var callers sync.WaitGroup
	for range 90 { // more than a process remembers of one stream
		callers.Go(func() { _, _ = other.Append(context.Background(), first[4]) })
	}
	callers.Go(func() { other.mustAppend(t, other.write(stream, es.Any(), 1)) })
	waitForLockWaiter(t, w, held)
	if err := held.Rollback(context.Background()); err != nil {
		t.Fatal(err)
	}
	callers.Wait()
	before := len(history(t, w.Store, w.account))
	again := other.mustAppend(t, first[0])
	if after := len(history(t, w.Store, w.account)); after != before || !again.Repeated {
		t.Errorf("the first command acted twice: %d events, want %d", after, before)
	}
}

// A repeat's answer ends where its own append ended, also when the next append has the
// same command id on another stream.
func TestARepeatIsAnsweredWithItsOwnEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.write(uuid.New(), es.None(), 1)
	first := w.mustAppend(t, a)
	b := a
	b.CommandHash++
	b.Writes = w.write(uuid.New(), es.None(), 1).Writes
	w.mustAppend(t, b)
	again := w.mustAppend(t, a)
	if again.SequenceNumber != first.SequenceNumber || len(again.Events) != 1 {
		t.Errorf("repeat answered with number %d and %d events, first %d with 1", again.SequenceNumber, len(again.Events), first.SequenceNumber)
	}
}
