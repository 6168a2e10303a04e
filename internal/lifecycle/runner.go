package lifecycle

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/internal/tenant"
)

// Place is a store with the connections that works need.
type Place struct {
	StoreID string
	Admin   *pgxpool.Pool
	Builder *pgxpool.Pool
	Owner   *pgxpool.Pool // makes tables beside live ones
}

// Runner carries works on accounts out.
type Runner struct {
	Catalog  *tenant.Catalog
	Locks    *pgxpool.Pool // of the catalog, role admin: a work holds one of its connections
	Places   func(ctx context.Context, storeID string) (Place, error)
	Releases interface {
		Get(ctx context.Context, digest string) (*model.Release, error)
	}
	Throttle *build.Throttle                       // of events that are read and written; nil: none
	Progress func(phase string, done, total int64) // nil: nobody is told
	Clock    func() time.Time
	By       string // who works, for what is kept of it
}

func (r *Runner) told(phase string, done, total int64) {
	if r.Progress != nil {
		r.Progress(phase, done, total)
	}
}

// holding runs do while nobody else works on the account. Conflict: somebody does. A lock of a process that
// is gone is gone with its connection.
func (r *Runner) holding(ctx context.Context, account uuid.UUID, do func() error) error {
	conn, err := r.Locks.Acquire(ctx)
	if err != nil {
		return pg.Fault(err)
	}
	defer conn.Release()
	key := lockKey(account)
	var had bool
	if err := conn.QueryRow(ctx, "SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended($1, 0))", key).Scan(&had); err != nil {
		return pg.Fault(err)
	}
	if !had {
		return fault.New(fault.Conflict, "Somebody else works on account %s at this moment", account)
	}
	defer func() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), "SELECT pg_catalog.pg_advisory_unlock(pg_catalog.hashtextextended($1, 0))", key)
	}()
	return do()
}

// lockKey is what works on the account are locked by, in the catalog.
func lockKey(account uuid.UUID) string { return "polder account " + account.String() }
