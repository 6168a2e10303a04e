package notify

import (
	"sync"

	"github.com/google/uuid"
)

// Signal is a hint that the account has come to the sequence number.
type Signal struct {
	AccountID      uuid.UUID
	SequenceNumber int64
}

// Topic hands signals to whoever subscribed. It never blocks a publisher, and keeps nothing
// for accounts that nobody waits for. The zero value is not usable; see NewTopic.
type Topic struct {
	mu       sync.RWMutex
	accounts map[uuid.UUID]map[*Subscription]struct{}
	feeds    map[*Feed]struct{}
	taps     map[*tap]struct{}
}

// tap sees what this process publishes, not what comes from other processes.
type tap struct{ see func(Signal) }

// NewTopic returns a topic without subscribers.
func NewTopic() *Topic {
	return &Topic{
		accounts: map[uuid.UUID]map[*Subscription]struct{}{},
		feeds:    map[*Feed]struct{}{},
		taps:     map[*tap]struct{}{},
	}
}

// Publish signals subscribers in this process at once, and other processes through the links.
func (t *Topic) Publish(s Signal) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for tap := range t.taps {
		tap.see(s)
	}
	t.deliver(s)
}

// relay signals subscribers in this process of what another process did.
func (t *Topic) relay(s Signal) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	t.deliver(s)
}

// wake signals those who wait for the account, and leaves alone those who watch all accounts.
func (t *Topic) wake(s Signal) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for sub := range t.accounts[s.AccountID] {
		sub.signal()
	}
}

func (t *Topic) deliver(s Signal) {
	for sub := range t.accounts[s.AccountID] {
		sub.signal()
	}
	for feed := range t.feeds {
		feed.add(s)
	}
}

func (t *Topic) attach(tp *tap) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.taps[tp] = struct{}{}
}

func (t *Topic) detach(tp *tap) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.taps, tp)
}

// Subscription waits for one account.
type Subscription struct {
	C       <-chan struct{} // gets one value for any number of signals since the last receive
	wake    chan struct{}
	topic   *Topic
	account uuid.UUID
}

// Subscribe waits for signals of the account from now on. The caller closes the subscription.
func (t *Topic) Subscribe(account uuid.UUID) *Subscription {
	wake := make(chan struct{}, 1)
	sub := &Subscription{C: wake, wake: wake, topic: t, account: account}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.accounts[account] == nil {
		t.accounts[account] = map[*Subscription]struct{}{}
	}
	t.accounts[account][sub] = struct{}{}
	return sub
}

// Close ends the subscription; C gets nothing more and is not closed. Closing twice is fine.
func (s *Subscription) Close() {
	s.topic.mu.Lock()
	defer s.topic.mu.Unlock()
	subs := s.topic.accounts[s.account]
	delete(subs, s)
	if len(subs) == 0 {
		delete(s.topic.accounts, s.account)
	}
}

func (s *Subscription) signal() { poke(s.wake) }

// Feed watches all accounts. Signals wait in it, one per account with the highest number,
// until they are taken.
type Feed struct {
	C     <-chan struct{} // gets a value when there is something to take
	wake  chan struct{}
	topic *Topic

	mu      sync.Mutex
	waiting map[uuid.UUID]int64
}

// SubscribeAll watches all accounts from now on. The caller closes the feed.
func (t *Topic) SubscribeAll() *Feed {
	wake := make(chan struct{}, 1)
	feed := &Feed{C: wake, wake: wake, topic: t, waiting: map[uuid.UUID]int64{}}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.feeds[feed] = struct{}{}
	return feed
}

// Take returns and forgets the waiting signals, at most one per account, in no order.
func (f *Feed) Take() []Signal {
	f.mu.Lock()
	defer f.mu.Unlock()
	signals := make([]Signal, 0, len(f.waiting))
	for account, number := range f.waiting {
		signals = append(signals, Signal{AccountID: account, SequenceNumber: number})
	}
	clear(f.waiting)
	return signals
}

// Close ends the feed; C gets nothing more and is not closed. Closing twice is fine.
func (f *Feed) Close() {
	f.topic.mu.Lock()
	defer f.topic.mu.Unlock()
	delete(f.topic.feeds, f)
}

func (f *Feed) add(s Signal) {
	f.mu.Lock()
	f.waiting[s.AccountID] = max(s.SequenceNumber, f.waiting[s.AccountID])
	f.mu.Unlock()
	poke(f.wake)
}

func poke(wake chan struct{}) {
	select {
	case wake <- struct{}{}:
	default: // one is waiting to be seen already
	}
}
