package build_test

import (
	"fmt"
	"testing"

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
			beside := w.live(events[:150])
			w.Append(t, beside, events[150:]...)
			w.build(build.Job{AccountID: beside, All: true}, budget(20_000))
			w.same(beside, reference)
		})
	}
}
