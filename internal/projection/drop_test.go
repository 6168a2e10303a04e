package projection_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgerrcode"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/test/sales"
)

// A table that is dropped goes with all that is noted of it. One that somebody uses is waited for, not for
// long, and a second try finishes.
func TestDroppedTablesLeaveNothing(t *testing.T) {
	t.Parallel()
	s := sales.Open(t, pgtest.New(t), sales.Release(t, sales.WithSync))
	account := s.NewAccount(t).ID
	owner, builder := s.Role(pg.Owner), s.Role(pg.Builder)
	tables := []string{sales.OrderLater, sales.OrderNow, "order_of_no_release"}
	for _, table := range append(slices.Clone(tables), "order_0123456789ab") {
		s.Exec(t, "INSERT INTO store.projection_cursors (account_id, table_name, sequence_number, state) VALUES ($1, $2, 0, 'building')", account, table)
		s.Exec(t, "INSERT INTO store.builds (account_id, table_name, projection, until_number, phase) VALUES ($1, $2, 'x', 1, 'fold')", account, table)
		s.Exec(t, `INSERT INTO store.dead_letters (account_id, table_name, projection, sequence_number, payload_item_name, error, release)
			VALUES ($1, $2, 'x', 1, 'x', 'x', 'x')`, account, table)
	}
	s.Exec(t, "CREATE TABLE read_models."+sales.OrderLater+"_build (account_id uuid)")
	s.Exec(t, "ALTER TABLE read_models."+sales.OrderLater+"_build OWNER TO polder_owner")

	reader, err := s.Super.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reader.Exec(t.Context(), "SELECT FROM read_models."+sales.OrderNow); err != nil {
		t.Fatal(err)
	}
	dropped, err := projection.Drop(t.Context(), owner, builder, tables)
	if !fault.Is(err, fault.Conflict) || !slices.Equal(dropped, []string{sales.OrderLater, sales.OrderLater + "_build"}) {
		t.Errorf("dropped %v while somebody reads: %v", dropped, err)
	}
	if err := reader.Rollback(context.Background()); err != nil {
		t.Fatal(err)
	}
	dropped, err = projection.Drop(t.Context(), owner, builder, tables)
	if err != nil || !slices.Equal(dropped, []string{sales.OrderNow}) {
		t.Errorf("dropped %v: %v", dropped, err)
	}
	if left := relations(t, s); strings.Contains(left, sales.OrderNow) || strings.Contains(left, sales.OrderLater) || !strings.Contains(left, "order_0123456789ab") {
		t.Errorf("left are\n%s", left)
	}
	for _, notes := range []string{"projection_cursors", "builds", "dead_letters"} {
		if n := s.Number(t, "SELECT count(*) FROM store."+notes+" WHERE account_id = $1", account); n != 1 {
			t.Errorf("%d rows of %s are left, want that of the table that stays", n, notes)
		}
	}
	if err := projection.Expand(t.Context(), owner, s.Release); err != nil || !strings.Contains(relations(t, s), sales.OrderNow) {
		t.Errorf("they are not made again: %v", err)
	}
}

// Nobody but the owner drops tables.
func TestNobodyElseDropsTables(t *testing.T) {
	t.Parallel()
	s := sales.Open(t, pgtest.Shared(t), sales.Release(t))
	for _, role := range []pg.Role{pg.API, pg.Projector, pg.Builder, pg.Watcher, pg.Admin} {
		if _, err := s.Role(role).Exec(t.Context(), "DROP TABLE read_models.order_0123456789ab"); pg.Code(err) != pgerrcode.InsufficientPrivilege && pg.Code(err) != pgerrcode.InvalidSchemaName {
			t.Errorf("%s: %v", role, err)
		}
	}
}
