package notify

import (
	"testing"

	"github.com/google/uuid"
)

// A poll's rows may be older than hints that came while it ran, and are newer than all others.
func TestAPollIsComparedWithHintsByTheirTime(t *testing.T) {
	account := uuid.New()
	at := func(n int64) Signal { return Signal{account, n} }
	w := newWire("c", NewTopic())
	step := func(name string, got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	w.beginPoll()
	step("not met before", w.found(at(3)), first)
	step("a hint of what is known", w.isNews(at(3)), false)
	step("a hint of what is new", w.isNews(at(5)), true)
	step("the poll that ran meanwhile", w.found(at(3)), same)
	w.beginPoll()
	step("the next poll agrees", w.found(at(5)), same)
	w.keep(at(6))
	step("published here while it ran", w.found(at(5)), same)
	w.beginPoll()
	step("found by a poll alone", w.found(at(8)), moved)
	step("its late hint", w.isNews(at(7)), false)
	w.beginPoll()
	step("the store was restored", w.found(at(2)), moved)
	step("and goes on", w.isNews(at(3)), true)
	w.forget(func(uuid.UUID) bool { return false })
	step("forgotten accounts", w.size(), 0)
}

func TestNothingIsKeptForAccountsThatNobodyWaitsFor(t *testing.T) {
	topic := NewTopic()
	for range 1000 {
		sub := topic.Subscribe(uuid.New())
		topic.Publish(Signal{uuid.New(), 1})
		sub.Close()
	}
	if len(topic.accounts) != 0 {
		t.Errorf("%d accounts are kept", len(topic.accounts))
	}
}
