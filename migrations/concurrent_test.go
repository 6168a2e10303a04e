package migrations_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/migrations"
)

const laterIndex = `-- serves nobody
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS account_heads_later ON store.account_heads (generation);`

// wantIndex is whether the index of the heads is there, and valid.
func wantIndex(t *testing.T, db *pgtest.Database, want string) {
	t.Helper()
	wantIndexNamed(t, db, "account_heads_later", want)
}

func wantIndexNamed(t *testing.T, db *pgtest.Database, name, want string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), db.OwnerURL)
	must(t, err)
	defer conn.Close(context.Background())
	var is string
	must(t, conn.QueryRow(t.Context(), `SELECT coalesce((SELECT CASE WHEN indisvalid THEN 'valid' ELSE 'invalid' END
		FROM pg_index WHERE indexrelid = to_regclass('store.' || $1)), 'missing')`, name).Scan(&is))
	if is != want {
		t.Errorf("the index %s is %s, want it %s", name, is, want)
	}
}

// Two accounts of one generation are in the way of the unique index.
func TestAConcurrentIndexThatFailedIsMendedByRunningAgain(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	execute(t, db.OwnerURL, "INSERT INTO store.account_heads (account_id, epoch) SELECT gen_random_uuid(), 1 FROM generate_series(1, 2)")
	config := migrations.Config{Files: release(t, laterIndex, "CREATE TABLE store.later ()")}
	for range 2 {
		if err := config.Up(t.Context(), db.OwnerURL, migrations.Store); pg.Code(err) != pgerrcode.UniqueViolation {
			t.Fatalf("error = %v, want that the values are not unique", err)
		}
		wantIndex(t, db, "invalid")
		status, err := migrations.ReadStatus(db.OwnerURL, migrations.Store)
		must(t, err)
		if !status.Dirty {
			t.Errorf("status = %+v, want it dirty", status)
		}
		must(t, accept(t, db, pg.API, migrations.Windows{}.Of(migrations.Store))) // who serves goes on
	}
	execute(t, db.OwnerURL, "UPDATE store.account_heads SET generation = (SELECT count(*) FROM store.account_heads h WHERE h.account_id < account_heads.account_id)")
	must(t, config.Up(t.Context(), db.OwnerURL, migrations.Store))
	wantIndex(t, db, "valid")
	wantVersion(t, db, newest(migrations.Store)+2)
}

// Events of one account that have the same actor are in the way of the unique index of one partition.
func TestAConcurrentIndexOfAPartitionedTableIsMadeOfItsPartitions(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	execute(t, db.OwnerURL, `INSERT INTO store.events (account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name,
			payload_version, payload, command_id, command_hash, actor, commit_time)
		SELECT '11111111-1111-4111-8111-111111111111', 0, n, gen_random_uuid(), 1, 'Thing', 'ThingHappenedEvent', 1, '{}', gen_random_uuid(), 0, 'test', now()
		  FROM generate_series(1, 2) n`)
	config := migrations.Config{Files: release(t, "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS events_later ON store.events (account_id, generation, actor)")}
	for range 2 {
		if err := config.Up(t.Context(), db.OwnerURL, migrations.Store); pg.Code(err) != pgerrcode.UniqueViolation {
			t.Fatalf("error = %v, want that the values are not unique", err)
		}
		wantIndexNamed(t, db, "events_later", "invalid")
	}
	execute(t, db.OwnerURL, "UPDATE store.events SET actor = actor || sequence_number")
	for range 2 { // the second finds it made, as after a process that died before it wrote the version
		must(t, config.Up(t.Context(), db.OwnerURL, migrations.Store))
		wantIndexNamed(t, db, "events_later", "valid")
		wantIndexNamed(t, db, "events_later_15", "valid")
		execute(t, db.OwnerURL, "UPDATE polder_migrations.store SET dirty = true")
	}
}

// The process died after the index and before its version.
func TestAConcurrentIndexThatIsThereIsKept(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	config := migrations.Config{Files: release(t, laterIndex)}
	must(t, config.Up(t.Context(), db.OwnerURL, migrations.Store))
	execute(t, db.OwnerURL, "UPDATE polder_migrations.store SET dirty = true")
	must(t, config.Up(t.Context(), db.OwnerURL, migrations.Store))
	wantIndex(t, db, "valid")
	wantVersion(t, db, newest(migrations.Store)+1)
}

// Whoever waits for its turn must not be waited for by the index.
func TestConcurrentIndexesFromSeveralProcesses(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	config := migrations.Config{Files: release(t, laterIndex)}
	var processes sync.WaitGroup
	for range 4 {
		processes.Go(func() {
			if err := config.Up(t.Context(), db.OwnerURL, migrations.Store); err != nil {
				t.Error(err)
			}
		})
	}
	processes.Wait()
	wantIndex(t, db, "valid")
}

func TestAConcurrentIndexStandsAlone(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{
		laterIndex + " SELECT 1;",
		"SELECT 1; " + laterIndex,
		"CREATE INDEX CONCURRENTLY later ON store.account_heads (epoch)", // may be there from a run that was cut off
		"DROP INDEX CONCURRENTLY store.later",
	} {
		db := pgtest.New(t)
		err := migrations.Config{Files: release(t, sql)}.Up(t.Context(), db.OwnerURL, migrations.Store)
		if err == nil || !strings.Contains(err.Error(), "holds one statement") {
			t.Errorf("%s: %v", sql, err)
		}
		wantVersion(t, db, newest(migrations.Store))
	}
}
