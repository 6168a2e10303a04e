package build_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/test/sales"
)

// Big accounts begin first, a worker is kept for the small ones, and an account that cannot
// be built keeps nobody.
func TestManyAccountsAreBuilt(t *testing.T) {
	t.Parallel()
	w := open(t)
	events := sales.Happenings(61, 60)
	reference := w.live(events)
	var orders []build.Order
	for i, name := range []string{"small", "big", "gone", "middle"} {
		account := uuid.New()
		if name != "gone" {
			account = w.unbuilt(events)
		}
		orders = append(orders, build.Order{Name: name, Events: []int64{1, 9, 8, 5}[i], Config: w.config(), Job: build.Job{AccountID: account, Release: w.Release}})
	}
	var ended []string
	outcomes := build.RunAll(t.Context(), orders, 1, func(o build.Outcome) { ended = append(ended, o.Order.Name) })
	if want := []string{"big", "gone", "middle", "small"}; !slices.Equal(ended, want) {
		t.Errorf("they ended as %v, want %v", ended, want)
	}
	for _, o := range outcomes {
		if o.Order.Name == "gone" {
			if !fault.Is(o.Err, fault.NotFound) {
				t.Error(o.Err)
			}
			continue
		}
		if o.Err != nil || len(o.Results) != 5 {
			t.Errorf("%s: %v %v", o.Order.Name, o.Results, o.Err)
		}
		w.same(o.Order.Job.AccountID, reference)
	}
	if got := build.RunAll(t.Context(), orders, 3, func(build.Outcome) {}); len(got) != 4 {
		t.Errorf("%d outcomes of four orders", len(got))
	}
}
