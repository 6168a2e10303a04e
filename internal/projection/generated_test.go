package projection_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/generated"
	"github.com/polderhq/polder/test/sales"
)

// Whatever the model and the history, all ways lead to the same rows: pages of any size,
// events in one go or as they come, one worker or several projectors, and crashes between
// any two transactions.
func TestAllWaysLeadToTheSameRows(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			s := sales.Open(t, pgtest.Shared(t), generated.Release(t, seed))
			events := generated.History(seed, 160)
			reference := s.NewAccount(t).ID
			start(t, s).settleAll(t, reference, s.Append(t, reference, events...))
			ways := map[string]func(t *testing.T, account uuid.UUID){
				"event by event": func(t *testing.T, account uuid.UUID) {
					start(t, s, pageOf(1)).settleAll(t, account, s.Append(t, account, events...))
				},
				"small pages": func(t *testing.T, account uuid.UUID) {
					start(t, s, pageOf(7)).settleAll(t, account, s.Append(t, account, events...))
				},
				"as they come": func(t *testing.T, account uuid.UUID) { asTheyCome(t, s, account, events, seed) },
				"two projectors": func(t *testing.T, account uuid.UUID) {
					other := start(t, s, pageOf(3))
					last := s.Append(t, account, events...)
					other.poke(account, last)
					start(t, s, pageOf(4)).settleAll(t, account, last)
				},
				"crashes": func(t *testing.T, account uuid.UUID) { withCrashes(t, s, account, events, seed) },
			}
			for name, way := range ways {
				account := s.NewAccount(t).ID
				way(t, account)
				assertSameRows(t, s, name, account, reference)
			}
		})
	}
}

func assertSameRows(t *testing.T, s *sales.Store, way string, account, like uuid.UUID) {
	t.Helper()
	rows := 0
	for _, p := range s.Release.Projections() {
		assertRows(t, s, p.Name, account, like)
		rows += len(s.Rows(t, account, p.Name))
	}
	if t.Failed() || rows == 0 {
		t.Fatalf("%s: the rows differ, or there are none", way)
	}
}

// asTheyCome appends a few events at a time, without waiting for fan-outs.
func asTheyCome(t *testing.T, s *sales.Store, account uuid.UUID, events []event, seed uint64) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 5))
	r := start(t, s)
	var last int64
	for len(events) > 0 {
		n := min(len(events), 1+random.IntN(9))
		last = s.Append(t, account, events[:n]...)
		events = events[n:]
		r.settle(t, account, last)
	}
	r.settleAll(t, account, last)
}

// withCrashes applies pages and batches one by one, each by a process that knows nothing of
// the one before.
func withCrashes(t *testing.T, s *sales.Store, account uuid.UUID, events []event, seed uint64) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 6))
	last := s.Append(t, account, events...)
	for range 40 {
		err := projection.Step(t.Context(), s.Role(pg.Projector), loaded(t, s.Release), projection.StepOf{Account: account, Events: 1 + random.IntN(6)})
		if err != nil {
			t.Fatal(err)
		}
	}
	start(t, s).settleAll(t, account, last)
}

// loaded is the release as another process has it.
func loaded(t *testing.T, release *model.Release) *model.Release {
	t.Helper()
	ir, err := model.Canonical(release.IR())
	if err != nil {
		t.Fatal(err)
	}
	again, err := model.Load(ir)
	if err != nil {
		t.Fatal(err)
	}
	return again
}
