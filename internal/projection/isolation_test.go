package projection_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/sales"
)

// errUndo ends a test's transaction.
var errUndo = errors.New("undo")

// act runs a statement in role projector, bound to an account, and undoes it. It returns
// how many rows it gave or changed.
func act(t *testing.T, s *sales.Store, bound uuid.UUID, statement projection.AccountStatement) (rows int64, err error) {
	t.Helper()
	undone := pg.InAccount(t.Context(), s.Role(pg.Projector), bound, func(tx pgx.Tx) error {
		tag, failed := tx.Exec(t.Context(), statement.SQL, statement.Arguments...)
		rows, err = tag.RowsAffected(), failed
		return errUndo
	})
	if !errors.Is(undone, errUndo) {
		t.Fatal(undone)
	}
	return rows, err
}

// Every statement that names an account does nothing in a transaction that is bound to
// another: it finds no row, or is refused.
func TestStatementsAsTheWrongAccount(t *testing.T) {
	t.Parallel()
	s := store(t)
	r := start(t, s)
	victim, stranger := s.NewAccount(t).ID, s.NewAccount(t).ID
	order := uuid.New()
	last := s.Append(t, victim, sick("unstorable", order), history(1, 2, 3)[0])
	r.settle(t, victim, last)
	r.Stop()
	parked := s.Release.Projection("Orders").Table
	s.Exec(t, "INSERT INTO store.fan_outs (account_id, table_name, ref, source_key) VALUES ($1, 'copying', 'source', $2)", victim, order)
	for _, p := range s.Release.Projections() { // a row of each table to find
		s.Exec(t, "INSERT INTO "+projection.TableOf(p).Quoted()+" (account_id, key, row_sequence) VALUES ($1, $2, 1) ON CONFLICT DO NOTHING", victim, order)
	}
	s.Exec(t, "INSERT INTO store.skipped_events VALUES ($1, $2, 99, 'E', 'x', 'r', 'a')", victim, parked)
	for name, statement := range projection.AccountStatements(s.Release, victim, parked, order, last) {
		if rows, err := act(t, s, victim, statement); err != nil || rows == 0 {
			t.Errorf("%s as the right account: %d rows, %v", name, rows, err)
		}
		rows, err := act(t, s, stranger, statement)
		if rows != 0 || (err != nil && pg.Code(err) != pgerrcode.InsufficientPrivilege) || (err != nil && !statement.Writes) {
			t.Errorf("%s as another account: %d rows, %v", name, rows, err)
		}
		if rows, _ := act(t, s, uuid.Nil, statement); rows != 0 {
			t.Errorf("%s as no account: %d rows", name, rows)
		}
	}
}

// The API reads read models and changes none; the owner, under forced row-level security,
// does not see them; nobody is there without policies.
func TestTheDatabaseRefuses(t *testing.T) {
	t.Parallel()
	s := store(t)
	account := s.NewAccount(t).ID
	start(t, s).settle(t, account, s.Append(t, account, history(1, 2, 10)...))
	for _, p := range s.Release.Projections() {
		table := projection.TableOf(p).Quoted()
		for _, sql := range []string{"DELETE FROM " + table, "UPDATE " + table + " SET row_sequence = 0", "INSERT INTO " + table + " (account_id, key, row_sequence) VALUES ('" + account.String() + "', gen_random_uuid(), 0)"} {
			for _, role := range []pg.Role{pg.API, pg.Admin} {
				err := pg.InAccount(t.Context(), s.Role(role), account, func(tx pgx.Tx) error {
					_, err := tx.Exec(t.Context(), sql)
					return err
				})
				if pg.Code(err) != pgerrcode.InsufficientPrivilege {
					t.Errorf("%s may %s: %v", role, sql, err)
				}
			}
		}
		var seen int
		if err := s.Role(pg.Owner).QueryRow(t.Context(), "SELECT count(*) FROM "+table).Scan(&seen); err != nil || seen != 0 {
			t.Errorf("the owner sees %d rows of %s, %v", seen, table, err)
		}
	}
	open := s.Number(t, `SELECT count(*) FROM pg_class c WHERE relnamespace = 'read_models'::regnamespace AND relkind = 'r'
	  AND NOT (relrowsecurity AND relforcerowsecurity AND (SELECT count(*) = 2 FROM pg_policy WHERE polrelid = c.oid) AND relowner = 'polder_owner'::regrole)`)
	if open != 0 {
		t.Errorf("%d tables without forced row-level security", open)
	}
}

// Whoever wakes up after another has taken over writes nothing.
func TestZombieCannotWrite(t *testing.T) {
	t.Parallel()
	s := store(t)
	account := s.NewAccount(t).ID
	r := start(t, s)
	events := history(3, 3, 40)
	r.settle(t, account, s.Append(t, account, events[:20]...))
	last := s.Append(t, account, events[20:]...)
	r.settle(t, account, last)
	before := s.Rows(t, account, "Orders")
	s.Append(t, account, happened("Order", events[3].Stream, "OrderChangedEvent", fields{"Note": "too early"}))
	for _, from := range []int64{0, 20} {
		if err := projection.ApplyAsZombie(t.Context(), s.Role(pg.Projector), s.Release, account, from); !errors.Is(err, projection.ErrLost) {
			t.Errorf("from %d: %v, want that it lost", from, err)
		}
	}
	if after := s.Rows(t, account, "Orders"); !slices.Equal(before, after) || cursor(t, s, account) != last {
		t.Errorf("it changed rows or the cursor:\n was %q\n now %q", before, after)
	}
}
