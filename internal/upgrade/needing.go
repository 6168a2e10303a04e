package upgrade

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
)

// Needing returns accounts of the store that run on the release of the digest, go to it, or can go back to it, a few at
// most. The store knows that before the catalog does. The pool's role is admin.
func Needing(ctx context.Context, admin *pgxpool.Pool, digest string) ([]uuid.UUID, error) {
	rows, err := admin.Query(ctx, needingSQL, digest)
	if err != nil {
		return nil, pg.Fault(err)
	}
	accounts, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	return accounts, pg.Fault(err)
}
