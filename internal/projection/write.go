package projection

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
)

// unwritableError says that a folded row holds what its table cannot.
type unwritableError struct {
	column string
	cause  error
}

func (e *unwritableError) Error() string { return fmt.Sprintf("column %s: %v", e.column, e.cause) }
func (e *unwritableError) Unwrap() error { return e.cause }

// isData reports whether err is about the values that were written: trying again cannot help.
func isData(err error) bool {
	var unwritable *unwritableError
	code := pg.Code(err)
	return errors.As(err, &unwritable) || pgerrcode.IsDataException(code) ||
		pgerrcode.IsIntegrityConstraintViolation(code) || pgerrcode.IsProgramLimitExceeded(code)
}

// write folds the changes, writes them with all that follows, and parks the units that an
// event stopped, which it returns. What remains queued is sent with the move of the cursor.
func (p page) write(ctx context.Context, w *writer, changes []*change) (parked []*change, err error) {
	if err := load(ctx, p.tx, p.account, changes); err != nil {
		return nil, err
	}
	if p.careful {
		err = p.writeCarefully(ctx, w, changes)
	} else {
		err = p.writeAll(ctx, w, changes)
	}
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		if c.poison != nil {
			parked = append(parked, c)
			p.queuePark(w.batch, c)
		}
	}
	return parked, nil
}

func (p page) writeAll(ctx context.Context, w *writer, changes []*change) error {
	units, deltas := make([]*Unit, len(changes)), make([]*delta, len(changes))
	for i, c := range changes {
		units[i], deltas[i] = c.unit, c.fold()
	}
	return w.settle(ctx, units, deltas)
}

// writeCarefully writes a page of one event, unit by unit under a savepoint. A unit whose
// tables do not take it stays as it was, and the event is its poison.
func (p page) writeCarefully(ctx context.Context, w *writer, changes []*change) error {
	for _, c := range changes {
		d := c.fold()
		if c.poison != nil {
			continue
		}
		failure, err := w.try(ctx, c.unit, d)
		if err != nil {
			return err
		}
		if failure != nil {
			c.poison = &poison{event: c.events[0], err: failure}
		}
	}
	return nil
}

// try settles the unit under a savepoint. A failure is what the values are to blame for, and
// leaves the tables as they were; err is everything else.
func (w *writer) try(ctx context.Context, u *Unit, d *delta) (failure, err error) {
	savepoint, err := w.tx.Begin(ctx)
	if err != nil {
		return nil, err
	}
	inner := newWriter(page{tx: savepoint, account: w.account, plan: w.plan}, w.notLive)
	err = inner.settle(ctx, []*Unit{u}, []*delta{d})
	if err == nil {
		err = inner.flush(ctx)
	}
	if err == nil {
		w.fanOuts = w.fanOuts || inner.fanOuts
		return nil, savepoint.Commit(ctx)
	}
	if !isData(err) {
		return nil, err
	}
	return err, savepoint.Rollback(ctx)
}

// queuePark gives the unit a cursor and a dead letter of its own.
func (p page) queuePark(batch *pgx.Batch, c *change) {
	e := c.poison.event
	root := c.unit.Root
	batch.Queue(parkSQL, p.account, root.Table.Name, e.SequenceNumber-1)
	batch.Queue(burySQL, p.account, root.Table.Name, root.Projection.Name, e.SequenceNumber, e.PayloadItemName,
		storable(c.poison.err), root.Projection.Release().Digest())
}

// maxError is how many bytes of an error's text a dead letter keeps.
const maxError = 2000

// storable returns the error's text as a dead letter can hold it. What the error quotes may
// be the very text that PostgreSQL refuses.
func storable(err error) string {
	text := err.Error()
	return strings.ReplaceAll(strings.ToValidUTF8(text[:min(len(text), maxError)], "\uFFFD"), "\x00", "\uFFFD")
}
