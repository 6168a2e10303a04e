package tenant

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Catalog changes and reads the catalog, in role admin.
type Catalog struct {
	pool  *pgxpool.Pool
	actor string
}

// NewCatalog returns the catalog behind the pool, whose role is admin.
func NewCatalog(pool *pgxpool.Pool) *Catalog { return &Catalog{pool: pool} }

// As returns the catalog with every change written to the audit log under the actor's name.
func (c *Catalog) As(actor string) *Catalog { return &Catalog{pool: c.pool, actor: actor} }

// Store is a database that holds the events of many accounts.
type Store struct {
	ID        string    `json:"id"`
	Location  string    `json:"location"` // postgres://host:port/database?sslmode=..., never with credentials
	CreatedAt time.Time `json:"createdAt"`
}

// AddStore enters a store, or changes the location of a known one.
func (c *Catalog) AddStore(ctx context.Context, id, location string) error { panic("stub") }

// Stores returns all stores by id.
func (c *Catalog) Stores(ctx context.Context) ([]Store, error) { panic("stub") }

// NewAccount says what account to create.
type NewAccount struct {
	ID      uuid.UUID // zero: a new one
	Name    string
	StoreID string
	Release string // digest
}

// CreateAccount enters an account, active and at epoch 1. The caller creates its head in the store first (es.CreateAccount).
func (c *Catalog) CreateAccount(ctx context.Context, a NewAccount) (Account, error) { panic("stub") }

// Accounts returns all accounts by name.
func (c *Catalog) Accounts(ctx context.Context) ([]Account, error) { panic("stub") }

// AccountByName returns the account of the name.
func (c *Catalog) AccountByName(ctx context.Context, name string) (Account, error) { panic("stub") }

// SetState changes the account's state. The caller sets it on the head too (es.SetState).
func (c *Catalog) SetState(ctx context.Context, account uuid.UUID, state State) error { panic("stub") }

// SetBudget gives the account a budget of requests of its own; zeros mean the default.
func (c *Catalog) SetBudget(ctx context.Context, account uuid.UUID, perSecond float64, burst int) error {
	panic("stub")
}

// SetRelease puts the account on the release of the digest.
func (c *Catalog) SetRelease(ctx context.Context, account uuid.UUID, digest string) error {
	panic("stub")
}

// Route sends the account to the store under the next epoch, which it returns.
func (c *Catalog) Route(ctx context.Context, account uuid.UUID, storeID string) (int64, error) {
	panic("stub")
}

// Release is a published IR.
type Release struct {
	Digest      string    `json:"digest"`
	Version     string    `json:"version"`
	IR          []byte    `json:"-"` // empty in lists
	PublishedBy string    `json:"publishedBy"`
	PublishedAt time.Time `json:"publishedAt"`
}

// PublishRelease enters a release; publishing the same digest and version again changes nothing.
func (c *Catalog) PublishRelease(ctx context.Context, r Release) error { panic("stub") }

// Releases returns all releases, the newest first, without their IR.
func (c *Catalog) Releases(ctx context.Context) ([]Release, error) { panic("stub") }

// ReleaseByVersion returns the release with its IR.
func (c *Catalog) ReleaseByVersion(ctx context.Context, version string) (Release, error) {
	panic("stub")
}

// Key is an API key without its secret.
type Key struct {
	ID         string    `json:"id"`
	AccountID  uuid.UUID `json:"accountId"`
	Name       string    `json:"name"`
	Roles      []string  `json:"roles"`
	CreatedAt  time.Time `json:"createdAt"`
	RevokedAt  time.Time `json:"revokedAt,omitzero"`  // zero: valid
	LastUsedAt time.Time `json:"lastUsedAt,omitzero"` // zero: never; a minute late at most
}

// CreateKey makes a key for the account and returns it with its token, which is stored nowhere.
func (c *Catalog) CreateKey(ctx context.Context, account uuid.UUID, name string, roles []string) (Key, string, error) {
	panic("stub")
}

// Keys returns the account's keys, revoked ones included, the newest first.
func (c *Catalog) Keys(ctx context.Context, account uuid.UUID) ([]Key, error) { panic("stub") }

// RevokeKey ends a key at once. Revoking twice is fine.
func (c *Catalog) RevokeKey(ctx context.Context, keyID string) error { panic("stub") }

// AuditEntry is a line of the audit log.
type AuditEntry struct {
	ID         int64           `json:"id"` // given by the log
	At         time.Time       `json:"at"` // given by the log
	Actor      string          `json:"actor"`
	Action     string          `json:"action"`               // e.g. "account suspend"
	AccountID  uuid.UUID       `json:"accountId,omitzero"`   // zero: of no account
	Parameters json.RawMessage `json:"parameters,omitempty"` // a JSON object; empty: {}
	Result     string          `json:"result"`
}

// Audit writes an entry to the audit log.
func (c *Catalog) Audit(ctx context.Context, e AuditEntry) error { panic("stub") }

// AuditLog returns the latest entries, the newest first.
func (c *Catalog) AuditLog(ctx context.Context, limit int) ([]AuditEntry, error) { panic("stub") }
