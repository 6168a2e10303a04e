package command

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
)

func TestMailboxLetsOneInAtATimeAndKeepsNothing(t *testing.T) {
	t.Parallel()
	boxes := newMailboxes()
	key := mailboxKey{uuid.New(), uuid.New()}
	inside, total := 0, 0
	var all sync.WaitGroup
	for range 64 {
		all.Go(func() {
			leave, err := boxes.enter(t.Context(), key)
			if err != nil {
				t.Error(err)
				return
			}
			defer leave()
			if inside++; inside != 1 { // the race detector watches too
				t.Errorf("%d are inside", inside)
			}
			total++
			inside--
		})
	}
	all.Wait()
	if total != 64 || len(boxes.open) != 0 {
		t.Errorf("%d came in and %d mailboxes are left, want 64 and 0", total, len(boxes.open))
	}
}

func TestMailboxOfAnotherStreamIsFree(t *testing.T) {
	t.Parallel()
	boxes := newMailboxes()
	account := uuid.New()
	leave, err := boxes.enter(t.Context(), mailboxKey{account, uuid.New()})
	if err != nil {
		t.Fatal(err)
	}
	defer leave()
	other, err := boxes.enter(t.Context(), mailboxKey{account, uuid.New()})
	if err != nil {
		t.Fatal(err)
	}
	other()
}

func TestMailboxWaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	boxes := newMailboxes()
	key := mailboxKey{uuid.New(), uuid.New()}
	leave, err := boxes.enter(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := boxes.enter(ctx, key); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want cancelled", err)
	}
	leave()
	if len(boxes.open) != 0 {
		t.Error("a mailbox is left of a wait that was given up")
	}
}

func TestMailboxQueueIsBounded(t *testing.T) {
	t.Parallel()
	boxes := newMailboxes()
	key := mailboxKey{uuid.New(), uuid.New()}
	for range longestQueue {
		if _, err := boxes.join(key); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := boxes.join(key); !fault.Is(err, fault.Unavailable) {
		t.Errorf("error = %v, want unavailable", err)
	}
}
