package es

import (
	"bytes"
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
)

// StreamsRange names events of one account stream by stream, in the order of the streams'
// ids. Zero fields do not narrow it.
type StreamsRange struct {
	AccountID     uuid.UUID
	Only          []uuid.UUID // these streams, whole; After and Limit do not count then
	After         uuid.UUID   // of this stream only what follows AfterRevision, and of those before it nothing
	AfterRevision int         // 0: all of the stream After
	Types         []string    // payload item names; empty: all. Not for Only
	Until         int64       // sequence numbers up to and including it; 0: to the end
	Limit         int         // at most so many
	Few           bool        // of the account's events, those of Types are a small part. For EachPage, from the first stream on
	Generation    *int        // of the history; nil: the one in use
}

// ReadStreams returns the events of the range, each stream's in the order of its revisions.
// The role of q is builder, or q is a transaction that is bound to the account.
func ReadStreams(ctx context.Context, q Querier, r StreamsRange) ([]Event, error) {
	sql, args := readStreamsSQL, []any{r.AccountID, r.After, r.AfterRevision, upTo(r.Until, math.MaxInt64), limit(r.Limit), r.Types, r.Generation}
	if r.Only != nil {
		sql, args = readSomeStreamsSQL, []any{r.AccountID, r.Only, upTo(r.Until, math.MaxInt64), r.Generation}
	}
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, pg.Fault(err)
	}
	c := expecting(r.Limit)
	err = c.collect(rows)
	slices.SortFunc(c.events, func(a, b Event) int {
		return cmp.Or(bytes.Compare(a.StreamID[:], b.StreamID[:]), cmp.Compare(a.StreamRevision, b.StreamRevision))
	})
	return c.events, pg.Fault(err)
}

// EachPage hands the events of the range to do in pages of r.Limit, each stream's in the order
// of its revisions. A page is do's to keep. An error of do ends the read, and is returned as it
// is, for r.Few after the rest was thrown away. r.Limit is not zero.
func EachPage(ctx context.Context, q Querier, r StreamsRange, do func([]Event) error) error {
	if r.Few {
		return eachPageOfFew(ctx, q, r, do)
	}
	for {
		events, err := ReadStreams(ctx, q, r)
		if err != nil {
			return err
		}
		if err := do(events); err != nil || len(events) < r.Limit {
			return err
		}
		last := &events[len(events)-1]
		r.After, r.AfterRevision = last.StreamID, last.StreamRevision
	}
}

func eachPageOfFew(ctx context.Context, q Querier, r StreamsRange, do func([]Event) error) error {
	args := planned([]any{r.AccountID, upTo(r.Until, math.MaxInt64), r.Types, r.Generation})
	rows, err := q.Query(ctx, readFewStreamsSQL, args...)
	if err != nil {
		return pg.Fault(err)
	}
	return eachPageOf(rows, r.Limit, do)
}

// eachPageOf hands the events of the rows to do in pages.
func eachPageOf(rows pgx.Rows, limit int, do func([]Event) error) error {
	page := expecting(limit)
	failed, err := eachEvent(rows, func(e *Event) error {
		_ = page.add(e) // never fails
		if len(page.events) < limit {
			return nil
		}
		full := page.events
		page = expecting(limit)
		return do(full)
	})
	if failed != nil || err != nil {
		return cmp.Or(failed, pg.Fault(err))
	}
	return do(page.events)
}
