package lifecycle_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/lifecycle"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/test/sales"
)

func (w *world) move(name, to string) lifecycle.Moved {
	w.Helper()
	account, err := w.catalog.AccountByName(w.Context(), name)
	w.must(err)
	done, err := w.runner.Move(w.Context(), account, to)
	w.must(err)
	return done
}

// guard enters a guard row of each kind.
func (w *world) guard(a tenant.Account, key string, used int) {
	w.Helper()
	w.exec(a.StoreID, "INSERT INTO store.guard_unique VALUES ($1, 'Customer.Code', $2, $3) ON CONFLICT (account_id, guard, key) DO UPDATE SET stream_id = $3", a.ID, key, uuid.New())
	w.exec(a.StoreID, "INSERT INTO store.guard_series VALUES ($1, $2, $3) ON CONFLICT (account_id, series) DO UPDATE SET last_number = $3", a.ID, key, used)
	w.exec(a.StoreID, "INSERT INTO store.guard_limit VALUES ($1, 'Customer.Credit', $2, $3::numeric / 4) ON CONFLICT (account_id, guard, key) DO UPDATE SET used = $3::numeric / 4", a.ID, key, used)
}

const guardsSQL = `SELECT coalesce(md5(string_agg(r, ' ' ORDER BY r COLLATE "C")), '') FROM (
	SELECT row(guard, key, stream_id)::text AS r FROM store.guard_unique WHERE account_id = $1 UNION ALL
	SELECT row(series, last_number)::text FROM store.guard_series WHERE account_id = $1 UNION ALL
	SELECT row(guard, key, used)::text FROM store.guard_limit WHERE account_id = $1) g`

func (w *world) guards(store string, id uuid.UUID) (sum string) {
	w.Helper()
	w.must(w.super[store].QueryRow(w.Context(), guardsSQL, id).Scan(&sum))
	return sum
}

func TestAnAccountMovesAndIsTheSame(t *testing.T) {
	w := newWorld(t)
	account, other := w.account("northwind", sales.Happenings(11, 2600)...), w.account("southwind", sales.Happenings(12, 300)...)
	for _, key := range []string{"a", "B", "ä", "z"} {
		w.guard(account, key, 7)
	}
	events := sales.Happenings(11, 3200)
	w.archive(account)
	w.exec("one", "DELETE FROM store.archived_streams WHERE account_id = $1 AND pg_catalog.uuid_hash_extended(stream_id, 1) % 2 = 0", account.ID)
	states, allStates := w.archived(account), int64(0)
	// Meanwhile the account goes on: events come, a guard changes, one is given back, one is new, and streams are archived.
	written := false
	w.runner.Progress = func(phase string, _, _ int64) {
		if phase == "projections" && !written {
			written = true
			w.append(account, events[2600:]...)
			w.guard(account, "B", 8)
			w.guard(account, "new", 1)
			w.exec("one", "DELETE FROM store.guard_unique WHERE account_id = $1 AND key = 'a'", account.ID)
			allStates = w.archive(account)
		}
	}
	others := w.counted("one", other.ID)
	done := w.move("northwind", "two")
	w.runner.Progress = nil
	if !written || done.SequenceNumber != 3200 || done.Account.StoreID != "two" || done.Account.State != tenant.Active || done.Epoch != 2 || done.From != "one" {
		t.Errorf("%+v", done)
	}
	if states == 0 || done.Archived != states || done.Left != allStates-states || w.archived(done.Account) != states {
		t.Errorf("%d of %d archived streams are archived, and %d are said to be, and %d not", w.archived(done.Account), states, done.Archived, done.Left)
	}
	if is := w.digest(done.Account); is != done.Digest || is != w.digest(account) {
		t.Error("the digest is another")
	}
	w.account("want", events...)
	if w.guards("one", account.ID) != w.guards("two", account.ID) {
		t.Error("the guards differ")
	}
	want, err := w.catalog.AccountByName(t.Context(), "want")
	w.must(err)
	clone, err := w.runner.Duplicate(t.Context(), lifecycle.Duplicate{Source: want, Name: "clone", StoreID: "two"})
	w.must(err)
	w.sameRows(w.rows(done.Account), w.rows(clone.Account))
	for _, sql := range []string{
		"SELECT count(*) FROM store.account_heads h JOIN store.live_cursors l USING (account_id) WHERE account_id = $1 AND h.state = 'active' AND h.epoch = 2 AND l.sequence_number = h.sequence_number",
		"SELECT 1 - count(*) FROM store.projection_cursors WHERE account_id = $1", "SELECT 1 - count(*) FROM store.builds WHERE account_id = $1"} {
		if w.number("two", sql, account.ID) != 1 {
			t.Errorf("it is not whole on the new store: %s", sql)
		}
	}
	// What the old store has takes no appends, is nobody's to project, and goes when the move is confirmed.
	if w.number("one", "SELECT count(*) FROM store.account_heads h LEFT JOIN store.live_cursors l USING (account_id) WHERE account_id = $1 AND state = 'moving' AND l.account_id IS NULL", account.ID) != 1 {
		t.Error("the old store still serves it")
	}
	if w.number("one", "SELECT count(*) FROM store.events WHERE account_id = $1", account.ID) != 3200 {
		t.Error("the old store has not kept it")
	}
	if _, err := w.runner.Cancel(t.Context(), done.Account); !fault.Is(err, fault.Conflict) {
		t.Errorf("a move that was made is cancelled: %v", err)
	}
	removed, err := w.runner.Confirm(t.Context(), done.Account)
	w.must(err)
	left := w.counted("one", account.ID)
	delete(left, "catalog.accounts")
	delete(left, "catalog.audit_log")
	if removed["store.events"] != 3200 || len(left) > 0 {
		t.Errorf("removed %v, and left %v", removed, left)
	}
	for table, n := range w.counted("one", other.ID) {
		if others[table] != n {
			t.Errorf("%s of another account: %d rows, had %d", table, n, others[table])
		}
	}
	// There and back.
	if back := w.move("northwind", "one"); back.Account.StoreID != "one" || back.Digest != done.Digest || back.Archived != states || back.Left > 0 {
		t.Errorf("%+v", back)
	}
}

// Cut off anywhere, a move goes on or is taken back; and whatever comes first, the account is never on two stores, nor on none.
func TestAMoveThatIsCutOffAnywhereGoesOnOrBack(t *testing.T) {
	w := newWorld(t)
	account := w.account("northwind", sales.Happenings(13, 2100)...)
	w.guard(account, "a", 1)
	states := w.archive(account)
	want, err := w.runner.Duplicate(t.Context(), lifecycle.Duplicate{Source: account, Name: "want"})
	w.must(err)
	rows, digest := w.rows(want.Account), want.Digest
	cuts := 0
	for at := 1; ; at++ {
		account, err = w.catalog.AccountByName(t.Context(), "northwind")
		w.must(err)
		to := map[string]string{"one": "two", "two": "one"}[account.StoreID]
		phase, ctx, cut := w.kill(at)
		_, err := phase.Move(ctx, account, to)
		if !cut() {
			w.must(err)
			break
		}
		cuts++
		now, err := w.catalog.AccountByName(t.Context(), "northwind")
		w.must(err)
		if at%2 == 0 && now.StoreID != to {
			_, err = w.newRunner().Cancel(t.Context(), now)
			w.must(err)
			w.serves(account.StoreID, account.ID)
			if left := w.counted(to, account.ID); len(left) > 2 || left["store.events"] > 0 { // the catalog is in one of the databases
				t.Fatalf("cut off at step %d and taken back: %v are left", at, left)
			}
			continue
		}
		done, err := w.newRunner().Move(t.Context(), now, to)
		if err != nil {
			t.Fatalf("cut off at step %d: %v", at, err)
		}
		w.serves(to, account.ID)
		if w.digest(done.Account) != digest {
			t.Errorf("cut off at step %d: another history", at)
		}
		if n := w.archived(done.Account); n != states || done.Archived != n || done.Left != 0 {
			t.Errorf("cut off at step %d: %d streams are archived, want %d: %+v", at, n, states, done)
		}
		w.sameRows(w.rows(done.Account), rows)
		_, err = w.newRunner().Confirm(t.Context(), done.Account)
		w.must(err)
	}
	if cuts < 8 {
		t.Errorf("it was cut off only %d times", cuts)
	}
}

// serves requires that the store alone takes appends of the account, under the catalog's epoch.
func (w *world) serves(store string, id uuid.UUID) {
	w.Helper()
	account, err := w.catalog.AccountByName(w.Context(), "northwind")
	w.must(err)
	for _, at := range []string{"one", "two"} {
		var active int64
		if at == store {
			active = 1
		}
		if is := w.number(at, "SELECT count(*) FROM store.account_heads WHERE account_id = $1 AND state = 'active' AND ($2 OR epoch = $3)", id, at != store, account.Epoch); is != active {
			w.Fatalf("store %s: %d heads take appends, want %d", at, is, active)
		}
	}
}

// kill is a runner whose connections and context end at its nth step, so that it cannot even take back what it did.
func (w *world) kill(at int) (*lifecycle.Runner, context.Context, func() bool) {
	r, ctx, cut := w.crash(at)
	places := r.Places
	r.Places = func(ctx context.Context, store string) (lifecycle.Place, error) {
		p, err := places(ctx, store)
		if err == nil && p.Admin != nil {
			p.Admin, p.Builder = w.mortal(store, pg.Admin, cut), w.mortal(store, pg.Builder, cut)
		}
		return p, err
	}
	return r, ctx, cut
}

func TestAMoveIsRefusedWhereItCannotBeMade(t *testing.T) {
	w := newWorld(t)
	account := w.account("northwind", sales.Happenings(14, 100)...)
	for name, c := range map[string]struct {
		do, undo string
		kind     fault.Kind
	}{
		"parked":               {"INSERT INTO store.projection_cursors (account_id, table_name, sequence_number, state) VALUES ($1, 'orders_x', 1, 'parked')", "DELETE FROM store.projection_cursors WHERE account_id = $1", fault.Precondition},
		"between two releases": {"UPDATE store.live_cursors SET next_release = 'x' WHERE account_id = $1", "UPDATE store.live_cursors SET next_release = NULL WHERE account_id = $1", fault.Precondition},
	} {
		w.exec("one", c.do, account.ID)
		if _, err := w.runner.Move(t.Context(), account, "two"); !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
		w.exec("one", c.undo, account.ID)
		w.serves("one", account.ID)
	}
	if _, err := w.runner.Move(t.Context(), account, "one"); !fault.Is(err, fault.Conflict) { // the other one has begun
		t.Errorf("to another store meanwhile: %v", err)
	}
	_, err := w.runner.Cancel(t.Context(), account)
	w.must(err)
	if _, err := w.runner.Move(t.Context(), account, "one"); !fault.Is(err, fault.Invalid) {
		t.Errorf("to where it is: %v", err)
	}
	if _, err := w.runner.Confirm(t.Context(), account); !fault.Is(err, fault.NotFound) {
		t.Errorf("a move that was not begun is confirmed: %v", err)
	}
	// Another release meanwhile: the account stays where it is, and takes appends.
	w.runner.Progress = func(phase string, _, _ int64) {
		if phase == "projections" {
			w.exec("one", "UPDATE store.account_heads SET generation = 1 WHERE account_id = $1", account.ID)
		}
	}
	if _, err := w.runner.Move(t.Context(), account, "two"); !fault.Is(err, fault.Conflict) {
		t.Errorf("a release that came in between: %v", err)
	}
	w.serves("one", account.ID)
	// One at a time.
	w.runner.Progress = func(phase string, _, _ int64) {
		if _, err := w.newRunner().Cancel(context.Background(), account); !fault.Is(err, fault.Conflict) {
			t.Errorf("two work on it: %v", err)
		}
	}
	w.exec("one", "UPDATE store.account_heads SET generation = 0 WHERE account_id = $1", account.ID)
	w.move("northwind", "two")
}
