package audit

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// stored is a row with the number that a source's row keeps.
type stored struct {
	*model.Row
	sequence int64
}

// keyRange are the keys from one to before another; nil: to the end.
type keyRange struct {
	from uuid.UUID
	to   *uuid.UUID
}

// selection says which rows of a table are read.
type selection struct {
	where string // of which the account is $1
	args  []any
	order string
}

func (v *view) selectRange(r keyRange) selection {
	if r.to == nil {
		return selection{" WHERE account_id = $1 AND key >= $2", []any{v.account, r.from}, " ORDER BY key"}
	}
	return selection{" WHERE account_id = $1 AND key >= $2 AND key < $3", []any{v.account, r.from, *r.to}, " ORDER BY key"}
}

// inRange hands the target's rows of the range to take, in the order of their keys.
func (v *view) inRange(ctx context.Context, t *projection.Target, r keyRange, take func(stored)) error {
	return v.read(ctx, t, v.selectRange(r), take)
}

// first returns the target's first rows from a key on, and the key of the row after them,
// nil when there is none.
func (v *view) first(ctx context.Context, t *projection.Target, from uuid.UUID, limit int) (rows []stored, next *uuid.UUID, err error) {
	some := v.selectRange(keyRange{from: from})
	some.order += fmt.Sprintf(" LIMIT %d", limit+1)
	err = v.read(ctx, t, some, func(s stored) { rows = append(rows, s) })
	if len(rows) > limit {
		next, rows = &rows[limit].Key, rows[:limit]
	}
	return rows, next, err
}

// byKey returns those rows of the target that there are.
func (v *view) byKey(ctx context.Context, t *projection.Target, keys []uuid.UUID) (map[uuid.UUID]stored, error) {
	found := make(map[uuid.UUID]stored, len(keys))
	if len(keys) == 0 {
		return found, nil
	}
	some := selection{where: " WHERE account_id = $1 AND key = ANY ($2::uuid[])", args: []any{v.account, keys}}
	err := v.read(ctx, t, some, func(s stored) { found[s.Key] = s })
	return found, err
}

func (v *view) read(ctx context.Context, t *projection.Target, s selection, take func(stored)) error {
	v.asked++
	sequences := map[uuid.UUID]int64{}
	batch := &pgx.Batch{}
	if t.Sequenced() {
		batch.Queue("SELECT key, row_sequence FROM "+t.Table.Quoted()+s.where+s.order, s.args...).Query(func(rows pgx.Rows) error {
			var key uuid.UUID
			var sequence int64
			_, err := pgx.ForEachRow(rows, []any{&key, &sequence}, func() error { sequences[key] = sequence; return nil })
			return err
		})
	}
	batch.Queue(t.SelectSQL()+s.where+s.order, s.args...).Query(t.Scan(func(row *model.Row) { take(stored{row, sequences[row.Key]}) }))
	return v.tx.SendBatch(ctx, batch).Close()
}
