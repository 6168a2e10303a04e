package projection

import (
	"context"
	"errors"
	"maps"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
)

// fanOutRows is how many rows one transaction of a fan-out changes: few enough to hold up
// the live cursor for milliseconds only.
const fanOutRows = 500

// fanOut is a job: the rows of a table that name the source are to copy its new values.
type fanOut struct {
	table, ref string
	source     uuid.UUID
	position   uuid.UUID // the last row that is done
}

// fannedOut is what one batch has done.
type fannedOut struct {
	claimed bool
	rows    int
	left    bool // there may be more to do
}

// applyFanOut works off one batch of the account's oldest job. Like a page it holds the
// account's claim, so that neither reads a row that the other is about to write. A job whose
// values cannot be written is put aside for a while, with the error.
func applyFanOut(ctx context.Context, pool *pgxpool.Pool, p page) (fannedOut, error) {
	var job fanOut
	var done fannedOut
	err := pg.InAccountAgain(ctx, pool, p.account, func(tx pgx.Tx) (err error) {
		p.tx = tx
		job, done, err = p.fanOut(ctx)
		return err
	})
	if !isData(err) {
		return done, err
	}
	return fannedOut{claimed: true, left: true}, pg.InAccount(ctx, pool, p.account, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, failFanOutSQL, p.account, job.table, job.ref, job.source, storable(err))
		return err
	})
}

func (p page) fanOut(ctx context.Context) (job fanOut, done fannedOut, err error) {
	c, err := p.claim(ctx, claimSQL)
	if err != nil || !c.claimed {
		return job, done, err
	}
	done.claimed = true
	err = p.tx.QueryRow(ctx, nextFanOutSQL, p.account, p.plan.tableNames()).Scan(&job.table, &job.ref, &job.source, &job.position)
	if errors.Is(err, pgx.ErrNoRows) {
		return job, done, nil
	}
	if err != nil {
		return job, done, err
	}
	done.left = true
	done.rows, err = newWriter(p, c.notLive).fanOut(ctx, p.plan.byTable[job.table], job)
	return job, done, err
}

// fanOut takes the source's values to the next rows.
func (w *writer) fanOut(ctx context.Context, t *Target, job fanOut) (int, error) {
	f := t.followBy(job.ref)
	if f == nil { // the table's definition never copied so; nothing is left to do
		return 0, w.endFanOut(ctx, job)
	}
	d := newDelta(t)
	w.batch.Queue(f.batch, w.account, job.source, job.position, fanOutRows).Query(t.scan(func(row *model.Row) {
		r := d.row(row.Key)
		r.before, r.refresh = row, f
		r.after = &model.Row{Key: row.Key, Values: maps.Clone(row.Values), Hidden: row.Hidden}
	}))
	if err := w.flush(ctx); err != nil {
		return 0, err
	}
	rows := len(d.keys)
	if rows == 0 {
		return 0, w.endFanOut(ctx, job)
	}
	last := d.keys[rows-1]
	if err := w.settle(ctx, []*Unit{t.unit}, []*delta{d}); err != nil {
		return 0, err
	}
	if rows < fanOutRows {
		return rows, w.endFanOut(ctx, job)
	}
	w.batch.Queue(advanceFanOutSQL, w.account, job.table, job.ref, job.source, last, rows)
	return rows, w.flush(ctx)
}

func (w *writer) endFanOut(ctx context.Context, job fanOut) error {
	w.batch.Queue(endFanOutSQL, w.account, job.table, job.ref, job.source)
	return w.flush(ctx)
}

func (t *Target) followBy(ref string) *follow {
	for _, f := range t.follows {
		if f.ref.SQL == ref {
			return f
		}
	}
	return nil
}
