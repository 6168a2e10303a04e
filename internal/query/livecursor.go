package query

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

const cursorSQL = "SELECT sequence_number FROM store.live_cursors WHERE account_id = $1"

// LiveCursor returns the sequence number up to which the account's live projections show
// its events. The pool's role is api. NotFound: the account is not on this store.
func LiveCursor(ctx context.Context, pool *pgxpool.Pool, account uuid.UUID) (int64, error) {
	var cursor int64
	err := pg.Read(ctx, pool, account, func(rows pgx.Rows) (err error) {
		cursor, err = pgx.CollectExactlyOneRow(rows, pgx.RowTo[int64])
		return err
	}, cursorSQL, account)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, fault.Wrap(err, fault.NotFound, "The account does not exist here")
	}
	return cursor, pg.Fault(err)
}
