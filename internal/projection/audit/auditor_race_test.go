package audit_test

import (
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/audit"
	"github.com/polderhq/polder/test/sales"
)

// While events keep coming and are applied, with fan-outs, nothing is told to be wrong.
func TestNoFalseAlarmWhileEventsCome(t *testing.T) {
	t.Parallel()
	w := worldOf(t, sales.Open(t, pgtest.New(t), sales.Release(t, sales.WithShapes)))
	account := w.NewAccount(t).ID
	w.settle(t, account, history(8, 200)...)
	a := w.auditor(t, "all")
	end := make(chan struct{})
	var looking sync.WaitGroup
	looking.Add(1)
	go func() {
		defer looking.Done()
		for {
			select {
			case <-end:
				return
			default:
			}
			if _, err := a.Look(t.Context(), sales.StoreID, time.Now()); err != nil {
				t.Errorf("a look failed: %v", err)
				return
			}
		}
	}()
	events := history(8, 1000)[200:]
	for len(events) > 0 {
		w.settle(t, account, events[:20]...)
		events = events[20:]
	}
	close(end)
	looking.Wait()
	if a.count(t, "polder_audit_mismatches_total") != 0 || a.count(t, "polder_audit_repaired_total") != 0 {
		t.Errorf("it told %v", a.logs.All())
	}
	if n := a.count(t, "polder_audit_rows_checked_total"); n < 100 {
		t.Errorf("%d rows were compared meanwhile", n)
	}
}

// Two auditors that look at the same time tell of a wrong row once.
func TestTwoAuditorsDoNotCountTwice(t *testing.T) {
	t.Parallel()
	w := worldOf(t, sales.Open(t, pgtest.New(t), sales.Release(t, sales.WithShapes)))
	const accounts = 6
	for range accounts {
		account := w.NewAccount(t).ID
		w.settle(t, account, history(5, 60)...)
		w.Exec(t, corruptions["a changed value"].sql, account)
	}
	first, second := w.auditor(t, "none"), w.auditor(t, "none")
	unseen := `SELECT count(*) FROM store.account_heads h LEFT JOIN store.audits a USING (account_id)
		WHERE h.sequence_number > 0 AND coalesce(a.checked_at, 'epoch') = 'epoch'`
	for w.Number(t, unseen) > 1 { // two more looks at least until something has its second turn
		var looking sync.WaitGroup
		for _, a := range []*watched{first, second} {
			looking.Add(1)
			go func() {
				defer looking.Done()
				if _, err := a.Look(t.Context(), sales.StoreID, time.Now()); err != nil {
					t.Errorf("a look failed: %v", err)
				}
			}()
		}
		looking.Wait()
	}
	told := first.count(t, "polder_audit_mismatches_total") + second.count(t, "polder_audit_mismatches_total")
	if noted := w.Number(t, "SELECT sum(mismatches)::bigint FROM store.audits"); int64(told) != noted || told > accounts || told < accounts-1 {
		t.Errorf("%d rows are told of and %d noted, of %d", told, noted, accounts)
	}
}

// What a second look finds right was not wrong, and who comes too late with his second look
// leaves the word to another.
func TestOnlyWhatIsWrongTwiceIsTold(t *testing.T) {
	t.Parallel()
	w := worldOf(t, sales.Open(t, pgtest.New(t), sales.Release(t, sales.WithShapes)))
	gone, stays, taken := w.NewAccount(t).ID, w.NewAccount(t).ID, w.NewAccount(t).ID
	for account, between := range map[uuid.UUID]string{
		gone:  "UPDATE read_models." + sales.ShapedOrders + " SET quantity = quantity - 1 WHERE account_id = $1 AND key = (" + someOrder + ")",
		stays: "SELECT $1::uuid",
		taken: "UPDATE store.audits SET checked_at = now() WHERE account_id = $1",
	} {
		w.settle(t, account, history(5, 60)...)
		w.Exec(t, corruptions["a changed value"].sql, account)
		first, second, err := audit.LookTwice(t.Context(), w.Role(pg.Projector), w.plan, account, func() { w.Exec(t, between, account) })
		if err != nil || first.Mismatches != 1 {
			t.Fatalf("first look: %+v, %v", first, err)
		}
		wrong := int64(-1)
		if second != nil {
			wrong = second.Mismatches
		}
		noted := w.Number(t, "SELECT sum(mismatches)::bigint FROM store.audits WHERE account_id = $1", account)
		if want := map[uuid.UUID]int64{gone: 0, stays: 1, taken: -1}[account]; wrong != want || noted != max(want, 0) {
			t.Errorf("after %q it tells of %d rows and notes %d, not %d", between, wrong, noted, want)
		}
	}
}

// A look that is given up has told nothing and holds nothing; the next auditor finds what is
// wrong.
func TestStopInTheMiddleOfALook(t *testing.T) {
	t.Parallel()
	w := worldOf(t, sales.Open(t, pgtest.New(t), sales.Release(t, sales.WithShapes)))
	account := w.NewAccount(t).ID
	w.settle(t, account, history(6, 100)...)
	w.Exec(t, corruptions["a changed value"].sql, account)
	before := w.rows(t, account)
	lock, err := w.Super.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = lock.Rollback(t.Context()) }()
	if _, err := lock.Exec(t.Context(), "LOCK TABLE read_models."+sales.ShapedOrders+" IN ACCESS EXCLUSIVE MODE"); err != nil {
		t.Fatal(err)
	}
	a := w.auditor(t, "all")
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	waiting := "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT granted AND d.datname = current_database()"
	for deadline := time.Now().Add(20 * time.Second); w.Number(t, waiting) == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no look hangs")
		}
	}
	began := time.Now()
	a.Stop()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %v to stop", took)
	}
	if err := lock.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := w.Role(pg.Projector).Stat().AcquiredConns(); n > 2 {
		t.Errorf("%d connections are in use", n)
	}
	if a.count(t, "polder_audit_failures_total") != 0 || len(before) != len(w.rows(t, account)) {
		t.Errorf("a look that was given up was told of: %v", a.logs.All())
	}
	next := w.auditor(t, "all")
	next.round(t)
	if mended := next.count(t, "polder_audit_repaired_total"); mended != 1 {
		t.Errorf("%d rows were mended by the next", mended)
	}
}
