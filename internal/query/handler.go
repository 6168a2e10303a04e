package query

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

// Pools gives connections to stores; *tenant.Pools is one.
type Pools interface {
	Pool(ctx context.Context, storeID string, role pg.Role) (*pgxpool.Pool, error)
}

// Releases loads releases; *release.Library is one.
type Releases interface {
	Get(ctx context.Context, digest string) (*model.Release, error)
}

// Config says what a handler works with.
type Config struct {
	Pools    Pools
	Releases Releases
	Applied  *notify.Topic // wakes those who wait for a sequence number
	Recheck  time.Duration // how often a waiter looks without a hint; zero: 1 s
}

// Request is a query by somebody.
type Request struct {
	Principal tenant.Principal
	Name      string          // e.g. "GetOrders"
	Body      json.RawMessage // a JSON object: filters, $sort, $size, $after, $minSequenceNumber, $wait
}

// Answer is a page of rows.
type Answer struct {
	SequenceNumber int64             `json:"sequenceNumber"` // the events 1..SequenceNumber are in the rows
	Stale          bool              `json:"stale"`          // what was asked for by $minSequenceNumber is not in yet, or the projection is parked
	Items          []json.RawMessage `json:"items"`
	Next           string            `json:"next,omitempty"` // $after of the next page; empty: this is the last
}

// Handler answers queries. It is safe for concurrent use.
type Handler struct{}

// NewHandler returns a handler.
func NewHandler(c Config) *Handler { panic("stub") }

// Handle answers the query. Errors: Invalid (the body is no JSON object, or the cursor is
// not this query's), Rejected (a filter or option breaks a rule; Details say which),
// NotFound (no such query), Forbidden, Unavailable.
func (h *Handler) Handle(ctx context.Context, r Request) (Answer, error) { panic("stub") }
