package upgrade_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/archive"
	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/test/sales"
)

// world is a store that knows two releases of the sales model: in the newer one customers and
// orders have another shape, and orders feed others.
type world struct {
	*sales.Store
	t             *testing.T
	before, after *model.Release
}

func open(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, before: sales.Release(t), after: sales.Release(t, sales.WithShapes)}
	w.Store = sales.Open(t, pgtest.Shared(t), w.before)
	w.Know(t, w.after)
	return w
}

// live makes an account on the release with the events, projected.
func (w *world) live(release *model.Release, events ...sales.Event) uuid.UUID {
	w.t.Helper()
	account := w.NewAccount(w.t).ID
	w.Runs(account, release)
	w.Append(w.t, account, events...)
	w.Project(w.t, account)
	return account
}

// archive archives the streams of the account that come to less than their events, as the release reads them.
func (w *world) archive(account uuid.UUID, by *model.Release) {
	w.t.Helper()
	work := archive.Work{Builder: w.Role(pg.Builder), AccountID: account, Release: by, Before: time.Now().Add(time.Hour)}
	if report, err := work.Run(w.t.Context()); err != nil || report.Archived == 0 {
		w.t.Fatalf("%+v, %v", report, err)
	}
}

func (w *world) build(account uuid.UUID, release *model.Release, beside ...*model.Release) []build.Result {
	w.t.Helper()
	results, err := build.Run(w.t.Context(), build.Config{Builder: w.Role(pg.Builder), Owner: w.Role(pg.Owner)},
		build.Job{AccountID: account, Release: release, Beside: beside})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range results {
		if !r.Live {
			w.t.Errorf("%s was not built: %s %v", r.Projection, r.Error, r.Differences)
		}
	}
	return results
}

// same requires that both accounts have the same rows of the release, all of them live.
func (w *world) same(release *model.Release, got, want uuid.UUID) {
	w.t.Helper()
	for _, p := range release.Projections() {
		a, b := w.RowsOf(w.t, got, p), w.RowsOf(w.t, want, p)
		if !slices.Equal(a, b) {
			w.t.Errorf("%s: %d rows, want %d:\ngot  %v\nwant %v", p.Name, len(a), len(b), a, b)
		}
		if n := w.Number(w.t, "SELECT count(*) FROM store.projection_cursors WHERE account_id = $1 AND table_name = $2", got, p.Table); n > 0 {
			w.t.Errorf("%s is not live", p.Name)
		}
	}
}

func (w *world) epoch(account uuid.UUID) int64 {
	return w.Number(w.t, "SELECT epoch FROM store.account_heads WHERE account_id = $1", account)
}

func (w *world) enter(m upgrade.Move) {
	w.t.Helper()
	if _, err := m.Enter(w.t.Context(), w.Role(pg.Admin)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) switchTo(m upgrade.Move) upgrade.Switched {
	w.t.Helper()
	done, err := m.Switch(w.t.Context(), w.Role(pg.Admin))
	if err != nil {
		w.t.Fatal(err)
	}
	return done
}

// process is the store as an api process has it.
type process struct{ *es.Store }

func (w *world) store() process {
	return process{es.New(es.Config{Appender: w.DB.Pool(w.t, pg.Appender), Reader: w.Role(pg.API)})}
}

// append stores one order, decided under the epoch.
func (p process) append(t *testing.T, account uuid.UUID, epoch int64) error {
	_, err := p.Append(t.Context(), es.Append{
		AccountID: account, Epoch: epoch, CommandID: uuid.New(), Actor: "test",
		Writes: []es.Write{{StreamID: uuid.New(), StreamType: "Order", Expected: es.None(),
			Events: []es.NewEvent{{PayloadItemName: "OrderConfirmedEvent", PayloadVersion: 1, Payload: []byte("{}")}}}},
	})
	return err
}
