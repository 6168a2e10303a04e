package upgrade_test

import (
	"errors"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/test/sales"
)

// An account goes to a release with tables that it has no rows of, while events come in, and
// comes back. The rows of both releases are right all the way, whatever the catalog knows.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	w := open(t)
	events := sales.Happenings(31, 120)
	account := w.live(w.before, events[:40]...)
	move := upgrade.Move{AccountID: account, From: w.before, To: w.after, Back: w.before}

	missing, err := move.Enter(t.Context(), w.Role(pg.Admin))
	if err != nil || missing != 6 { // customers and orders in their new shape, and what these feed
		t.Fatalf("%d tables are missing, %v", missing, err)
	}
	w.Append(t, account, events[40:60]...)
	w.Project(t, account)
	if _, err := move.Switch(t.Context(), w.Role(pg.Admin)); !fault.Is(err, fault.Precondition) {
		t.Fatalf("switched to tables that are not built: %v", err)
	}
	if results := w.build(account, w.after, w.before); len(results) != 2 {
		t.Errorf("built: %+v", results)
	}
	w.Append(t, account, events[60:70]...)
	w.Project(t, account)
	w.same(w.before, account, w.live(w.before, events[:70]...))

	if done := w.switchTo(move); done.Epoch != 2 || done.SequenceNumber != 70 || w.epoch(account) != 2 {
		t.Errorf("switched: %+v", done)
	}
	w.Append(t, account, events[70:100]...)
	w.Project(t, account) // the catalog has not heard of it
	w.same(w.after, account, w.live(w.after, events[:100]...))
	w.same(w.before, account, w.live(w.before, events[:100]...))

	back := upgrade.Move{AccountID: account, From: w.after, To: w.before}
	w.switchTo(back)
	w.Append(t, account, events[100:]...)
	w.Project(t, account)
	w.same(w.before, account, w.live(w.before, events...))
	if epoch := w.epoch(account); epoch != 3 {
		t.Errorf("epoch %d after two switches", epoch)
	}
	w.build(account, w.before)
}

// Each step may be repeated, and a step out of order is refused.
func TestStepsAreRepeatedAndInOrder(t *testing.T) {
	t.Parallel()
	w := open(t)
	account := w.live(w.before, sales.Happenings(32, 20)...)
	admin := w.Role(pg.Admin)
	move := upgrade.Move{AccountID: account, From: w.before, To: w.after}
	if _, err := move.Switch(t.Context(), admin); !fault.Is(err, fault.Conflict) {
		t.Errorf("switched without being entered: %v", err)
	}
	w.enter(move)
	w.enter(move)
	w.build(account, w.after, w.before)
	w.enter(move)
	first, second := w.switchTo(move), w.switchTo(move)
	if first != second || w.epoch(account) != 2 {
		t.Errorf("switched %+v, and again %+v", first, second)
	}
	w.enter(move)
	third := sales.Release(t, func(ir *model.IR) { ir.Currency = "USD" })
	if _, err := (upgrade.Move{AccountID: account, From: w.before, To: third}).Enter(t.Context(), admin); !fault.Is(err, fault.Conflict) {
		t.Errorf("entered from a release that it has left: %v", err)
	}
	if _, err := (upgrade.Move{AccountID: uuid.New(), From: w.before, To: w.after}).Enter(t.Context(), admin); !fault.Is(err, fault.NotFound) {
		t.Errorf("entered an account that is not here: %v", err)
	}
}

// An append that was decided before the switch is refused, and told what the account is on now.
func TestAnAppendFromBeforeTheSwitch(t *testing.T) {
	t.Parallel()
	w := open(t)
	account := w.live(w.before)
	other := w.live(w.before)
	move := upgrade.Move{AccountID: account, From: w.before, To: w.after}
	w.enter(move)
	if _, err := move.SwitchAtOnce(t.Context(), w.Role(pg.Admin)); err != nil {
		t.Fatal(err)
	}
	s := w.store()
	var refused *es.AccountError
	if err := s.append(t, account, 1); !errors.As(err, &refused) || refused.Epoch != 2 || refused.Release != w.after.Digest() {
		t.Errorf("refused by %+v", refused)
	}
	for id, epoch := range map[uuid.UUID]int64{account: 2, other: 1} {
		if err := s.append(t, id, epoch); err != nil {
			t.Errorf("append under epoch %d: %v", epoch, err)
		}
	}
}
