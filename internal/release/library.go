package release

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/model"
)

// Library loads releases once and keeps them.
type Library struct{}

// New returns a library over the catalog; the pool's role is api, projector or admin.
func New(pool *pgxpool.Pool) *Library { panic("stub") }

// Get returns the release of the digest: NotFound when it was not published, Unavailable when the catalog is away.
func (l *Library) Get(ctx context.Context, digest string) (*model.Release, error) { panic("stub") }
