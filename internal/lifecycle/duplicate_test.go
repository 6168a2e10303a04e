package lifecycle_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/lifecycle"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/test/sales"
)

func TestACloneIsTheAccountUnderAnotherName(t *testing.T) {
	w := newWorld(t)
	source := w.account("northwind", sales.Happenings(1, 1200)...)
	w.exec("one", `INSERT INTO store.skipped_events (account_id, table_name, sequence_number, payload_item_name, error, reason, actor)
		VALUES ($1, 'orders_x', 5, 'OrderPlacedEvent', 'no', 'because', 'olga')`, source.ID)
	for _, store := range []string{"one", "two"} {
		done, err := w.runner.Duplicate(t.Context(), lifecycle.Duplicate{Source: source, Name: "clone-on-" + store, StoreID: store})
		w.must(err)
		if done.Account.StoreID != store || done.Account.ID == source.ID || done.SequenceNumber != 1200 || len(done.Parked) > 0 {
			t.Errorf("%+v", done)
		}
		if is := w.digest(done.Account); is != w.digest(source) || is != done.Digest {
			t.Errorf("the clone's digest is %s and was said to be %s", is, done.Digest)
		}
		if n := w.number(store, "SELECT count(*) FROM store.skipped_events WHERE account_id = $1", done.Account.ID); n != 1 {
			t.Errorf("%d skipped events", n)
		}
		if n := w.number(store, "SELECT count(*) FROM store.account_heads WHERE account_id = $1 AND state = 'active' AND sequence_number = 1200", done.Account.ID); n != 1 {
			t.Error("it takes no appends")
		}
	}
	one, err := w.catalog.AccountByName(t.Context(), "clone-on-one")
	w.must(err)
	two, err := w.catalog.AccountByName(t.Context(), "clone-on-two")
	w.must(err)
	w.sameRows(w.rows(one), w.rows(two))
	// Nobody's account is taken.
	for _, taken := range []lifecycle.Duplicate{{Source: source, Name: "clone-on-one"}, {Source: source, Name: "other", ID: source.ID}} {
		if _, err := w.runner.Duplicate(t.Context(), taken); !fault.Is(err, fault.Rejected) {
			t.Errorf("%+v: %v", taken, err)
		}
	}
	if works, err := w.catalog.Works(t.Context()); err != nil || len(works) > 0 {
		t.Errorf("works are left: %+v %v", works, err)
	}
}

func TestRestoreToAMoment(t *testing.T) {
	w := newWorld(t)
	source := w.account("northwind", append(sales.Happenings(2, 600), sales.Happenings(20, 400)...)...)
	before := w.account("before", sales.Happenings(2, 600)...)
	moment := time.Now().Add(-time.Hour)
	w.exec("one", "UPDATE store.events SET commit_time = $2::timestamptz + (sequence_number - 600) * interval '1 ms' WHERE account_id = $1", source.ID, moment)
	all := w.archive(source)
	states := w.number("one", "SELECT count(*) FROM store.archived_streams WHERE account_id = $1 AND sequence_number <= 600", source.ID)
	for name, d := range map[string]lifecycle.Duplicate{"by-number": {Until: 600}, "by-time": {AsOf: moment.Add(500 * time.Microsecond)}} {
		d.Source, d.Name = source, name
		done, err := w.runner.Duplicate(t.Context(), d)
		w.must(err)
		if done.SequenceNumber != 600 {
			t.Errorf("%s: %d events", name, done.SequenceNumber)
		}
		if states == 0 || states == all || done.Archived != states || done.Left != all-states || w.archived(done.Account) != states {
			t.Errorf("%s: of %d archived streams, %d of them at the moment: %+v", name, all, states, done)
		}
		clone, err := w.runner.Duplicate(t.Context(), lifecycle.Duplicate{Source: before, Name: name + "-want"})
		w.must(err)
		w.sameRows(w.rows(done.Account), w.rows(clone.Account))
		// It goes on otherwise than it did: its archived streams are written to under numbers that were others' events.
		var copies []tenant.Account
		for _, account := range []tenant.Account{done.Account, clone.Account} {
			w.append(account, sales.Happenings(2, 700)[600:]...)
			again, err := w.runner.Duplicate(t.Context(), lifecycle.Duplicate{Source: account, Name: account.Name + "-again"})
			w.must(err)
			copies = append(copies, again.Account)
		}
		w.sameRows(w.rows(copies[0]), w.rows(copies[1]))
		if w.archived(copies[0]) != states {
			t.Errorf("%s: %d archived streams of the copy's copy, want %d", name, w.archived(copies[0]), states)
		}
	}
	for name, d := range map[string]lifecycle.Duplicate{"too-far": {Until: 1001}, "too-early": {AsOf: moment.Add(-time.Hour)}} {
		d.Source, d.Name = source, name
		if _, err := w.runner.Duplicate(t.Context(), d); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Cut off at any step, and run again: the copy is whole, and nobody has seen it before it was.
func TestACopyThatIsCutOffAnywhereGoesOn(t *testing.T) {
	w := newWorld(t)
	source := w.account("northwind", sales.Happenings(3, 4100)...)
	want, err := w.runner.Duplicate(t.Context(), lifecycle.Duplicate{Source: source, Name: "want"})
	w.must(err)
	rows, states := w.rows(want.Account), w.archive(source)
	cuts := 0
	for at := 1; ; at += 1 + at/5 {
		d := lifecycle.Duplicate{Source: source, Name: "cut", ID: uuid.New(), StoreID: "two"}
		r, ctx, reached := w.crash(at)
		_, err := r.Duplicate(ctx, d)
		if !reached() {
			w.must(err)
			break
		}
		if _, found := w.catalog.AccountByName(t.Context(), "cut"); err != nil && !fault.Is(found, fault.NotFound) {
			t.Fatalf("cut off at step %d, and seen: %v", at, found)
		}
		cuts++
		d.ID = uuid.Nil // it is found by its name
		done, err := w.newRunner().Duplicate(t.Context(), d)
		if err != nil && !fault.Is(err, fault.Rejected) { // the cut came after the last step
			t.Fatalf("cut off at step %d: %v", at, err)
		}
		if err == nil {
			if is := w.digest(done.Account); is != want.Digest || is != done.Digest {
				t.Errorf("cut off at step %d: digest %s", at, is)
			}
			if n := w.archived(done.Account); n != states || done.Archived != n || done.Left != 0 {
				t.Errorf("cut off at step %d: %d streams are archived, want %d: %+v", at, n, states, done)
			}
			w.sameRows(w.rows(done.Account), rows)
		}
		w.exec("one", "DELETE FROM catalog.accounts WHERE name = 'cut'")
	}
	if cuts < 6 {
		t.Errorf("it was cut off only %d times", cuts)
	}
}

// Nothing tells of the last steps, so what each needs is taken away from it: the copy has been opened by then, and may be seen.
func TestACopyThatIsCutOffAtItsEndGoesOn(t *testing.T) {
	w := newWorld(t)
	source := w.account("northwind", sales.Happenings(3, 100)...)
	limits := tenant.Limits{RequestsPerSecond: 50, RequestBurst: 7}
	w.must(w.catalog.SetLimits(t.Context(), source.ID, limits))
	source.Limits = limits
	for name, right := range map[string]string{"not-entered": "INSERT ON catalog.accounts", "not-ended": "DELETE ON catalog.account_works"} {
		w.exec("one", "REVOKE "+right+" FROM polder_admin")
		d := lifecycle.Duplicate{Source: source, Name: name, StoreID: "two"}
		if _, err := w.runner.Duplicate(t.Context(), d); pg.Code(err) != "42501" {
			t.Fatalf("%s: %v", name, err)
		}
		if n := w.number("two", "SELECT count(*) FROM store.account_heads WHERE state = 'active'"); n == 0 {
			t.Fatalf("%s: it was not opened: this is blind", name)
		}
		w.exec("one", "GRANT "+right+" TO polder_admin")
		done, err := w.newRunner().Duplicate(t.Context(), d)
		w.must(err)
		if done.Account.Limits != limits || done.Digest != w.digest(source) || w.digest(done.Account) != done.Digest {
			t.Errorf("%s: %+v", name, done)
		}
		if works, err := w.catalog.Works(t.Context()); err != nil || len(works) > 0 {
			t.Errorf("%s: works are left: %+v %v", name, works, err)
		}
	}
	// One that is being erased does not go on.
	w.exec("one", "REVOKE INSERT ON catalog.accounts FROM polder_admin")
	d := lifecycle.Duplicate{Source: source, Name: "given-up"}
	_, err := w.runner.Duplicate(t.Context(), d)
	w.exec("one", "GRANT INSERT ON catalog.accounts TO polder_admin")
	if pg.Code(err) != "42501" {
		t.Fatal(err)
	}
	w.exec("one", "UPDATE store.account_heads SET state = 'erased' WHERE state = 'active' AND account_id <> $1", source.ID)
	if _, err := w.newRunner().Duplicate(t.Context(), d); !fault.Is(err, fault.Conflict) {
		t.Errorf("a copy that is being erased: %v", err)
	}
}

// What is copied is compared with what it was copied from before anybody sees it.
func TestACopyThatIsNotWhatWasCopiedIsNotShown(t *testing.T) {
	w := newWorld(t)
	source := w.account("northwind", sales.Happenings(4, 4500)...)
	r := w.newRunner()
	r.Progress = func(phase string, done, _ int64) {
		if phase == "copying" && done == 4000 {
			w.exec("two", "UPDATE store.events SET actor = 'nobody' WHERE sequence_number = 7")
		}
	}
	_, err := r.Duplicate(t.Context(), lifecycle.Duplicate{Source: source, Name: "clone", StoreID: "two"})
	if !fault.Is(err, fault.Rejected) {
		t.Errorf("an altered copy: %v", err)
	}
	if _, err := w.catalog.AccountByName(t.Context(), "clone"); !fault.Is(err, fault.NotFound) {
		t.Errorf("it is seen: %v", err)
	}
	// The digest also finds it when the copy goes on.
	if _, err := w.runner.Duplicate(t.Context(), lifecycle.Duplicate{Source: source, Name: "clone", StoreID: "two"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("it goes on: %v", err)
	}
}

// Two accounts on one store: a copy of one neither reads nor touches the other.
func TestACopyLeavesOtherAccountsAlone(t *testing.T) {
	w := newWorld(t)
	source, other := w.account("northwind", sales.Happenings(5, 500)...), w.account("southwind", sales.Happenings(6, 500)...)
	before := w.counted("one", other.ID)
	done, err := w.runner.Duplicate(t.Context(), lifecycle.Duplicate{Source: source, Name: "clone"})
	w.must(err)
	after := w.counted("one", other.ID)
	for table, n := range before {
		if after[table] != n || len(after) != len(before) {
			t.Errorf("%s of another account: %d rows, had %d", table, after[table], n)
		}
	}
	if done.Account.State != tenant.Active || w.digest(done.Account) == w.digest(other) {
		t.Errorf("%+v", done)
	}
}
