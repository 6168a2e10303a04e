package upgrade

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/internal/tenant"
)

// What an upgrade does whatever an account has is many small transactions. How long one takes says
// how fast an installation is, and how busy: so it is tried, on each store, when a plan is made. The
// numbers were measured with a fleet of small accounts on a busy machine (docs/performance.md).
const (
	paceTries    = 15
	paceAccount  = 180                    // small transactions that the steps of an account without anything to build take as long as
	paceUnit     = 30                     // and each unit that is built by itself, however little it has
	paceFew      = 2                      // and one that is built with others
	quickestPace = 500 * time.Microsecond // a store that flushes faster is not as much faster in the rest
)

// paceOfUnits is how many small transactions the units take as long as that take so many events each.
func paceOfUnits(takes []int64, together bool) (number int) {
	for _, events := range takes {
		if together && len(takes) >= build.TogetherFrom && events <= build.FewEvents {
			number += paceFew
		} else {
			number += paceUnit
		}
	}
	return number
}

// paceOf returns how long a small transaction takes, by store.
func (p Planner) paceOf(ctx context.Context, accounts []tenant.Account) (map[string]time.Duration, error) {
	paces := map[string]time.Duration{}
	for _, account := range accounts {
		if paces[account.StoreID] > 0 {
			continue
		}
		pool, err := p.Pools.Pool(ctx, account.StoreID, pg.Builder)
		if err != nil {
			return nil, err
		}
		if paces[account.StoreID], err = p.pace(ctx, pool); err != nil {
			return nil, pg.Fault(err)
		}
	}
	return paces, nil
}

// pace is the median of some tries.
func (p Planner) pace(ctx context.Context, pool *pgxpool.Pool) (time.Duration, error) {
	took := make([]time.Duration, paceTries)
	for i := range took {
		began := p.Clock()
		err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, flushSQL)
			return err
		})
		if err != nil {
			return 0, err
		}
		took[i] = p.Clock().Sub(began)
	}
	slices.Sort(took)
	return max(took[len(took)/2], quickestPace), nil
}
