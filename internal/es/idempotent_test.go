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
