package release_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/release"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/models"
)

// published puts the ERP's release into a catalog and returns its digest.
func published(t *testing.T) (*pgtest.Database, string) {
	t.Helper()
	compiled, err := compile.Compile(models.ERP())
	must(t, err)
	db := pgtest.New(t)
	must(t, tenant.NewCatalog(db.Pool(t, pg.Admin)).PublishRelease(t.Context(), tenant.Release{
		Digest: compiled.Digest, Version: "1", IR: compiled.Canonical, PublishedBy: "tester"}))
	return db, compiled.Digest
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// held is a pool whose statements wait until they are let go, and are counted.
type held struct {
	mu    sync.Mutex
	count int
	let   chan struct{}
}

func (h *held) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	h.mu.Lock()
	h.count++
	h.mu.Unlock()
	<-h.let
	return ctx
}
func (h *held) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (h *held) pool(t *testing.T, db *pgtest.Database) *pgxpool.Pool {
	t.Helper()
	config := db.Pool(t, pg.API).Config()
	config.ConnConfig.Tracer = h
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	must(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// Many ask at once and one gives up: the release is loaded once, for all the others.
func TestAReleaseIsLoadedOnce(t *testing.T) {
	t.Parallel()
	db, digest := published(t)
	h := &held{let: make(chan struct{})}
	library := release.New(h.pool(t, db))

	impatient, giveUp := context.WithCancel(t.Context())
	gone := make(chan error)
	go func() { _, err := library.Get(impatient, digest); gone <- err }()
	var askers sync.WaitGroup
	releases := make([]*model.Release, 50)
	for i := range releases {
		askers.Go(func() {
			var err error
			if releases[i], err = library.Get(t.Context(), digest); err != nil {
				t.Error(err)
			}
		})
	}
	giveUp()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Errorf("who gave up got %v", err)
	}
	close(h.let)
	askers.Wait()
	for _, r := range releases {
		if r == nil || r != releases[0] || r.Digest() != digest {
			t.Fatal("askers got different releases")
		}
	}
	if _, err := library.Get(t.Context(), digest); err != nil || h.count != 1 {
		t.Errorf("%d loads, %v; want one", h.count, err)
	}
}

func TestAnAlteredReleaseIsRefused(t *testing.T) {
	t.Parallel()
	db, digest := published(t)
	superuser, err := pgx.Connect(t.Context(), db.OwnerURL)
	must(t, err)
	defer superuser.Close(context.Background())
	_, err = superuser.Exec(t.Context(), "UPDATE catalog.releases SET ir = replace(ir, 'Order', 'Ordre')")
	must(t, err)
	library := release.New(db.Pool(t, pg.Projector))
	if _, err := library.Get(t.Context(), digest); !fault.Is(err, fault.Internal) {
		t.Errorf("error = %v", err)
	}
	// A failure is not remembered.
	_, err = superuser.Exec(t.Context(), "UPDATE catalog.releases SET ir = replace(ir, 'Ordre', 'Order')")
	must(t, err)
	_, err = library.Get(t.Context(), digest)
	must(t, err)
}

func TestWhatCannotBeLoaded(t *testing.T) {
	t.Parallel()
	db, _ := published(t)
	library := release.New(db.Pool(t, pg.API))
	if _, err := library.Get(t.Context(), "none"); !fault.Is(err, fault.NotFound) {
		t.Errorf("not published: %v", err)
	}
	ir := []byte(`{"format":99}`)
	sum := sha256.Sum256(ir)
	digest := hex.EncodeToString(sum[:])
	must(t, tenant.NewCatalog(db.Pool(t, pg.Admin)).PublishRelease(t.Context(), tenant.Release{Digest: digest, Version: "99", IR: ir}))
	if _, err := library.Get(t.Context(), digest); !fault.Is(err, fault.Internal) {
		t.Errorf("of a format that is not known: %v", err)
	}
	away, err := pg.Open(t.Context(), pg.Config{URL: "postgres://x@127.0.0.1:1/none?sslmode=disable", Role: pg.API})
	must(t, err)
	defer away.Close()
	if _, err := release.New(away).Get(t.Context(), digest); !fault.Is(err, fault.Unavailable) {
		t.Errorf("with the catalog away: %v", err)
	}
}
