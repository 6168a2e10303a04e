package notify_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/notify"
)

func TestASubscriberHearsOfItsAccountAlone(t *testing.T) {
	t.Parallel()
	topic := notify.NewTopic()
	ann, bob := uuid.New(), uuid.New()
	annSub, bobSub := topic.Subscribe(ann), topic.Subscribe(bob)
	defer annSub.Close()
	defer bobSub.Close()
	topic.Publish(notify.Signal{AccountID: ann, SequenceNumber: 1})
	if !woken(annSub.C) {
		t.Error("Ann is not woken")
	}
	if woken(bobSub.C) {
		t.Error("Bob is woken for Ann")
	}
}

func TestSignalsAreCoalesced(t *testing.T) {
	t.Parallel()
	topic := notify.NewTopic()
	ann, bob := uuid.New(), uuid.New()
	sub, feed := topic.Subscribe(ann), topic.SubscribeAll()
	defer sub.Close()
	defer feed.Close()
	for _, n := range []int64{1, 3, 2} {
		topic.Publish(notify.Signal{AccountID: ann, SequenceNumber: n})
	}
	topic.Publish(notify.Signal{AccountID: bob, SequenceNumber: 7})
	if !woken(sub.C) || woken(sub.C) {
		t.Error("three signals do not wake once")
	}
	if !woken(feed.C) {
		t.Error("the feed is not woken")
	}
	got := map[uuid.UUID]int64{}
	for _, s := range feed.Take() {
		got[s.AccountID] += s.SequenceNumber
	}
	if len(got) != 2 || got[ann] != 3 || got[bob] != 7 {
		t.Errorf("took %v", got)
	}
	if again := feed.Take(); len(again) != 0 {
		t.Errorf("took twice: %v", again)
	}
	topic.Publish(notify.Signal{AccountID: ann, SequenceNumber: 4})
	if !woken(feed.C) {
		t.Error("the feed is not woken again")
	}
}

// Whoever does not receive holds nobody up, and gets what counts when it does.
func TestASlowSubscriberBlocksNobody(t *testing.T) {
	t.Parallel()
	topic := notify.NewTopic()
	account := uuid.New()
	slow, slowFeed := topic.Subscribe(account), topic.SubscribeAll()
	defer slow.Close()
	defer slowFeed.Close()
	published := make(chan struct{})
	go func() {
		defer close(published)
		for n := range int64(100_000) {
			topic.Publish(notify.Signal{AccountID: account, SequenceNumber: n + 1})
		}
	}()
	select {
	case <-published:
	case <-time.After(deadline):
		t.Fatal("the publisher is blocked")
	}
	if signals := slowFeed.Take(); !woken(slow.C) || len(signals) != 1 || signals[0].SequenceNumber != 100_000 {
		t.Errorf("the slow feed has %v", signals)
	}
}

// Each value that is published after a subscriber looked wakes it: no signal falls between.
func TestNoSignalFallsBetweenLookingAndWaiting(t *testing.T) {
	t.Parallel()
	topic := notify.NewTopic()
	account := uuid.New()
	var mu sync.Mutex
	var state int64
	const last = 20_000
	var readers sync.WaitGroup
	for range 4 {
		sub := topic.Subscribe(account)
		readers.Go(func() {
			defer sub.Close()
			for {
				mu.Lock()
				now := state
				mu.Unlock()
				if now == last {
					return
				}
				select {
				case <-sub.C:
				case <-time.After(deadline):
					t.Error("a signal was lost")
					return
				}
			}
		})
	}
	for n := range int64(last) {
		mu.Lock()
		state = n + 1
		mu.Unlock()
		topic.Publish(notify.Signal{AccountID: account, SequenceNumber: n + 1})
	}
	readers.Wait()
}

func TestClosedSubscriptionsHearNothing(t *testing.T) {
	t.Parallel()
	topic := notify.NewTopic()
	account := uuid.New()
	sub, feed := topic.Subscribe(account), topic.SubscribeAll()
	for range 2 {
		sub.Close()
		feed.Close()
	}
	topic.Publish(notify.Signal{AccountID: account, SequenceNumber: 1})
	if woken(sub.C) || woken(feed.C) || len(feed.Take()) != 0 {
		t.Error("a closed subscription is woken")
	}
}

func woken(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
