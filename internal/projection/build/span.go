package build

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// span is a part of an account's rows of a target.
type span struct {
	account uuid.UUID
	from    uuid.UUID
	before  *uuid.UUID  // nil: to the end
	keys    []uuid.UUID // only these; nil: all
	order   string      // empty: by key
}

// whole is all of the account's rows.
func (b *build) whole() span { return span{account: b.job.AccountID} }

// querier runs a query: a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// scan hands the rows to do, one after another, and keeps none.
func (s span) scan(ctx context.Context, q querier, t *projection.Target, do func(*model.Row) error) error {
	return s.read(ctx, q, t.SelectSQL(), func(unless guarded) func(pgx.Rows) error {
		return t.Scan(func(row *model.Row) { unless(func() error { return do(row) }) })
	})
}

// scanSequenced is scan for a source's rows with the last event that changed each.
func (s span) scanSequenced(ctx context.Context, q querier, t *projection.Target, do func(*model.Row, int64) error) error {
	return s.read(ctx, q, t.SequencedSQL(), func(unless guarded) func(pgx.Rows) error {
		return t.ScanSequenced(func(row *model.Row, sequence int64) { unless(func() error { return do(row, sequence) }) })
	})
}

// guarded does something with a row, unless that failed with one before.
type guarded func(func() error)

func (s span) read(ctx context.Context, q querier, sql string, scan func(guarded) func(pgx.Rows) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	rows, err := q.Query(ctx, s.where(sql), s.account, s.from, s.before, s.keys)
	if err != nil {
		return err
	}
	defer rows.Close()
	var failed error
	err = scan(func(do func() error) {
		if failed == nil {
			if failed = do(); failed != nil {
				cancel() // the rest is of no use
			}
		}
	})(rows)
	if failed != nil {
		return failed
	}
	return err
}

// where narrows a query of rows to the span: $1 account, $2 from, $3 before, $4 keys.
func (s span) where(sql string) string {
	order := s.order
	if order == "" {
		order = "key"
	}
	return sql + " WHERE account_id = $1 AND key >= $2 AND ($3::uuid IS NULL OR key < $3)" +
		" AND ($4::uuid[] IS NULL OR key = ANY ($4)) ORDER BY " + order
}

// queue has the rows read with the batch, and handed to do.
func (s span) queue(batch *pgx.Batch, t *projection.Target, do func(*model.Row)) {
	batch.Queue(s.where(t.SelectSQL()), s.account, s.from, s.before, s.keys).Query(t.Scan(do))
}

// clear deletes the rows of the range.
func (s span) clear(ctx context.Context, tx pgx.Tx, t *projection.Target) error {
	_, err := tx.Exec(ctx, "DELETE FROM "+t.Table.Quoted()+" WHERE account_id = $1 AND key >= $2 AND ($3::uuid IS NULL OR key < $3)",
		s.account, s.from, s.before)
	return err
}
