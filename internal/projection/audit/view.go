package audit

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/projection"
)

// view is what one transaction sees of an account: rows, and where they stand.
type view struct {
	tx      pgx.Tx
	account uuid.UUID
	live    int64             // the number of the last event in live tables
	head    int64             // and in those that appends write
	release *string           // digest of the one whose tables were made live last; nil: none was changed yet
	next    *string           // and of the one whose tables are being built; nil: none are
	own     map[string]cursor // of tables that stand elsewhere
	jobs    map[job]bool
	skipped map[string]projection.Skipped
	asked   int64 // tables, for rows
}

type cursor struct {
	state string
	at    int64
}

// job is a fan-out: rows of the table whose ref names the source may have old copies.
type job struct {
	table, ref string // the ref's column in the table
	source     uuid.UUID
}

// newView reads where the account stands. NotFound: it is not on this store.
func newView(ctx context.Context, tx pgx.Tx, account uuid.UUID) (*view, error) {
	v := &view{tx: tx, account: account, own: map[string]cursor{}, jobs: map[job]bool{}}
	batch := &pgx.Batch{}
	batch.Queue(cursorsSQL, account).QueryRow(func(row pgx.Row) error { return row.Scan(&v.live, &v.release, &v.next, &v.head) })
	batch.Queue(ownCursorsSQL, account).Query(func(rows pgx.Rows) error {
		var table string
		var c cursor
		_, err := pgx.ForEachRow(rows, []any{&table, &c.state, &c.at}, func() error { v.own[table] = c; return nil })
		return err
	})
	batch.Queue(jobsSQL, account).Query(func(rows pgx.Rows) error {
		var j job
		_, err := pgx.ForEachRow(rows, []any{&j.table, &j.ref, &j.source}, func() error { v.jobs[j] = true; return nil })
		return err
	})
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		if errors.Is(err, pgx.ErrNoRows) {
			err = fault.New(fault.NotFound, "Account %s is not on this store", account)
		}
		return nil, err
	}
	var err error
	v.skipped, err = projection.ReadAllSkipped(ctx, tx, account)
	return v, err
}

// stands returns the number of the last event in the unit's tables, false while they are not
// whole: they are being built.
func (v *view) stands(u *projection.Unit) (int64, bool) {
	c, elsewhere := v.own[u.Root.Table.Name]
	switch {
	case elsewhere:
		return c.at, c.state == "parked"
	case u.Root.Projection.Sync && (v.release == nil || *v.release == u.Root.Projection.Release().Digest()):
		return v.head, true // appends write it; that of a release beside the account's is the pages'
	}
	return v.live, true
}

// whole reports whether the target's rows can be compared: its unit's are whole, and so are
// its own, which may be built apart.
func (v *view) whole(t *projection.Target) bool {
	_, whole := v.stands(t.Unit())
	return whole && v.own[t.Table.Name].state != "building" && v.own[t.Table.Name].state != "paused"
}
