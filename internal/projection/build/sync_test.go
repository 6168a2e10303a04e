package build_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/test/sales"
)

// appends places and changes orders through an event store that writes the sync projection,
// until it is told to stop.
func (w *world) appends(account uuid.UUID, stop <-chan struct{}) *sync.WaitGroup {
	store := es.New(es.Config{Appender: w.DB.Pool(w.t, pg.Appender), Reader: w.DB.Pool(w.t, pg.API)})
	w.t.Cleanup(store.Close)
	syncs := projection.NewSyncs(w)
	var running sync.WaitGroup
	running.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			payload, _ := json.Marshal(sales.Fields{"OrderNumber": n, "Note": fmt.Sprint("note ", n)}) // of plain values
			a := es.Append{AccountID: account, Epoch: 1, CommandID: uuid.New(), Actor: "test", Writes: []es.Write{{
				StreamID: uuid.NewSHA1(account, fmt.Append(nil, n%40)), StreamType: "Order", Expected: es.Any(),
				Events: []es.NewEvent{{PayloadItemName: "OrderPlacedEvent", PayloadVersion: 1, Payload: payload}},
			}}}
			a.Within = syncs.Within(w.Release, &a)
			if _, err := store.Append(w.t.Context(), a); err != nil {
				w.t.Error(err)
				return
			}
		}
	})
	return &running
}

// What appends write is built under their eyes: rows of a table that is new for the account,
// and of one that they go on writing, are in the end those that the projector makes.
func TestASyncProjectionIsBuiltWhileAppendsGoOn(t *testing.T) {
	t.Parallel()
	w := &world{sales.Open(t, pgtest.Shared(t), sales.Release(t, sales.WithSync)), t}
	for name, prepare := range map[string]func([]sales.Event) uuid.UUID{"new": w.unbuilt, "beside": w.live} {
		account := prepare(sales.Happenings(51, 60)) // entered without appends: nothing of it is in the sync table
		stop := make(chan struct{})
		running := w.appends(account, stop)
		results := w.build(build.Job{AccountID: account, Projections: []string{"OrderNow"}}, budget(4_000))
		close(stop)
		running.Wait()
		if len(results) != 1 || results[0].SequenceNumber == 0 {
			t.Errorf("%s: %+v", name, results)
		}
		w.build(build.Job{AccountID: account, Projections: []string{"OrderLater"}})
		w.Project(t, account)
		now, later := w.Rows(t, account, "OrderNow"), w.Rows(t, account, "OrderLater")
		if len(now) == 0 || !slices.Equal(now, later) {
			t.Errorf("%s: %d rows written with appends, %d by the projector, or they differ", name, len(now), len(later))
		}
	}
}
