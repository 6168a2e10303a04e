package tenant

import (
	"context"
	"errors"
	"fmt"

	"github.com/polderhq/polder/internal/observe"
	"github.com/polderhq/polder/internal/pg"
)

// Ready returns nil when one of the stores answers. One that is away while others serve concerns
// its own accounts: taking the process out of service would not help them.
//
// It asks over connections that no request waits for. A process whose requests queue is busy; were
// it out of service, its load would go to the next one, and that out of service too.
func (p *Pools) Ready(ctx context.Context) error {
	var checks []observe.Check
	for _, store := range p.directory.Stores() {
		checks = append(checks, func(ctx context.Context) error {
			pool, err := p.Pool(ctx, store.ID, pg.Watcher)
			if err == nil {
				err = pool.Ping(ctx)
			}
			if err != nil {
				return fmt.Errorf("store %s does not answer", store.ID)
			}
			return nil
		})
	}
	if len(checks) == 0 {
		return errors.New("the catalog names no store")
	}
	return observe.Any(ctx, checks)
}
