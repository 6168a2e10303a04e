package upgrade_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/test/sales"
)

// writesBack has a worker look at the store until what is waited for is so.
func (w *world) writesBack(until func() bool) {
	w.t.Helper()
	back := upgrade.NewWriteBack(upgrade.WriteBackConfig{Pools: w, Releases: w, Rate: 100_000, Pause: 10 * time.Millisecond,
		Stores: func() []tenant.Store { return []tenant.Store{{ID: sales.StoreID}} }, Metrics: prometheus.NewRegistry()})
	if err := back.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	defer back.Stop()
	for end := time.Now().Add(30 * time.Second); !until(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatal("events are not written back")
		}
	}
}

// upcast is how many events of the account are stored in another shape than that of the release, and
// can be read as one event.
func (w *world) upcast(account uuid.UUID) int64 {
	w.t.Helper()
	counted, err := upgrade.InPlace{AccountID: account, Release: w.before, DryRun: true}.Run(w.t.Context(), w.Role(pg.Admin), w.Role(pg.Builder))
	if err != nil {
		w.t.Fatal(err)
	}
	return counted.Transformed + counted.Closed
}

// Old events become what they are read as, little by little, where the policy leaves them open and no
// other release is kept beside; rows stay what they were, and the originals are kept.
func TestWritingBack(t *testing.T) {
	t.Parallel()
	release := sales.Release(t, sales.WithShapes, sales.WithPast)
	w := &world{Store: sales.Open(t, pgtest.Shared(t), release), t: t, before: release}
	happened := sales.Happenings(5, 250)
	account := func(p upgrade.Policy) uuid.UUID {
		id := w.live(release, sales.Past(happened)...)
		w.Exec(t, "UPDATE store.live_cursors SET release = $2 WHERE account_id = $1", id, release.Digest())
		w.policy(id, p)
		return id
	}
	later := time.Now().Add(time.Hour)
	mutable := upgrade.Policy{Immutability: upgrade.Mutable}
	open, between := account(mutable), account(mutable)
	strict, closed := account(upgrade.Policy{Immutability: upgrade.Strict}), account(upgrade.Policy{Immutability: upgrade.CutOff, ClosedUntil: &later})
	w.Exec(t, "UPDATE store.live_cursors SET next_release = 'another' WHERE account_id = $1", between)
	leading := sales.Release(t, sales.WithShapes, sales.WithPast, func(ir *model.IR) {
		ir.Changes = append(ir.Changes, model.ChangeSet{Version: "3", Reverts: "2", Origin: "changes/2.yaml:1"})
	})
	w.Know(t, leading)
	back := account(mutable)
	w.Exec(t, "UPDATE store.live_cursors SET release = $2 WHERE account_id = $1", back, leading.Digest())
	old := w.upcast(open)
	if old < 50 {
		t.Fatalf("only %d events are old", old)
	}

	w.writesBack(func() bool { return w.upcast(open) < old })
	w.writesBack(func() bool { return w.upcast(open) == 0 }) // another one, after the first was cut off
	for what, account := range map[string]uuid.UUID{"strict": strict, "closed": closed, "between releases": between, "gone back": back} {
		if written := w.Number(t, "SELECT count(*) FROM store.transformed_events WHERE account_id = $1", account); written > 0 {
			t.Errorf("%s: %d of %d events are written back", what, written, old)
		}
	}
	if kept := w.Number(t, "SELECT count(*) FROM store.transformed_events WHERE account_id = $1 AND actor = 'write-back'", open); kept != old {
		t.Errorf("%d originals of %d events are kept", kept, old)
	}
	w.same(release, open, w.live(release, happened...))

	w.Exec(t, "UPDATE store.live_cursors SET next_release = NULL WHERE account_id = $1", between)
	w.writesBack(func() bool { return w.upcast(between) == 0 })
	w.same(release, between, open)
}

// What fails is counted, and holds up no other account.
func TestWritingBackFails(t *testing.T) {
	t.Parallel()
	release := sales.Release(t, sales.WithShapes, sales.WithPast)
	w := &world{Store: sales.Open(t, pgtest.New(t), release), t: t, before: release}
	registry := prometheus.NewRegistry()
	var accounts []uuid.UUID
	for _, digest := range []string{"nobody knows it", release.Digest()} {
		id := w.live(release, sales.Past(sales.Happenings(5, 40))...)
		w.policy(id, upgrade.Policy{Immutability: upgrade.Mutable})
		w.Exec(t, "UPDATE store.live_cursors SET release = $2 WHERE account_id = $1", id, digest)
		accounts = append(accounts, id)
	}
	back := upgrade.NewWriteBack(upgrade.WriteBackConfig{Pools: w, Releases: w, Rate: 100_000, Metrics: registry,
		Stores: func() []tenant.Store { return []tenant.Store{{ID: sales.StoreID}} }})
	if err := back.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer back.Stop()
	if err := back.Start(t.Context()); err == nil {
		t.Error("it begins twice")
	}
	for end := time.Now().Add(30 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		counted, err := testutil.GatherAndCount(registry, "polder_write_back_failures_total", "polder_write_back_events_total")
		if err != nil || time.Now().After(end) {
			t.Fatalf("%d figures, %v", counted, err)
		}
		if counted == 2 && w.upcast(accounts[1]) == 0 {
			return
		}
	}
}
