package httpapi

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
)

// quota bounds how many long requests an account has open at a time in this process. It
// keeps nothing for accounts that have none.
type quota struct {
	most int
	mu   sync.Mutex
	open map[uuid.UUID]int
}

func newQuota(most int) *quota { return &quota{most: most, open: map[uuid.UUID]int{}} }

// take counts one in and returns the function that counts it out, or Throttled.
func (q *quota) take(account uuid.UUID) (func(), error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open[account] >= q.most {
		return nil, fault.New(fault.Throttled, "This account has %d of these requests open, which is the most", q.most).After(5 * time.Second)
	}
	q.open[account]++
	return func() { q.release(account) }, nil
}

func (q *quota) release(account uuid.UUID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open[account]--; q.open[account] == 0 {
		delete(q.open, account)
	}
}
