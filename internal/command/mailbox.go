package command

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
)

// longestQueue is how many commands to one stream wait in this process before the next
// one is sent away: beyond it they would time out in the queue.
const longestQueue = 2_000

type mailboxKey struct{ account, stream uuid.UUID }

// mailbox lets one command at a time at its stream, the others in order of arrival.
type mailbox struct {
	turn  chan struct{} // holds a token while the stream is free
	users int           // that hold or wait; guarded by mailboxes.mu
}

// mailboxes keeps a mailbox for each stream with a command under way, and nothing for
// the others.
type mailboxes struct {
	mu   sync.Mutex
	open map[mailboxKey]*mailbox
}

func newMailboxes() *mailboxes { return &mailboxes{open: map[mailboxKey]*mailbox{}} }

// enter waits for the stream's turn and returns the function that passes it on. Its
// errors are Unavailable (the queue is full) and ctx's.
func (m *mailboxes) enter(ctx context.Context, key mailboxKey) (func(), error) {
	box, err := m.join(key)
	if err != nil {
		return nil, err
	}
	select {
	case <-box.turn:
		return func() { box.turn <- struct{}{}; m.leave(key, box) }, nil
	case <-ctx.Done():
		m.leave(key, box)
		return nil, context.Cause(ctx)
	}
}

func (m *mailboxes) join(key mailboxKey) (*mailbox, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	box := m.open[key]
	if box == nil {
		box = &mailbox{turn: make(chan struct{}, 1)}
		box.turn <- struct{}{}
		m.open[key] = box
	}
	if box.users >= longestQueue {
		return nil, fault.New(fault.Unavailable, "Too many commands wait for this stream; try again").After(time.Second)
	}
	box.users++
	return box, nil
}

func (m *mailboxes) leave(key mailboxKey, box *mailbox) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if box.users--; box.users == 0 {
		delete(m.open, key)
	}
}
