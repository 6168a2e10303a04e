package projection

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/observe"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

// Pools gives connections to stores; *tenant.Pools is one.
type Pools interface {
	Pool(ctx context.Context, storeID string, role pg.Role) (*pgxpool.Pool, error)
}

// Accounts knows where accounts are and which release they run on; *tenant.Directory is one.
type Accounts interface {
	Account(id uuid.UUID) (tenant.Account, error)
}

// Releases loads releases; *release.Library is one.
type Releases interface {
	Get(ctx context.Context, digest string) (*model.Release, error)
}

// Config says what a projector works with. Zero numbers mean the defaults.
type Config struct {
	Pools      Pools
	Accounts   Accounts
	Releases   Releases
	Heads      *notify.Topic         // where there is work
	Applied    *notify.Topic         // what was done
	Workers    int                   // per store; zero: 4
	PageEvents int                   // events in a page at most; zero: 500
	PageBytes  int                   // payload bytes after which a page ends early; zero: 4 MiB
	Clock      func() time.Time      // nil: time.Now
	Log        *zap.Logger           // nil: none
	Metrics    prometheus.Registerer // nil: none
	Loops      *observe.Loops        // nil: no heartbeats
}

// Projector applies events to the live projections of the accounts that Heads names.
type Projector struct{}

// New returns a projector; Start begins its work.
func New(c Config) *Projector { panic("stub") }

// Start begins to work off accounts. It waits for nothing.
func (p *Projector) Start(ctx context.Context) error { panic("stub") }

// Stop finishes the pages at hand and returns when nothing of the projector runs any more.
// Stopping twice is fine.
func (p *Projector) Stop() { panic("stub") }

// Expand creates the tables, indexes, policies and grants that the release's projections
// need and the store lacks. The pool's role is owner. It may run in several processes at
// once; Conflict means that tables were locked for too long and it may run again.
func Expand(ctx context.Context, owner *pgxpool.Pool, release *model.Release) error { panic("stub") }

// Status is how far one projection of an account has come.
type Status struct {
	AccountID      uuid.UUID `json:"accountId"`
	Projection     string    `json:"projection"`
	Table          string    `json:"table"`
	Helper         bool      `json:"helper,omitempty"`
	State          string    `json:"state"` // live, building, paused or parked
	SequenceNumber int64     `json:"sequenceNumber"`
	LagEvents      int64     `json:"lagEvents"`
	LagSeconds     float64   `json:"lagSeconds"` // age of the oldest event that is not applied; 0: all are
}

// List returns the status of each projection that the release has, for the account. The
// pool's role is admin. NotFound: the account is not on this store.
func List(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID, release *model.Release) ([]Status, error) {
	panic("stub")
}

// DeadLetter is the event at which a projection of an account was parked.
type DeadLetter struct {
	AccountID       uuid.UUID `json:"accountId"`
	Projection      string    `json:"projection"`
	Table           string    `json:"table"`
	SequenceNumber  int64     `json:"sequenceNumber"` // of the event that could not be applied
	PayloadItemName string    `json:"payloadItemName"`
	Error           string    `json:"error"`
	Release         string    `json:"release"` // digest of the release it failed under
	Attempts        int       `json:"attempts"`
	FirstFailedAt   time.Time `json:"firstFailedAt"`
	LastFailedAt    time.Time `json:"lastFailedAt"`
}

// DeadLetters returns the dead letters of the account, or of all accounts of the store for
// the zero account. The pool's role is admin.
func DeadLetters(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID) ([]DeadLetter, error) {
	panic("stub")
}

// Retry names a parked projection.
type Retry struct {
	AccountID  uuid.UUID
	Projection string         // its name in the release
	Release    *model.Release // the account's
	PageEvents int            // zero: 500
}

// RetryDeadLetter applies to a parked projection what it missed and joins it to the live
// cursor, whose number it returns. The pool's role is projector. NotFound: it is not
// parked. Rejected: an event still cannot be applied; the dead letter says which.
func RetryDeadLetter(ctx context.Context, projector *pgxpool.Pool, r Retry) (int64, error) {
	panic("stub")
}
