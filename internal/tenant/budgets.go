package tenant

import (
	"math"
	"sync"
	"time"

	"github.com/google/uuid"
	"golang.org/x/time/rate"

	"github.com/polderhq/polder/internal/fault"
)

const (
	defaultRequestsPerSecond = 100
	// sweepEvery is how often full buckets are dropped: a full one is as good as a new one.
	sweepEvery = time.Minute
)

// BudgetsConfig is the platform's default budget.
type BudgetsConfig struct {
	RequestsPerSecond float64          // zero: 100
	Burst             int              // zero: twice the requests of a second
	Clock             func() time.Time // nil: time.Now
}

// Budgets is the requests that each account may make of this process. Several processes
// know nothing of each other: the platform gives an account the sum.
type Budgets struct {
	config BudgetsConfig

	mu      sync.Mutex
	buckets map[uuid.UUID]*rate.Limiter // of accounts that were active lately
	swept   time.Time
}

// NewBudgets returns budgets that are all full.
func NewBudgets(c BudgetsConfig) *Budgets {
	if c.RequestsPerSecond == 0 {
		c.RequestsPerSecond = defaultRequestsPerSecond
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return &Budgets{config: c, buckets: map[uuid.UUID]*rate.Limiter{}, swept: c.Clock()}
}

// Take spends one request of the account's budget, or returns Throttled with the time after
// which there is one again.
func (b *Budgets) Take(a Account) error {
	now := b.config.Clock()
	reservation := b.bucket(a, now).ReserveN(now, 1)
	wait := reservation.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	reservation.CancelAt(now)
	return fault.New(fault.Throttled, "Account %s has used up its requests; try again later", a.Name).After(wait)
}

func (b *Budgets) bucket(a Account, now time.Time) *rate.Limiter {
	perSecond, burst := b.budget(a)
	b.mu.Lock()
	defer b.mu.Unlock()
	if now.Sub(b.swept) >= sweepEvery {
		b.sweep(now)
	}
	bucket := b.buckets[a.ID]
	switch {
	case bucket == nil:
		bucket = rate.NewLimiter(perSecond, burst)
		b.buckets[a.ID] = bucket
	case bucket.Limit() != perSecond || bucket.Burst() != burst: // the catalog has changed
		bucket.SetLimitAt(now, perSecond)
		bucket.SetBurstAt(now, burst)
	}
	return bucket
}

func (b *Budgets) budget(a Account) (rate.Limit, int) {
	perSecond, burst := a.RequestsPerSecond, a.RequestBurst
	if perSecond == 0 {
		perSecond = b.config.RequestsPerSecond
		if burst == 0 {
			burst = b.config.Burst
		}
	}
	if burst == 0 {
		burst = max(1, int(math.Ceil(2*perSecond)))
	}
	return rate.Limit(perSecond), burst
}

func (b *Budgets) sweep(now time.Time) {
	for account, bucket := range b.buckets {
		if bucket.TokensAt(now) >= float64(bucket.Burst()) {
			delete(b.buckets, account)
		}
	}
	b.swept = now
}
