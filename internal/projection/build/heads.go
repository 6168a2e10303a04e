package build

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
)

// Heads returns how many events each of the accounts has. The pool's role is admin.
func Heads(ctx context.Context, admin *pgxpool.Pool, accounts []uuid.UUID) (map[uuid.UUID]int64, error) {
	rows, err := admin.Query(ctx, headsSQL, accounts)
	if err != nil {
		return nil, pg.Fault(err)
	}
	heads := make(map[uuid.UUID]int64, len(accounts))
	var id uuid.UUID
	var head int64
	_, err = pgx.ForEachRow(rows, []any{&id, &head}, func() error { heads[id] = head; return nil })
	return heads, pg.Fault(err)
}
