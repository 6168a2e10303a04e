package upgrade_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/test/sales"
)

func (w *world) policy(account uuid.UUID, p upgrade.Policy) {
	w.t.Helper()
	if err := upgrade.SetPolicy(w.t.Context(), w.Role(pg.Admin), account, p); err != nil {
		w.t.Fatal(err)
	}
}

// Events of older shapes become what they are read as, in their places: the rows stay what they
// were, nothing is upcast any more, and the originals are kept. Only where the policy allows it.
func TestInPlace(t *testing.T) {
	t.Parallel()
	release := sales.Release(t, sales.WithShapes, sales.WithPast)
	w := &world{Store: sales.Open(t, pgtest.Shared(t), release), t: t}
	happened := sales.Happenings(5, 80)
	account := w.live(release, sales.Past(happened)...)
	reference := w.live(release, happened...)
	admin, builder := w.Role(pg.Admin), w.Role(pg.Builder)
	job := upgrade.InPlace{AccountID: account, Release: release, Actor: "olga"}

	if _, err := job.Run(t.Context(), admin, builder); !fault.Is(err, fault.Forbidden) {
		t.Fatalf("a strict account was changed: %v", err)
	}
	dry := job
	dry.DryRun = true
	counted, err := dry.Run(t.Context(), admin, builder)
	if err != nil || counted.Events != 80 || counted.Closed == 0 {
		t.Fatalf("counted %+v, %v", counted, err)
	}
	now := time.Now()
	w.policy(account, upgrade.Policy{Immutability: upgrade.CutOff, ClosedUntil: &now})
	if closed, err := job.Run(t.Context(), admin, builder); err != nil || closed != counted {
		t.Errorf("behind a cut-off: %+v, %v", closed, err)
	}
	w.policy(account, upgrade.Policy{Immutability: upgrade.Mutable})
	old := counted.Closed
	if done, err := job.Run(t.Context(), admin, builder); err != nil || done.Transformed != old || done.Closed != 0 {
		t.Errorf("done %+v, counted %+v, %v", done, counted, err)
	}
	if again, err := job.Run(t.Context(), admin, builder); err != nil || again.Transformed != 0 {
		t.Errorf("again: %+v, %v", again, err)
	}
	if kept := w.Number(t, "SELECT count(*) FROM store.transformed_events WHERE account_id = $1 AND actor = 'olga'", account); kept != old {
		t.Errorf("%d originals of %d events are kept", kept, old)
	}
	w.same(release, account, reference)
	found, err := upgrade.Decode(t.Context(), builder, account, release)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range found {
		if d.Changed {
			t.Errorf("%s (version %d) is still upcast", d.Event, d.Version)
		}
	}
}

func TestPoliciesThatAreNone(t *testing.T) {
	t.Parallel()
	w := open(t)
	account := w.live(w.before)
	now := time.Now()
	for _, p := range []upgrade.Policy{{Immutability: "sometimes"}, {Immutability: upgrade.CutOff}, {Immutability: upgrade.Strict, ClosedUntil: &now}} {
		if err := upgrade.SetPolicy(t.Context(), w.Role(pg.Admin), account, p); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", p, err)
		}
	}
	if err := upgrade.SetPolicy(t.Context(), w.Role(pg.Admin), uuid.New(), upgrade.Policy{Immutability: upgrade.Strict}); !fault.Is(err, fault.NotFound) {
		t.Errorf("an account that is not here: %v", err)
	}
	if p, err := upgrade.ReadPolicy(t.Context(), w.Role(pg.Admin), account); err != nil || p.Immutability != upgrade.Strict {
		t.Errorf("an account begins with %+v, %v", p, err)
	}
}
