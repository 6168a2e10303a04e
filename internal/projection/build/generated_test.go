package build_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/test/generated"
	"github.com/polderhq/polder/test/sales"
)

// Whatever the model, a build and what is applied after it come to the rows of the live page:
// of tables that are new for the account, and beside live ones.
func TestABuildOfAnyModelComesToTheLiveRows(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := &world{sales.Open(t, pgtest.Shared(t), generated.Release(t, 100+seed)), t}
			events := generated.History(seed, 180)
			reference := w.live(events)
			for _, bytes := range []int{0, 9_000} {
				whole := w.unbuilt(events)
				w.build(build.Job{AccountID: whole}, budget(bytes))
				w.same(whole, reference)
			}
			anew := w.unbuilt(events[:100])
			w.build(build.Job{AccountID: anew}, budget(6_000))
			w.Append(t, anew, events[100:]...)
			w.same(anew, reference)
			for _, workers := range []int{1, 3} {
				w.sameOfMany(events, reference, workers)
			}
			beside := w.live(events[:150])
			w.Append(t, beside, events[150:]...)
			w.build(build.Job{AccountID: beside, All: true}, budget(20_000))
			w.same(beside, reference)
		})
	}
}

// sameOfMany has so many workers build four accounts that are as the reference.
func (w *world) sameOfMany(events []sales.Event, reference uuid.UUID, workers int) {
	w.t.Helper()
	var orders []build.Order
	for range 4 {
		orders = append(orders, build.Order{Events: int64(len(events)), Config: w.config(budget(9_000)), Job: build.Job{AccountID: w.unbuilt(events), Release: w.Release}})
	}
	for _, o := range build.RunAll(w.t.Context(), orders, workers, func(build.Outcome) {}) {
		if o.Err != nil {
			w.t.Errorf("with %d workers: %v", workers, o.Err)
		}
		for _, r := range o.Results {
			if !r.Live {
				w.t.Errorf("with %d workers %s was not built: %s %v", workers, r.Projection, r.Error, r.Differences)
			}
		}
		w.same(o.Order.Job.AccountID, reference)
	}
}
