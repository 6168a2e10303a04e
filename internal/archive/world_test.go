package archive_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/archive"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/test/generated"
	"github.com/polderhq/polder/test/sales"
)

// world is a store with accounts whose histories are generated.
type world struct {
	*sales.Store
	t *testing.T
}

func open(t *testing.T) *world {
	t.Helper()
	return &world{sales.Open(t, pgtest.Shared(t), generated.Release(t, 400)), t}
}

func (w *world) account(seed uint64, events int) uuid.UUID {
	w.t.Helper()
	account := w.NewAccount(w.t).ID
	w.Append(w.t, account, generated.History(seed, events)...)
	return account
}

// work archives all streams of the account.
func (w *world) work(account uuid.UUID) archive.Work {
	return archive.Work{Builder: w.Role(pg.Builder), AccountID: account, Release: w.Release, Before: time.Now().Add(time.Hour)}
}

func (w *world) run(work archive.Work) archive.Report {
	w.t.Helper()
	report, err := work.Run(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return report
}

func (w *world) verify(account uuid.UUID) archive.Verified {
	w.t.Helper()
	found, err := archive.Verification{Builder: w.Role(pg.Builder), AccountID: account, Release: w.Release}.Run(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return found
}

func (w *world) archived(account uuid.UUID) int64 {
	w.t.Helper()
	return w.Number(w.t, "SELECT count(*) FROM store.archived_streams WHERE account_id = $1", account)
}
