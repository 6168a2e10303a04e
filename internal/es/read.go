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
	AsOf      time.Time // only events that were stored by then
	Backward  bool      // newest first
	Limit     int       // at most so many
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
	var events []Event
	err := pg.Read(ctx, s.reader, r.AccountID, collectEvents(&events), sql,
		r.AccountID, r.StreamID, r.From, upTo(r.To, math.MaxInt32), asOf, limit(r.Limit))
	return events, pg.Fault(err)
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
	var events []Event
	sql, args := r.statement()
	err := pg.Read(ctx, s.reader, r.AccountID, collectEvents(&events), sql, args...)
	return events, pg.Fault(err)
}

// ReadAccountTx is ReadAccount within a transaction that is bound to the account.
func ReadAccountTx(ctx context.Context, tx pgx.Tx, r AccountRange) ([]Event, error) {
	if !r.AsOf.IsZero() {
		var last int64
		err := tx.QueryRow(ctx, findAsOfSQL, r.AccountID, r.AsOf).Scan(&last)
		if errors.Is(err, pgx.ErrNoRows) || err == nil && last == 0 {
			return nil, nil
		}
		if err != nil {
			return nil, pg.Fault(err)
		}
		r = r.cutAt(last)
	}
	var events []Event
	sql, args := r.statement()
	rows, err := tx.Query(ctx, sql, args...)
	if err == nil {
		err = collectEvents(&events)(rows)
	}
	return events, pg.Fault(err)
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
	return sql, []any{r.AccountID, r.After, upTo(r.Until, math.MaxInt64), types, limit(r.Limit)}
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
