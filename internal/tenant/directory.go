package tenant

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"
)

// DirectoryConfig says how a process follows the catalog.
type DirectoryConfig struct {
	Pool  *pgxpool.Pool    // of the catalog, role api or projector
	Keys  bool             // also follow API keys, for Authenticate; needs role api
	Poll  time.Duration    // zero: 1 s; how late a change is seen at most when its hint is lost
	Clock func() time.Time // nil: time.Now
	Log   *zap.Logger      // nil: none
}

// Directory is a process's copy of the catalog.
type Directory struct{}

// NewDirectory returns a directory; Start fills it.
func NewDirectory(c DirectoryConfig) *Directory { panic("stub") }

// Start loads the catalog and follows it until Stop.
func (d *Directory) Start(ctx context.Context) error { panic("stub") }

// Stop ends the following and writes down the last uses of keys. Stopping twice is fine.
func (d *Directory) Stop() { panic("stub") }

// Account returns the account, or NotFound.
func (d *Directory) Account(id uuid.UUID) (Account, error) { panic("stub") }

// AccountByName returns the account of the name, or NotFound.
func (d *Directory) AccountByName(name string) (Account, error) { panic("stub") }

// Accounts returns all accounts, in no order.
func (d *Directory) Accounts() []Account { panic("stub") }

// Stores returns all stores by id.
func (d *Directory) Stores() []Store { panic("stub") }

// Store returns the store, or NotFound.
func (d *Directory) Store(id string) (Store, error) { panic("stub") }

// Authenticate returns who holds the token; Unauthorized when nobody does, Unavailable when
// an unknown key cannot be looked up because the catalog is away.
func (d *Directory) Authenticate(ctx context.Context, token string) (Principal, error) {
	panic("stub")
}

// OnChange calls do with every account that is new or changed, from Start's load on. It is called before Start;
// do runs in the directory's loop and returns quickly.
func (d *Directory) OnChange(do func(Account)) { panic("stub") }
