package projection

import (
	"sync"
	"time"

	"github.com/google/uuid"
)

// slice is how long a page of an account with a backlog should take. What an event costs
// differs by a factor of hundreds between releases with one projection of it and with a
// hundred, so a number of events alone does not bound how long the others wait. A third of
// it costs no throughput that could be measured, and three times as much doubles their lag.
const slice = 30 * time.Millisecond

// leastPage is the fewest events of a page: below it the round trips would be all of it.
const leastPage = 40

// paces keeps how many events the next page of each account with a backlog may have. An
// account without one is not in it. A backlog begins with a small page.
type paces struct {
	most int
	mu   sync.Mutex
	next map[uuid.UUID]int
}

func newPaces(most int) *paces { return &paces{most: most, next: map[uuid.UUID]int{}} }

// of returns how many events the account's next page may have.
func (p *paces) of(account uuid.UUID) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n, ok := p.next[account]; ok {
		return n
	}
	return min(firstRead, p.most)
}

// learn takes note of a page of so many events, and of whether there are more.
func (p *paces) learn(account uuid.UUID, events int, more bool, took time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !more {
		delete(p.next, account)
		return
	}
	next := 2 * events // as long as pages are short they grow
	if took > slice/2 {
		next = int(float64(events) * float64(slice) / float64(took))
	}
	p.next[account] = min(max(next, leastPage), p.most)
}
