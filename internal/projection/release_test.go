package projection_test

import (
	"testing"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/sales"
)

// A process that has not heard yet that an account runs on another release moves no cursor:
// tables that it does not know would lack the events. Nor does one that keeps more tables than
// the account has: rows of a release that it has left are removed. Nor does one that takes the other
// one for the release that it runs on: appends write what pages leave alone.
func TestAProcessThatIsBehindMovesNothing(t *testing.T) {
	t.Parallel()
	s := store(t)
	other := sales.Release(t, func(ir *model.IR) { ir.Currency = "USD" })
	account := s.NewAccount(t).ID
	last := s.Append(t, account, history(1, 2, 5)...)
	step := func(release *model.Release, beside ...*model.Release) error {
		return projection.Step(t.Context(), s.Role(pg.Projector), release, projection.StepOf{Account: account, Beside: beside})
	}
	s.Exec(t, "UPDATE store.live_cursors SET release = $2 WHERE account_id = $1", account, other.Digest())
	if err := step(s.Release); !fault.Is(err, fault.Conflict) || cursor(t, s, account) != 0 {
		t.Errorf("by the release that it left: %v, the cursor stands at %d", err, cursor(t, s, account))
	}
	if err := step(s.Release, other); err == nil || cursor(t, s, account) != 0 {
		t.Errorf("by a release too many: %v, the cursor stands at %d", err, cursor(t, s, account))
	}
	s.Exec(t, "UPDATE store.live_cursors SET next_release = $2 WHERE account_id = $1", account, s.Release.Digest())
	if err := step(s.Release); err == nil || cursor(t, s, account) != 0 {
		t.Errorf("by one of two releases: %v, the cursor stands at %d", err, cursor(t, s, account))
	}
	if err := step(s.Release, other); err == nil || cursor(t, s, account) != 0 {
		t.Errorf("by both, the one that it does not run on first: %v, the cursor stands at %d", err, cursor(t, s, account))
	}
	if err := step(other, s.Release); err != nil || cursor(t, s, account) != last {
		t.Errorf("by both: %v, the cursor stands at %d", err, cursor(t, s, account))
	}
}
