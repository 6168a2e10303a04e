package es

import (
	"bytes"
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/google/uuid"

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
