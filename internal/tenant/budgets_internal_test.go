package tenant

import (
	"testing"
	"time"

	"github.com/google/uuid"
)

func TestBucketsOfIdleAccountsAreDropped(t *testing.T) {
	now := time.Unix(1e9, 0)
	budgets := NewBudgets(BudgetsConfig{RequestsPerSecond: 1, Burst: 1000, Clock: func() time.Time { return now }})
	busy := Account{ID: uuid.New()}
	for range 10_500 {
		_ = budgets.Take(Account{ID: uuid.New()})
	}
	for range 1000 {
		_ = budgets.Take(busy)
	}
	now = now.Add(sweepEvery)
	_ = budgets.Take(Account{ID: uuid.New()})
	if len(budgets.buckets) != 2 || budgets.buckets[busy.ID] == nil {
		t.Errorf("%d buckets are kept, want that of the busy account and the new one", len(budgets.buckets))
	}
}
