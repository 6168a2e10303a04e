package upgrade

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
)

const insertHistory = `
	INSERT INTO store.events (account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version, payload,
	  command_id, command_hash, actor, commit_time)
	SELECT $1, $2, n, gen_random_uuid(), 1, 'Order', 'OrderPlacedEvent', 1, '{}', gen_random_uuid(), 0, 'test', now() FROM generate_series(1, $3::int) AS n`

// beside runs do while a statement that a killed process has left behind still removes what do is about to remove, and does it before.
func beside(t *testing.T, super *pgxpool.Pool, statement string, account uuid.UUID, do func() error) {
	t.Helper()
	left, err := super.Begin(t.Context())
	must(t, err)
	defer func() { _ = left.Rollback(context.Background()) }()
	_, err = left.Exec(t.Context(), statement, account)
	must(t, err)
	ended := make(chan error, 1)
	go func() { ended <- do() }()
	for waiting := 0; waiting == 0; {
		must(t, super.QueryRow(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'").Scan(&waiting))
		select {
		case err := <-ended:
			t.Fatalf("it ended before: %v", err)
		case <-time.After(time.Millisecond): // what waits for a lock gives no signal
		}
	}
	must(t, left.Commit(t.Context()))
	must(t, <-ended)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsRemovedBesideAKilledProcessIsRemovedWhole(t *testing.T) {
	t.Parallel()
	db, account := pgtest.New(t), uuid.New()
	super, err := pgxpool.New(t.Context(), db.OwnerURL)
	must(t, err)
	t.Cleanup(super.Close)
	exec := func(sql string, args ...any) {
		t.Helper()
		_, err := super.Exec(t.Context(), sql, args...)
		must(t, err)
	}
	is := func(what, sql string, want int) {
		t.Helper()
		var rows int
		must(t, super.QueryRow(t.Context(), sql, account).Scan(&rows))
		if rows != want {
			t.Errorf("%s: %d rows are left, want %d", what, rows, want)
		}
	}
	exec("INSERT INTO store.account_heads (account_id, generation, sequence_number, epoch) VALUES ($1, 1, 1, 1)", account)
	exec(insertHistory, account, 0, dropPage+100)
	exec(insertHistory, account, 1, 1)
	beside(t, super, "DELETE FROM store.events WHERE account_id = $1 AND generation = 0 AND sequence_number <= 10000", account, func() error {
		return dropHistories(t.Context(), db.Pool(t, pg.Builder), account, false)
	})
	is("events", "SELECT count(*) FROM store.events WHERE account_id = $1", 1) // that of the generation in use

	exec("CREATE TABLE read_models.old AS SELECT $1::uuid AS account_id, n AS key FROM generate_series(1, $2::int) AS n", account, contractRows+100)
	exec("GRANT SELECT, DELETE ON read_models.old TO polder_builder")
	beside(t, super, "DELETE FROM read_models.old WHERE account_id = $1 AND key <= 5000", account, func() error {
		_, err := Contract{AccountID: account}.empty(t.Context(), db.Pool(t, pg.Builder), "old")
		return err
	})
	is("a table", "SELECT count(*) FROM read_models.old WHERE account_id = $1", 0)
}
