package es

import (
	"context"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/pg"
)

// OriginalRange names events of one generation of an account's history.
type OriginalRange struct {
	AccountID  uuid.UUID
	Generation int
	After      int64 // sequence numbers above it
	Until      int64 // sequence numbers up to and including it
}

// StreamOriginals is StreamAccount for the events as they were stored, also those that were
// changed in their places since. The role of q is builder, or q is a transaction that is bound
// to the account.
func StreamOriginals(ctx context.Context, q Querier, r OriginalRange, do func(*Event) error) error {
	rows, err := q.Query(ctx, readOriginalsSQL, r.AccountID, r.Generation, r.After, r.Until)
	if err != nil {
		return pg.Fault(err)
	}
	failed, err := eachEvent(rows, do)
	if failed != nil {
		return failed
	}
	return pg.Fault(err)
}
