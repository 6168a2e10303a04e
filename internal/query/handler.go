package query

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/expr"
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
	// OnDrop has forget called when releases were dropped: what was made of them is to go as well.
	OnDrop(forget func(loaded func(digest string) bool))
}

// Accounts knows where an account is now; *tenant.Directory is one.
type Accounts interface {
	Account(id uuid.UUID) (tenant.Account, error)
	// Refresh returns when Account knows all that was committed before the call.
	Refresh(ctx context.Context) error
}

// Config says what a handler works with.
type Config struct {
	Accounts Accounts
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
	Stale          bool              `json:"stale"`          // what $minSequenceNumber asks for is not in yet, or a projection is parked or being built
	Items          []json.RawMessage `json:"items"`
	Next           string            `json:"next,omitempty"` // $after of the next page; empty: this is the last
}

// Handler answers queries. It is safe for concurrent use.
type Handler struct {
	Config
	mu      sync.Mutex
	plans   map[planKey]*plan       // of each query that was asked, of the releases that are loaded
	joining map[joiningKey]struct{} // questions whose copies were last found being brought up to date
}

type planKey struct{ release, query string }

// NewHandler returns a handler.
func NewHandler(c Config) *Handler {
	if c.Recheck <= 0 {
		c.Recheck = time.Second
	}
	h := &Handler{Config: c, plans: map[planKey]*plan{}, joining: map[joiningKey]struct{}{}}
	c.Releases.OnDrop(h.forget)
	return h
}

// forget drops the plans of releases that are not loaded any more.
func (h *Handler) forget(loaded func(digest string) bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	maps.DeleteFunc(h.plans, func(key planKey, _ *plan) bool { return !loaded(key.release) })
	maps.DeleteFunc(h.joining, func(key joiningKey, _ struct{}) bool { return !loaded(key.plan.release) })
}

// Handle answers the query. Errors: Invalid (the body is no JSON object, or the cursor is
// not this query's), Rejected (a filter or option breaks a rule; Details say which),
// NotFound (no such query), Forbidden, Unavailable.
func (h *Handler) Handle(ctx context.Context, r Request) (Answer, error) {
	account := r.Principal.Account
	if err := account.MayRead(); err != nil {
		return Answer{}, err
	}
	release := account.Release
	for {
		found, err := h.ask(ctx, release, r)
		var switched *switchedError
		switch {
		case errors.As(err, &switched) && ctx.Err() == nil:
			release = switched.to // the store switches first, and this process has not heard of it yet
		case errors.Is(err, errElsewhere) && h.follow(ctx, &r):
			release = r.Principal.Account.Release
		default:
			return found, pg.Fault(err)
		}
	}
}

// follow looks the account up again, after it was not where it was thought to be. It reports whether it is elsewhere.
func (h *Handler) follow(ctx context.Context, r *Request) bool {
	_ = h.Accounts.Refresh(ctx) // while the catalog is away, what was known before decides
	account, err := h.Accounts.Account(r.Principal.Account.ID)
	if err != nil || account.StoreID == r.Principal.Account.StoreID || account.MayRead() != nil {
		return false
	}
	r.Principal.Account = account
	return true
}

// ask answers the query as it is understood on the release.
func (h *Handler) ask(ctx context.Context, release string, r Request) (Answer, error) {
	account := r.Principal.Account
	p, err := h.plan(ctx, release, r)
	if err != nil {
		return Answer{}, err
	}
	q := question{account: account.ID, body: r.Body, plan: p}
	if err := q.build(); err != nil {
		return Answer{}, err
	}
	if q.pool, err = h.Pools.Pool(ctx, account.StoreID, pg.API); err != nil {
		return Answer{}, err
	}
	return h.answer(ctx, q)
}

// plan returns what the query means, if there is one and the principal may ask it.
func (h *Handler) plan(ctx context.Context, digest string, r Request) (*plan, error) {
	release, err := h.Releases.Get(ctx, digest)
	if err != nil {
		return nil, err
	}
	query := release.Query(r.Name)
	if query == nil {
		return nil, fault.New(fault.NotFound, "There is no query %.80q in this account's release%s", r.Name, expr.DidYouMean(r.Name, names(release.IR().Queries)))
	}
	if len(query.Allow) > 0 && !slices.ContainsFunc(query.Allow, r.Principal.HasRole) {
		return nil, fault.New(fault.Forbidden, "The key has none of the roles that may ask %s", r.Name)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	key := planKey{digest, r.Name}
	if p, ok := h.plans[key]; ok {
		return p, nil
	}
	p, err := newPlan(release, query)
	if err == nil {
		h.plans[key] = p
	}
	return p, err
}

func names(queries []model.Query) []string {
	out := make([]string, len(queries))
	for i, q := range queries {
		out[i] = q.Name
	}
	return out
}

// finish cuts the page to its size and says how to go on.
func (q question) finish(p page) Answer {
	answer := Answer{SequenceNumber: p.at(), Stale: p.own != nil || p.at() < q.ask.minimum || p.changing && q.plan.Fed, Items: p.items}
	if answer.Items == nil {
		answer.Items = []json.RawMessage{}
	}
	if len(p.items) > q.ask.size {
		answer.Items = p.items[:q.ask.size]
		answer.Next = p.last[q.ask.size-1].encode(q.ask.identity)
	}
	return answer
}
