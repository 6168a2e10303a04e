package es

import (
	"context"
	"math"
)

// Kind is what stored events are told apart by.
type Kind struct {
	StreamType      string
	PayloadItemName string
	PayloadVersion  int
}

func (k *Kind) columns() []any { return []any{&k.StreamType, &k.PayloadItemName, &k.PayloadVersion} }

// CountKinds returns how many events of each kind the range has; of the range, After, Until and
// Generation count. It reads all of it, but for the payloads. The role of q is builder, or q is a
// transaction that is bound to the account.
func CountKinds(ctx context.Context, q Querier, r AccountRange) (map[Kind]int64, error) {
	return countBy(ctx, q, countKindsSQL, []any{r.AccountID, r.After, upTo(r.Until, math.MaxInt64), r.Generation}, (*Kind).columns)
}
