package build_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/test/sales"
)

// An account goes to a release with tables that it has no rows of. Both releases' pages are
// admitted until these are built; from then on only those that know them.
func TestAnAccountGoesToAnotherRelease(t *testing.T) {
	t.Parallel()
	db := pgtest.Shared(t)
	before := &world{sales.Open(t, db, sales.Release(t)), t}
	after := &world{sales.Open(t, db, sales.Release(t, sales.WithShapes)), t}
	events := happenings(31, 90)
	account := before.live(events[:40])
	reference := after.live(events)

	missing, err := build.EnterNew(t.Context(), before.Role(pg.Admin), account, before.Release, after.Release)
	if err != nil || missing != 6 { // customers and orders in their new shape, and what these feed
		t.Fatalf("%d tables are missing, %v", missing, err)
	}
	before.Append(t, account, events[40:60]...)
	before.project(account)
	after.Adopt(account)
	if results := after.build(build.Job{AccountID: account}); len(results) != 2 {
		t.Errorf("built: %+v", results)
	}
	after.Append(t, account, events[60:]...)
	release := after.Number(t, "SELECT count(*) FROM store.live_cursors WHERE account_id = $1 AND release = $2 AND next_release IS NULL", account, after.Release.Digest())
	if release != 1 {
		t.Error("pages by the release before are still admitted")
	}
	after.same(account, reference)
}

// A release that needs nothing new is admitted as well, beside the one before.
func TestAReleaseWithoutNewTables(t *testing.T) {
	t.Parallel()
	w := open(t)
	same := sales.Release(t, sales.WithShapes, func(ir *model.IR) { ir.Queries = slices.Clip(ir.Queries[:1]) })
	account := w.live(happenings(32, 10))
	if missing, err := build.EnterNew(t.Context(), w.Role(pg.Admin), account, w.Release, same); err != nil || missing != 0 {
		t.Fatalf("%d tables are missing, %v", missing, err)
	}
	admitted := "SELECT count(*) FROM store.live_cursors WHERE account_id = $1 AND release = $2 AND next_release = $3"
	if n := w.Number(t, admitted, account, w.Release.Digest(), same.Digest()); n != 1 {
		t.Error("the two releases are not noted")
	}
	if _, err := build.EnterNew(t.Context(), w.Role(pg.Admin), uuid.New(), w.Release, same); err == nil {
		t.Error("an account that is not here got a release")
	}
}
