package migrations_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/migrations"
)

// holder has a transaction open that read the table; what it returns ends it.
func holder(t *testing.T, db *pgtest.Database, table string) func() {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), db.OwnerURL)
	must(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	tx, err := conn.Begin(t.Context())
	must(t, err)
	_, err = tx.Exec(t.Context(), "SELECT count(*) FROM "+table)
	must(t, err)
	return func() { must(t, tx.Rollback(t.Context())) }
}

// impatient are settings under which an attempt is soon over; tried gets a line per attempt.
func impatient(t *testing.T, attempts int, tried chan string, further ...string) migrations.Config {
	return migrations.Config{
		Files: release(t, further...), LockTimeout: 300 * time.Millisecond, Attempts: attempts, Pause: 20 * time.Millisecond,
		Progress: func(line string) {
			if strings.Contains(line, "waits for a lock") {
				select {
				case tried <- line:
				default:
				}
			}
		},
	}
}

const addColumn = "ALTER TABLE store.account_heads ADD COLUMN later text"

// A migration wants a table that a long transaction has read. Whoever uses the table meanwhile is
// never kept for longer than the lock timeout, and once the transaction ends the migration is done.
func TestNobodyQueuesBehindAMigrationForLong(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	release := holder(t, db, "store.account_heads")
	tried, done := make(chan string, 1), make(chan error, 1)
	config := impatient(t, 1_000, tried, addColumn)
	go func() { done <- config.Up(t.Context(), db.OwnerURL, migrations.Store) }()
	reader := db.Pool(t, pg.API)
	var longest time.Duration
	reads := 0
	for attempts := 0; attempts < 3; {
		began := time.Now()
		_, err := reader.Exec(t.Context(), "SELECT count(*) FROM store.account_heads")
		must(t, err)
		longest, reads = max(longest, time.Since(began)), reads+1
		select {
		case <-tried:
			attempts++
		case err := <-done:
			t.Fatalf("it ended while the table was held: %v", err)
		default:
		}
	}
	t.Logf("%d reads during 3 attempts, the longest took %v", reads, longest)
	// Some time more than the timeout, because the machine is busy with other tests.
	if longest > config.LockTimeout+time.Second {
		t.Errorf("a read took %v behind a migration that waits for %v at most", longest, config.LockTimeout)
	}
	release()
	must(t, <-done)
	wantVersion(t, db, newest(migrations.Store)+1)
}

// After the last attempt nothing has changed, and the error says why.
func TestAttemptsAreBounded(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	release := holder(t, db, "store.account_heads")
	tried := make(chan string, 10)
	config := impatient(t, 2, tried, "CREATE TABLE store.later (n int); "+addColumn)
	err := config.Up(t.Context(), db.OwnerURL, migrations.Store)
	if pg.Code(err) != pgerrcode.LockNotAvailable || !strings.Contains(err.Error(), "in 2 attempts") || len(tried) != 1 {
		t.Errorf("error = %v after %d lines of waiting", err, len(tried))
	}
	wantVersion(t, db, newest(migrations.Store))
	release()
	must(t, config.Up(t.Context(), db.OwnerURL, migrations.Store))
	wantVersion(t, db, newest(migrations.Store)+1)
}

// A dump reads golang-migrate's table for as long as it lasts.
func TestADumpKeepsNobodyFromTheVersion(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	defer holder(t, db, "polder_migrations.store")()
	config := impatient(t, 1, nil, "CREATE TABLE store.later (n int)")
	must(t, config.Up(t.Context(), db.OwnerURL, migrations.Store))
	wantVersion(t, db, newest(migrations.Store)+1)
}

// A migration that is wrong has not happened: mended in the next build, it is run again.
func TestAMigrationThatFailsHasNotHappened(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	wrong := migrations.Config{Files: release(t, "CREATE TABLE store.later (n int); SELECT 1/0")}
	if err := wrong.Up(t.Context(), db.OwnerURL, migrations.Store); pg.Code(err) != pgerrcode.DivisionByZero {
		t.Errorf("error = %v, want that of the statement", err)
	}
	wantVersion(t, db, newest(migrations.Store))
	must(t, migrations.Config{Files: release(t, "CREATE TABLE store.later (n int)")}.Up(t.Context(), db.OwnerURL, migrations.Store))
	wantVersion(t, db, newest(migrations.Store)+1)
}

func wantVersion(t *testing.T, db *pgtest.Database, version uint) {
	t.Helper()
	status, err := migrations.ReadStatus(db.OwnerURL, migrations.Store)
	must(t, err)
	if status.Version != version || status.Dirty {
		t.Errorf("status = %+v, want version %d", status, version)
	}
}
