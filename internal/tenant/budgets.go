package tenant

import "time"

// BudgetsConfig is the platform's default budget.
type BudgetsConfig struct {
	RequestsPerSecond float64          // zero: 100
	Burst             int              // zero: twice the requests of a second
	Clock             func() time.Time // nil: time.Now
}

// Budgets is the requests that each account may make of this process.
type Budgets struct{}

// NewBudgets returns budgets that are all full.
func NewBudgets(c BudgetsConfig) *Budgets { panic("stub") }

// Take spends one request of the account, or returns Throttled with RetryAfter.
func (b *Budgets) Take(a Account) error { panic("stub") }
