package tenant

import (
	"context"
	"net/url"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

// defaultMaxConnections is what a process takes of a store in one role at most.
const defaultMaxConnections = 8

// PoolsConfig says how this process connects to stores.
type PoolsConfig struct {
	Login    string            // of this process, on every store
	Password string            // empty: none is sent
	Name     string            // application_name
	Max      map[pg.Role]int32 // connections per store and role; missing or zero: 8

	Tracer pgx.QueryTracer // told of every statement; nil: nobody is

	// Accept is asked about every connection to a store; see pg.Config. A store that it refuses
	// is Unavailable to requests.
	Accept func(ctx context.Context, conn *pgx.Conn) error
}

// Pools opens one pool per store and role, when it is first asked for. The number of
// connections follows from stores and roles, never from accounts.
type Pools struct {
	directory *Directory
	config    PoolsConfig

	mu     sync.Mutex
	open   map[poolKey]*pgxpool.Pool
	closed bool
}

type poolKey struct {
	storeID string
	role    pg.Role
}

// NewPools returns the pools of the directory's stores.
func NewPools(d *Directory, c PoolsConfig) *Pools {
	return &Pools{directory: d, config: c, open: map[poolKey]*pgxpool.Pool{}}
}

// Pool returns the pool of the role on the store, or NotFound for an unknown store. It does
// not connect; the pool stays open until Close, at the location the store had when it was
// first asked for.
func (p *Pools) Pool(_ context.Context, storeID string, role pg.Role) (*pgxpool.Pool, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, errStopped()
	}
	key := poolKey{storeID, role}
	if pool := p.open[key]; pool != nil {
		return pool, nil
	}
	config, err := p.connection(storeID, role)
	if err != nil {
		return nil, err
	}
	// Not the caller's context: the pool outlives the request that first needed it.
	pool, err := pg.Open(context.Background(), config)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "The location of store %q is not usable", storeID)
	}
	p.open[key] = pool
	return pool, nil
}

// Each calls do with every open pool, for metrics.
func (p *Pools) Each(do func(storeID string, role pg.Role, pool *pgxpool.Pool)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, pool := range p.open {
		do(key.storeID, key.role, pool)
	}
}

// Close closes all pools, waiting for their connections to come back. Closing twice is fine.
func (p *Pools) Close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for key, pool := range p.open {
		pool.Close()
		delete(p.open, key)
	}
}

// connection is the store's location with this process's login.
func (p *Pools) connection(storeID string, role pg.Role) (pg.Config, error) {
	store, err := p.directory.Store(storeID)
	if err != nil {
		return pg.Config{}, err
	}
	location, err := url.Parse(store.Location)
	if err != nil {
		return pg.Config{}, fault.Wrap(err, fault.Internal, "The location of store %q is not usable", storeID)
	}
	location.User = url.User(p.config.Login)
	if p.config.Password != "" {
		location.User = url.UserPassword(p.config.Login, p.config.Password)
	}
	most := p.config.Max[role]
	if most == 0 {
		most = defaultMaxConnections
	}
	return pg.Config{URL: location.String(), Role: role, MaxConnections: most, Name: p.config.Name, Tracer: p.config.Tracer, Accept: p.accept(storeID)}, nil
}

func (p *Pools) accept(storeID string) func(context.Context, *pgx.Conn) error {
	if p.config.Accept == nil {
		return nil
	}
	return func(ctx context.Context, conn *pgx.Conn) error {
		err := pg.Fault(p.config.Accept(ctx, conn))
		if err != nil && fault.KindOf(err) == fault.Internal {
			return fault.Wrap(err, fault.Unavailable, "The store %q is not served by this process", storeID)
		}
		return err
	}
}
