package query

import (
	"context"
	_ "embed"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

//go:embed sql/cursors.sql
var cursorsSQL string

// Cursors tells how far the read models of an account show its events.
type Cursors struct {
	Live int64            // sequence number that all live projections have come to
	Own  map[string]int64 // by table: where those are that are not live (building, paused, parked)
}

// At returns the sequence number that all of the tables have come to.
func (c Cursors) At(tables ...string) int64 {
	at := c.Live
	for _, table := range tables {
		if own, found := c.Own[table]; found {
			at = min(at, own)
		}
	}
	return at
}

// ReadCursors reads the account's cursors in one snapshot. The pool's role is api.
// Unavailable: the account is not on this store.
func ReadCursors(ctx context.Context, pool *pgxpool.Pool, account uuid.UUID) (Cursors, error) {
	cursors := Cursors{Own: map[string]int64{}}
	err := pg.Read(ctx, pool, account, func(rows pgx.Rows) error {
		var table *string
		var own *int64
		_, err := pgx.ForEachRow(rows, []any{&cursors.Live, &table, &own}, func() error {
			if table != nil && own != nil {
				cursors.Own[*table] = *own
			}
			return nil
		})
		if err == nil && rows.CommandTag().RowsAffected() == 0 {
			err = pgx.ErrNoRows
		}
		return err
	}, cursorsSQL, account)
	if errors.Is(err, pgx.ErrNoRows) {
		return Cursors{}, fault.Wrap(errElsewhere, fault.Unavailable, "The account is being moved; try again").After(time.Second)
	}
	return cursors, pg.Fault(err)
}
