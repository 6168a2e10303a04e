package es

import (
	"context"
	"math"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
)

// Kind is what stored events are told apart by.
type Kind struct {
	StreamType      string
	PayloadItemName string
	PayloadVersion  int
}

// CountKinds returns how many events of each kind the range has; of the range, After, Until and
// Generation count. It reads all of it, but for the payloads. The role of q is builder, or q is a
// transaction that is bound to the account.
func CountKinds(ctx context.Context, q Querier, r AccountRange) (map[Kind]int64, error) {
	rows, err := q.Query(ctx, countKindsSQL, r.AccountID, r.After, upTo(r.Until, math.MaxInt64), r.Generation)
	if err != nil {
		return nil, pg.Fault(err)
	}
	counts := map[Kind]int64{}
	var k Kind
	var n int64
	_, err = pgx.ForEachRow(rows, []any{&k.StreamType, &k.PayloadItemName, &k.PayloadVersion, &n}, func() error {
		counts[k] = n
		return nil
	})
	return counts, pg.Fault(err)
}
