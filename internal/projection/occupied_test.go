package projection_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
)

// Occupied tells the tables that have a row of the account, whoever else has some, and finds out by
// the tables' keys.
func TestOccupied(t *testing.T) {
	t.Parallel()
	s := store(t)
	account, other := s.NewAccount(t).ID, s.NewAccount(t).ID
	var tables []string
	for range 40 { // more than one statement asks
		tables = append(tables, projection.TableNames(s.Release)...)
	}
	orders, lookup := s.Release.Projection("Orders").Table, s.Release.Projection("PersonLookup").Table
	s.Exec(t, "INSERT INTO read_models."+orders+" (account_id, key, row_sequence) VALUES ($1, $2, 1)", account, uuid.New())
	s.Exec(t, "INSERT INTO read_models."+lookup+" (account_id, key, row_sequence) VALUES ($1, $2, 1)", other, uuid.New())
	got, err := projection.Occupied(t.Context(), s.Role(pg.Builder), account, tables)
	if err != nil || !maps.Equal(got, map[string]bool{orders: true}) {
		t.Errorf("%v %v", got, err)
	}
	err = pg.InAccount(t.Context(), s.Role(pg.Projector), account, func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"); err != nil {
			return err
		}
		rows, err := tx.Query(t.Context(), "EXPLAIN (COSTS OFF) "+projection.OccupiedSQL([]string{orders, lookup}), account)
		if err != nil {
			return err
		}
		plan, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if text := strings.Join(plan, "\n"); strings.Count(text, "Index Cond: (account_id = ") != 2 {
			t.Errorf("no index is asked for each table:\n%s", text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
