package notify

import (
	"sync"

	"github.com/google/uuid"
)

// wire is one topic's way between processes: what is known of each account, and what the
// others must still be told.
type wire struct {
	channel string
	topic   *Topic
	tap     *tap

	mu      sync.Mutex
	known   map[uuid.UUID]mark
	untold  map[uuid.UUID]int64
	polling uint32 // number of the poll that runs, or ran last
}

// mark is the number that subscribers were last told for an account, and the poll that
// ran at the time.
type mark struct {
	number int64
	poll   uint32
}

func newWire(channel string, topic *Topic) *wire {
	return &wire{channel: channel, topic: topic, known: map[uuid.UUID]mark{}, untold: map[uuid.UUID]int64{}}
}

// keep notes what was published here, to be told to the others.
func (w *wire) keep(s Signal) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.untold[s.AccountID] = max(s.SequenceNumber, w.untold[s.AccountID])
	if s.SequenceNumber >= w.known[s.AccountID].number {
		w.known[s.AccountID] = mark{s.SequenceNumber, w.polling}
	}
}

// isNews notes what was heard, and reports whether it was unknown.
func (w *wire) isNews(s Signal) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if known, found := w.known[s.AccountID]; found && s.SequenceNumber <= known.number {
		return false
	}
	w.known[s.AccountID] = mark{s.SequenceNumber, w.polling}
	return true
}

// takeUntold returns and forgets what the others must be told.
func (w *wire) takeUntold() []Signal {
	w.mu.Lock()
	defer w.mu.Unlock()
	signals := make([]Signal, 0, len(w.untold))
	for account, number := range w.untold {
		signals = append(signals, Signal{account, number})
	}
	clear(w.untold)
	return signals
}

// beginPoll comes before the poll's statement. What is told from here on may be newer than
// what the poll finds; what was told before is older, and the poll is right where they differ.
func (w *wire) beginPoll() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.polling++
}

// found notes what the poll that runs has found, and reports how the number compares with
// what subscribers know.
func (w *wire) found(s Signal) finding {
	w.mu.Lock()
	defer w.mu.Unlock()
	known, met := w.known[s.AccountID]
	switch {
	case !met:
		w.known[s.AccountID] = mark{s.SequenceNumber, w.polling}
		return first
	case s.SequenceNumber == known.number, known.poll == w.polling && s.SequenceNumber < known.number:
		return same
	}
	// A lower number that no hint explains: the store was restored or the account rewritten.
	w.known[s.AccountID] = mark{s.SequenceNumber, w.polling}
	return moved
}

type finding int

const (
	same  finding = iota
	first         // the account was not met before
	moved
)

// forget drops accounts that are not in the store any more.
func (w *wire) forget(present func(uuid.UUID) bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for account := range w.known {
		if !present(account) {
			delete(w.known, account)
		}
	}
}

func (w *wire) size() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.known)
}
