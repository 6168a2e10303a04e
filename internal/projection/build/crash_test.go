package build_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/test/sales"
)

// PostgreSQL is killed in each phase of a build, with all its backends, and comes back. What
// was built is there or is built again, what was appended is in it, and nothing twice.
func TestABuildSurvivesTheKillOfPostgreSQL(t *testing.T) {
	t.Parallel()
	config := pgserver.Config{Dir: pgtest.ServerDir(t), Settings: map[string]string{"shared_buffers": "32MB", "max_wal_size": "256MB"}}
	server, err := pgserver.Start(t.Context(), config) // fsync is on: a crash loses no commit
	if err != nil {
		t.Fatal(err)
	}
	db, err := pgtest.Migrate(t.Context(), server, "polder")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{sales.Open(t, db, sales.Release(t, sales.WithShapes)), t}
	events := sales.Happenings(41, 150)
	more := sales.Happenings(42, 30)
	reference := w.live(append(events[:150:150], more...))
	for i, phase := range phases {
		account := []func([]sales.Event) uuid.UUID{w.live, w.unbuilt}[i%2](events)
		killed := at(phase, func() {
			w.Append(t, account, more...)
			if err := server.Kill(); err != nil {
				t.Error(err)
			}
		})
		job := build.Job{AccountID: account, Release: w.Release, All: true}
		if _, err := build.Run(t.Context(), w.config(budget(5_000), killed), job); err == nil {
			t.Errorf("%s: the build did not notice", phase)
		}
		if server, err = pgserver.Start(t.Context(), config); err != nil {
			t.Fatal(err)
		}
		w.settleConnections()
		w.build(job, budget(4_000))
		w.same(account, reference)
	}
}

// settleConnections has the pools notice that their connections are gone.
func (w *world) settleConnections() {
	w.t.Helper()
	w.Super.Reset()
	for _, role := range []pg.Role{pg.Owner, pg.API, pg.Projector, pg.Builder, pg.Watcher, pg.Admin} {
		w.Role(role).Reset()
	}
}
