package pg_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
)

// A snapshot is bound to its account, and does not see what is committed beside it.
func TestASnapshotStaysAsItWas(t *testing.T) {
	t.Parallel()
	pool := pgtest.Shared(t).Pool(t, pg.Projector)
	count := func(tx pgx.Tx) (n int) {
		if err := tx.QueryRow(t.Context(), "SELECT count(*) FROM store.projection_cursors").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	account := uuid.New()
	insert := func(account uuid.UUID, table string) {
		err := pg.InAccount(t.Context(), pool, account, func(tx pgx.Tx) error {
			_, err := tx.Exec(t.Context(), "INSERT INTO store.projection_cursors VALUES ($1, $2, 0, 'parked')", account, table)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	insert(account, "one")
	insert(uuid.New(), "of another account")
	err := pg.InSnapshot(t.Context(), pool, account, func(tx pgx.Tx) error {
		before := count(tx)
		insert(account, "two")
		if after := count(tx); before != 1 || after != 1 {
			t.Errorf("the snapshot has %d rows, then %d; want 1", before, after)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Where the query fails before it has rows, as when its connection breaks, nobody is handed rows
// without columns; and the connection is given back.
func TestReadHandsOutNoRowsThatFailed(t *testing.T) {
	t.Parallel()
	pool := pgtest.Shared(t).Pool(t, pg.API)
	err := pg.Read(t.Context(), pool, uuid.New(), func(rows pgx.Rows) error {
		t.Errorf("rows with %d columns", len(rows.FieldDescriptions()))
		return nil
	}, "SELECT 1/0") // it fails when it is planned, before it says what its columns are
	if pg.Code(err) != pgerrcode.DivisionByZero {
		t.Error(err)
	}
	if n := pool.Stat().AcquiredConns(); n != 0 {
		t.Errorf("%d connections are not given back", n)
	}
}
