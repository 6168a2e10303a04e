package projection

import (
	"testing"
	"time"

	"github.com/google/uuid"
)

// A page takes about a slice, whatever an event costs.
func TestPacesComeToTheSlice(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		perEvent time.Duration
		want     int
	}{
		{10 * time.Microsecond, 500}, {200 * time.Microsecond, 150}, {500 * time.Microsecond, 60}, {time.Second, leastPage},
	} {
		p, account := newPaces(500), uuid.New()
		for range 6 {
			n := p.of(account)
			p.learn(account, n, true, time.Duration(n)*test.perEvent)
		}
		if got := p.of(account); got < test.want*8/10 || got > test.want {
			t.Errorf("%v an event: %d events in a page, want about %d", test.perEvent, got, test.want)
		}
		p.learn(account, 1, false, test.perEvent)
		if len(p.next) != 0 || p.of(account) != firstRead {
			t.Errorf("%v an event: the backlog is gone, but its pace is kept", test.perEvent)
		}
	}
	if got := newPaces(10).of(uuid.New()); got != 10 {
		t.Errorf("a page of %d events, want 10 at most", got)
	}
}

// A stall says nothing about what events cost: the pages grow again.
func TestPacesRecover(t *testing.T) {
	t.Parallel()
	p, account := newPaces(500), uuid.New()
	p.learn(account, 500, true, time.Minute)
	if got := p.of(account); got != leastPage {
		t.Fatalf("%d events after a minute's page, want %d", got, leastPage)
	}
	for range 5 {
		p.learn(account, p.of(account), true, time.Millisecond)
	}
	if got := p.of(account); got != 500 {
		t.Errorf("%d events after short pages, want 500", got)
	}
}
