package query_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/query"
)

func order(number int) fields { return fields{"OrderNumber": number} }

// A client that names the number of its own command sees it in the answer, however late
// the projector is.
func TestAnswerWaitsForTheNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	last := w.Append(t, w.account.ID, place(uuid.New(), order(1)))
	answers := make(chan query.Answer)
	go func() {
		answer, err := w.handler.Handle(t.Context(), w.request(fmt.Sprintf(`{"$minSequenceNumber": %d, "$wait": "20s"}`, last)))
		if err != nil {
			t.Error(err)
		}
		answers <- answer
	}()
	w.project(t) // from here on it may be applied
	answer := <-answers
	if answer.Stale || answer.SequenceNumber < last || len(answer.Items) != 1 {
		t.Errorf("answer %+v, want the order at %d", answer, last)
	}
}

func TestAnswerSaysThatItIsStaleWhenTheTimeIsUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t) // without a projector
	w.Append(t, w.account.ID, place(uuid.New(), order(1)))
	for _, wait := range []string{``, `, "$wait": "0s"`, `, "$wait": "50ms"`} {
		answer := w.ask(t, `{"$minSequenceNumber": 1`+wait+`}`)
		if !answer.Stale || answer.SequenceNumber != 0 || answer.Items == nil || len(answer.Items) != 0 {
			t.Errorf("%s: answer %+v, want a stale one at 0", wait, answer)
		}
	}
	if answer := w.ask(t, `{}`); answer.Stale {
		t.Error("who asks for no number gets no stale answer")
	}
}

// Without any hint the waiter finds out by itself.
func TestAnswerComesWithAllHintsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.handler = query.NewHandler(query.Config{Accounts: w, Pools: w, Releases: w, Applied: notify.NewTopic(), Recheck: 20 * time.Millisecond})
	last := w.Append(t, w.account.ID, place(uuid.New(), order(1)))
	w.project(t) // its signals go to a topic that the handler does not hear
	if answer := w.ask(t, fmt.Sprintf(`{"$minSequenceNumber": %d, "$wait": "20s"}`, last)); answer.Stale {
		t.Errorf("stale at %d", answer.SequenceNumber)
	}
}

func TestWaiterLeavesWithItsClient(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := w.handler.Handle(ctx, w.request(`{"$minSequenceNumber": 5, "$wait": "30s"}`))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want the context's", err)
	}
}

// A projection that is parked answers from where it stands and says so, at once.
func TestParkedProjectionAnswersStale(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.project(t)
	w.store(t, place(uuid.New(), order(1)))
	w.Append(t, w.account.ID, place(uuid.New(), fields{"OrderNumber": 2, "Note": "\x00"}), place(uuid.New(), order(3)))
	sub := w.applied.Subscribe(w.account.ID)
	defer sub.Close()
	w.heads.Publish(notify.Signal{AccountID: w.account.ID, SequenceNumber: 3})
	<-sub.C
	start := time.Now()
	answer := w.ask(t, `{"$minSequenceNumber": 3, "$wait": "30s"}`)
	if !answer.Stale || answer.SequenceNumber != 1 || len(answer.Items) != 1 {
		t.Errorf("answer %+v, want a stale one with one order at 1", answer)
	}
	if time.Since(start) > 10*time.Second {
		t.Error("it waited, although a parked projection does not move")
	}
}
