package release

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/singleflight"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
)

const (
	irSQL       = "SELECT ir FROM catalog.releases WHERE digest = $1"
	loadTimeout = 30 * time.Second
)

// Library loads each release once, whoever asks for it at the same time, and keeps it.
// It is safe for concurrent use.
type Library struct {
	pool    *pgxpool.Pool
	loading singleflight.Group
	loaded  sync.Map // digest → *model.Release
}

// New returns a library over the catalog; the pool's role is api, projector or admin.
func New(pool *pgxpool.Pool) *Library { return &Library{pool: pool} }

// Get returns the release of the digest: NotFound when it was not published, Unavailable when
// the catalog is away, Internal when the stored IR is not what was published or cannot be
// loaded. Failures are not remembered.
func (l *Library) Get(ctx context.Context, digest string) (*model.Release, error) {
	if known, found := l.loaded.Load(digest); found {
		return known.(*model.Release), nil
	}
	// Loaded for all who wait: one of them giving up does not end it for the others.
	done := l.loading.DoChan(digest, func() (any, error) {
		return l.load(context.WithoutCancel(ctx), digest)
	})
	select {
	case result := <-done:
		if result.Err != nil {
			return nil, result.Err
		}
		return result.Val.(*model.Release), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *Library) load(ctx context.Context, digest string) (*model.Release, error) {
	ctx, cancel := context.WithTimeout(ctx, loadTimeout)
	defer cancel()
	var ir []byte
	err := l.pool.QueryRow(ctx, irSQL, digest).Scan(&ir)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "Release %s was not published", digest)
	}
	if err != nil {
		return nil, pg.Fault(err)
	}
	if sum := sha256.Sum256(ir); hex.EncodeToString(sum[:]) != digest {
		return nil, fault.New(fault.Internal, "Release %s is not what was published: its content has another digest", digest)
	}
	release, err := model.Load(ir)
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, "Release %s cannot be loaded", digest)
	}
	l.loaded.Store(digest, release)
	return release, nil
}
