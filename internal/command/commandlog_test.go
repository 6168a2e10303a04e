package command

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
)

func event(id uuid.UUID, revision int, at time.Time) *es.Event {
	return &es.Event{CommandID: id, CommandHash: 9, StreamRevision: revision, SequenceNumber: int64(100 + revision), CommitTime: at}
}

func TestCommandLogFindsTheLastEventOfACommand(t *testing.T) {
	t.Parallel()
	log, id, now := newCommandLog(), uuid.New(), time.Now()
	log.add(event(id, 1, now))
	log.add(event(id, 2, now))
	log.add(event(uuid.New(), 3, now))
	log.add(event(id, 2, now)) // folded a second time, by another reader
	got, found := log.find(id)
	if !found || got.Revision != 2 || got.Sequence != 102 || got.Hash != 9 {
		t.Errorf("found %v: %+v", found, got)
	}
	if n := len(log.until(2)); n != 1 {
		t.Errorf("%d commands until revision 2, want 1", n)
	}
}

func TestCommandLogForgetsAfterThirtyDays(t *testing.T) {
	t.Parallel()
	log, old, recent, now := newCommandLog(), uuid.New(), uuid.New(), time.Now()
	log.add(event(old, 1, now.Add(-idempotencyWindow-time.Second)))
	log.add(event(recent, 2, now.Add(-idempotencyWindow+time.Second)))
	log.add(event(uuid.New(), 3, now))
	if _, found := log.find(old); found {
		t.Error("a command of 30 days ago is still remembered")
	}
	if _, found := log.find(recent); !found {
		t.Error("a command within 30 days is forgotten")
	}
}
