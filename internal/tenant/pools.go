package tenant

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
)

// PoolsConfig says how this process connects to stores.
type PoolsConfig struct {
	Login    string            // of this process, on every store
	Password string            // empty: none is sent
	Name     string            // application_name
	Max      map[pg.Role]int32 // connections per store and role; zero or missing: 8
}

// Pools opens one pool per store and role, when it is first asked for.
type Pools struct{}

// NewPools returns the pools of the directory's stores.
func NewPools(d *Directory, c PoolsConfig) *Pools { panic("stub") }

// Pool returns the pool of the role on the store, or NotFound for an unknown store.
func (p *Pools) Pool(ctx context.Context, storeID string, role pg.Role) (*pgxpool.Pool, error) {
	panic("stub")
}

// Close closes all pools, waiting for their connections to come back. Closing twice is fine.
func (p *Pools) Close() { panic("stub") }
