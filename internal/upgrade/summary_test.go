package upgrade_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/upgrade"
)

// What is left follows from what the plan expects of each account, and from how long those took
// that are through: many accounts with few events do not make a run look all but done.
func TestWhatIsLeft(t *testing.T) {
	t.Parallel()
	began := time.Date(2026, 11, 26, 4, 0, 0, 0, time.UTC)
	small, big := uuid.New(), uuid.New()
	accounts := []upgrade.Account{{ID: small, State: upgrade.OnRelease, Events: 100}, {ID: big, State: upgrade.Building, Events: 1900}}
	for _, test := range []struct {
		what, plan string
		left       time.Duration
	}{
		{"as the plan has it", fmt.Sprintf(`{"accounts": [{"accountId": %q, "seconds": 2}, {"accountId": %q, "seconds": 6}]}`, small, big), 30 * time.Second},
		{"without the plan", "{}", 1901 * 10 * time.Second / 101},
	} {
		run := upgrade.Run{State: upgrade.Running, Waves: []int{2}, StartedAt: &began, Plan: []byte(test.plan)}
		s := upgrade.Summarise(run, accounts, began.Add(10*time.Second))
		if s.Elapsed != 10*time.Second || s.Left.Round(time.Second) != test.left.Round(time.Second) {
			t.Errorf("%s: %s left after %s, want %s", test.what, s.Left, s.Elapsed, test.left)
		}
	}
}
