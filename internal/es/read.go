package es

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

// StreamRange names events of one stream. Zero fields do not narrow it.
type StreamRange struct {
	AccountID uuid.UUID
	StreamID  uuid.UUID
	From, To  int       // revisions, both included; To 0: to the end
	AsOf      time.Time // only events that were stored by then
	Backward  bool      // newest first
	Limit     int       // at most so many
}

// AccountRange names events of one account, over all its streams. Zero fields do not narrow it.
type AccountRange struct {
	AccountID uuid.UUID
	After     int64     // sequence numbers above it
	Until     int64     // sequence numbers up to and including it; 0: to the end
	Types     []string  // payload item names; empty: all
	FromID    uuid.UUID // only streams whose ids are not below it
	AsOf      time.Time // only events that were stored by then
	Backward  bool      // newest first
	Limit     int       // at most so many

	Generation *int // of the history; nil: the one in use
}

// ReadStream returns the events of the range in the order of their revisions. A stream
// that does not exist has none.
func (s *Store) ReadStream(ctx context.Context, r StreamRange) ([]Event, error) {
	sql := readStreamSQL
	if r.Backward {
		sql = readStreamBackwardSQL
	}
	asOf := pgtype.Timestamptz{Time: r.AsOf, Valid: true}
	if r.AsOf.IsZero() {
		asOf.InfinityModifier = pgtype.Infinity
	}
	c := expecting(r.Limit)
	err := pg.Read(ctx, s.reader, r.AccountID, c.collect, sql,
		r.AccountID, r.StreamID, r.From, upTo(r.To, math.MaxInt32), asOf, limit(r.Limit))
	return c.events, pg.Fault(err)
}

// ReadAccount returns the events of the range in the order of their sequence numbers.
func (s *Store) ReadAccount(ctx context.Context, r AccountRange) ([]Event, error) {
	if !r.AsOf.IsZero() {
		last, err := s.lastAsOf(ctx, r.AccountID, r.AsOf)
		if err != nil || last == 0 {
			return nil, err
		}
		r = r.cutAt(last)
	}
	c := expecting(r.Limit)
	sql, args := r.statement()
	err := pg.Read(ctx, s.reader, r.AccountID, c.collect, sql, args...)
	return c.events, pg.Fault(err)
}

// ReadAccountTx is ReadAccount within a transaction that is bound to the account.
func ReadAccountTx(ctx context.Context, tx pgx.Tx, r AccountRange) ([]Event, error) {
	c := expecting(r.Limit)
	if err := StreamAccount(ctx, tx, r, c.add); err != nil {
		return nil, err
	}
	return c.events, nil
}

// Querier runs a query: a transaction, a connection or a pool of pgx.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// StreamAccount hands the events of the range to do, in the order of their sequence
// numbers, and keeps none of them: it is for reading more than should be in memory at
// once. The event and its payload are do's to read until it returns; what it keeps it
// copies. An error of do is returned as it is, after the rest of the range was thrown away;
// to end a long range at once, end ctx. The role of q is builder, or q is a transaction
// that is bound to the account.
func StreamAccount(ctx context.Context, q Querier, r AccountRange, do func(*Event) error) error {
	if !r.AsOf.IsZero() {
		last, err := findAsOf(ctx, q, r.AccountID, r.AsOf)
		if err != nil || last == 0 {
			return err
		}
		r = r.cutAt(last)
	}
	sql, args := r.statement()
	if len(r.Types) > 0 {
		args = planned(args)
	}
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return pg.Fault(err)
	}
	failed, err := eachEvent(rows, do)
	if failed != nil {
		return failed
	}
	return pg.Fault(err)
}

// LastAsOf returns the number of the account's last event that was stored by the time; 0: there was none. The
// role of q is builder, or q is a transaction that is bound to the account.
func LastAsOf(ctx context.Context, q Querier, account uuid.UUID, asOf time.Time) (int64, error) {
	return findAsOf(ctx, q, account, asOf)
}

// findAsOf is Store.lastAsOf on q; an account that is not there has no event.
func findAsOf(ctx context.Context, q Querier, account uuid.UUID, asOf time.Time) (int64, error) {
	rows, err := q.Query(ctx, findAsOfSQL, account, asOf)
	if err != nil {
		return 0, pg.Fault(err)
	}
	last, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[int64])
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, nil
	}
	return last, pg.Fault(err)
}

// lastAsOf returns the last sequence number that was stored by the time, 0 when there is
// none. Commit times do not go back and numbers have no gaps, so it is a binary search
// through the primary key.
func (s *Store) lastAsOf(ctx context.Context, account uuid.UUID, asOf time.Time) (last int64, err error) {
	err = pg.Read(ctx, s.reader, account, func(rows pgx.Rows) (err error) {
		last, err = pgx.CollectExactlyOneRow(rows, pgx.RowTo[int64])
		return err
	}, findAsOfSQL, account, asOf)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, fault.Wrap(err, fault.NotFound, "The account does not exist here")
	}
	return last, pg.Fault(err)
}

func (r AccountRange) cutAt(last int64) AccountRange {
	r.Until = min(last, upTo(r.Until, math.MaxInt64))
	return r
}

func (r AccountRange) statement() (string, []any) {
	sql := readAccountSQL
	if r.Backward {
		sql = readAccountBackwardSQL
	}
	var types []string // nil is NULL: all types
	if len(r.Types) > 0 {
		types = r.Types
	}
	var from *uuid.UUID // nil is NULL: all streams
	if r.FromID != uuid.Nil {
		from = &r.FromID
	}
	return sql, []any{r.AccountID, r.After, upTo(r.Until, math.MaxInt64), types, from, limit(r.Limit), r.Generation}
}

// planned has a statement planned for these very arguments, each time: events of rare types are best
// found by the ranges of pages that may have some, and others in the order of their numbers. A plan for all arguments
// is one of the two.
func planned(args []any) []any {
	return append([]any{pgx.QueryExecModeCacheDescribe}, args...)
}

// upTo reads a zero upper bound as the greatest.
func upTo[N int | int64](bound, greatest N) N {
	if bound == 0 {
		return greatest
	}
	return bound
}

// limit reads zero as no limit, which is NULL.
func limit(n int) *int {
	if n == 0 {
		return nil
	}
	return &n
}
