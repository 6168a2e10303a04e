package tenant_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/tenant"
)

type fakeClock struct{ now time.Time }

func (c *fakeClock) read() time.Time { return c.now }

func takeAll(b *tenant.Budgets, a tenant.Account) (taken int, last error) {
	for taken < 10_000 {
		if last = b.Take(a); last != nil {
			return taken, last
		}
		taken++
	}
	return taken, nil
}

// A busy account slows itself and nobody else.
func TestABusyAccountIsThrottledAlone(t *testing.T) {
	t.Parallel()
	clock := &fakeClock{now: time.Unix(1e9, 0)}
	budgets := tenant.NewBudgets(tenant.BudgetsConfig{RequestsPerSecond: 10, Clock: clock.read})
	busy, calm := tenant.Account{ID: uuid.New(), Name: "busy"}, tenant.Account{ID: uuid.New(), Name: "calm"}

	taken, err := takeAll(budgets, busy)
	wantKind(t, err, fault.Throttled)
	var throttled *fault.Error
	if errors.As(err, &throttled); taken != 20 || throttled.RetryAfter != 100*time.Millisecond {
		t.Errorf("took %d, retry after %v; want 20 and 100ms", taken, throttled.RetryAfter)
	}
	must(t, budgets.Take(calm))

	clock.now = clock.now.Add(throttled.RetryAfter)
	if taken, _ := takeAll(budgets, busy); taken != 1 {
		t.Errorf("after RetryAfter there were %d requests, want 1: a refused request must cost nothing", taken)
	}
}

func TestAnAccountsOwnBudgetIsFollowed(t *testing.T) {
	t.Parallel()
	clock := &fakeClock{now: time.Unix(1e9, 0)}
	budgets := tenant.NewBudgets(tenant.BudgetsConfig{RequestsPerSecond: 10, Burst: 15, Clock: clock.read})
	a := tenant.Account{ID: uuid.New()}
	for _, story := range []struct {
		perSecond float64
		burst     int
		want      int
	}{{0, 0, 15}, {3, 0, 6}, {100, 50, 50}, {0, 4, 4}, {0.1, 0, 1}} {
		a.RequestsPerSecond, a.RequestBurst = story.perSecond, story.burst
		_ = budgets.Take(a) // the bucket learns of its new size
		clock.now = clock.now.Add(time.Hour)
		if taken, _ := takeAll(budgets, a); taken != story.want {
			t.Errorf("%v requests per second, burst %d: took %d, want %d", story.perSecond, story.burst, taken, story.want)
		}
	}
}
