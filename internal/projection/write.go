package projection

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

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

// write folds and writes all projections, parks those that an event stopped, and moves
// the cursor. It returns the parked ones.
func (p page) write(ctx context.Context, changes []*change, done outcome) ([]*change, error) {
	batch := &pgx.Batch{}
	var parked []*change
	for _, c := range changes {
		if err := p.writeOne(ctx, batch, c); err != nil {
			return nil, err
		}
		if c.poison != nil {
			parked = append(parked, c)
			queuePark(batch, p, c)
		}
	}
	batch.Queue(advanceSQL, p.account, done.from, done.to).Exec(moved)
	return parked, p.tx.SendBatch(ctx, batch).Close()
}

// moved is the compare-and-set: exactly one row was where the page had found it.
func moved(tag pgconn.CommandTag) error {
	if tag.RowsAffected() != 1 {
		return errLost
	}
	return nil
}

func (p page) writeOne(ctx context.Context, batch *pgx.Batch, c *change) error {
	if p.careful {
		return c.writeCarefully(ctx, p.tx, p.account)
	}
	folded, poison := c.fold(len(c.events))
	c.poison = poison
	if len(folded.keys) == 0 {
		return nil
	}
	arguments, err := c.arguments(p.account, folded)
	if err == nil {
		batch.Queue(c.save, arguments...)
	}
	return err
}

// writeCarefully writes as many of the events as the table takes, and finds the first that
// it does not take by halving.
func (c *change) writeCarefully(ctx context.Context, tx pgx.Tx, account uuid.UUID) error {
	whole := len(c.events)
	if _, c.poison = c.fold(whole); c.poison != nil {
		whole = c.index(c.poison)
	}
	failure, err := c.try(ctx, tx, account, whole)
	if err != nil || failure == nil {
		return err
	}
	good, bad := 0, whole
	for bad-good > 1 {
		middle := (good + bad) / 2
		found, err := c.try(ctx, tx, account, middle)
		switch {
		case err != nil:
			return err
		case found != nil:
			bad, failure = middle, found
		default:
			good = middle
		}
	}
	// The last attempt that succeeded wrote the good events; those that failed changed nothing.
	c.poison = &poison{event: c.events[bad-1], err: failure}
	return nil
}

// index returns the place of the poisoned event.
func (c *change) index(p *poison) int {
	for i, e := range c.events {
		if e.SequenceNumber == p.event.SequenceNumber {
			return i
		}
	}
	return 0
}

// try writes the first n events' rows under a savepoint. A failure is what the values are
// to blame for, and leaves the rows as they were; err is everything else.
func (c *change) try(ctx context.Context, tx pgx.Tx, account uuid.UUID, n int) (failure, err error) {
	folded, _ := c.fold(n)
	if len(folded.keys) == 0 {
		return nil, nil
	}
	arguments, err := c.arguments(account, folded)
	if err != nil {
		return err, nil
	}
	savepoint, err := tx.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if _, err = savepoint.Exec(ctx, c.save, arguments...); err == nil {
		return nil, savepoint.Commit(ctx)
	}
	if !isData(err) {
		return nil, err
	}
	return err, savepoint.Rollback(ctx)
}

// queuePark gives the projection a cursor and a dead letter of its own.
func queuePark(batch *pgx.Batch, p page, c *change) {
	e := c.poison.event
	batch.Queue(parkSQL, p.account, c.table.Name, e.SequenceNumber-1)
	batch.Queue(burySQL, p.account, c.table.Name, c.projection.Name, e.SequenceNumber, e.PayloadItemName,
		storable(c.poison.err), p.plan.release.Digest())
}

// maxError is how many bytes of an error's text a dead letter keeps.
const maxError = 2000

// storable returns the error's text as a dead letter can hold it. What the error quotes may
// be the very text that PostgreSQL refuses.
func storable(err error) string {
	text := err.Error()
	return strings.ReplaceAll(strings.ToValidUTF8(text[:min(len(text), maxError)], "\uFFFD"), "\x00", "\uFFFD")
}
