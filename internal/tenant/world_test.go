package tenant_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/tenant"
)

const deadline = 10 * time.Second

// world is a catalog with one store and one release in a database of the test's own.
type world struct {
	t       *testing.T
	db      *pgtest.Database
	catalog *tenant.Catalog
	release string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	db := pgtest.New(t)
	w := &world{t: t, db: db, catalog: tenant.NewCatalog(db.Pool(t, pg.Admin)).As("tester")}
	must(t, w.catalog.AddStore(t.Context(), "main", "postgres://127.0.0.1:5432/main?sslmode=disable"))
	w.release = w.publish("2026.11.1")
	return w
}

func (w *world) publish(version string) string {
	w.t.Helper()
	r := releaseOf(version)
	must(w.t, w.catalog.PublishRelease(w.t.Context(), r))
	return r.Digest
}

func releaseOf(version string) tenant.Release {
	ir := []byte(fmt.Sprintf(`{"name":%q}`, version))
	sum := sha256.Sum256(ir)
	return tenant.Release{Digest: hex.EncodeToString(sum[:]), Version: version, IR: ir, PublishedBy: "tester"}
}

func (w *world) account(name string) tenant.Account {
	w.t.Helper()
	a, err := w.catalog.CreateAccount(w.t.Context(), tenant.NewAccount{Name: name, StoreID: "main", Release: w.release})
	must(w.t, err)
	return a
}

func (w *world) key(account uuid.UUID, roles ...string) (tenant.Key, string) {
	w.t.Helper()
	key, token, err := w.catalog.CreateKey(w.t.Context(), account, "test", roles)
	must(w.t, err)
	return key, token
}

// directory starts a directory and stops it when the test ends.
func (w *world) directory(c tenant.DirectoryConfig, watch ...func(tenant.Account)) *tenant.Directory {
	w.t.Helper()
	if c.Pool == nil {
		c.Pool = w.db.Pool(w.t, pg.API)
	}
	d := tenant.NewDirectory(c)
	for _, do := range watch {
		d.OnChange(do)
	}
	must(w.t, d.Start(w.t.Context()))
	w.t.Cleanup(d.Stop)
	return d
}

// asSuperuser runs what no role of Polder may do.
func (w *world) asSuperuser(sql string, args ...any) {
	w.t.Helper()
	conn, err := pgx.Connect(w.t.Context(), w.db.OwnerURL)
	must(w.t, err)
	defer conn.Close(context.Background())
	_, err = conn.Exec(w.t.Context(), sql, args...)
	must(w.t, err)
}

// counted returns a pool in the role, and the number of statements that were sent through it.
func counted(t *testing.T, db *pgtest.Database, role pg.Role) (*pgxpool.Pool, *atomic.Int64) {
	t.Helper()
	counter := &statements{}
	config := db.Pool(t, role).Config()
	config.ConnConfig.Tracer = counter
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	must(t, err)
	t.Cleanup(pool.Close)
	return pool, &counter.count
}

// statements counts single statements and batches.
type statements struct{ count atomic.Int64 }

func (s *statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	s.count.Add(1)
	return ctx
}
func (s *statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
func (s *statements) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	s.count.Add(1)
	return ctx
}
func (s *statements) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (s *statements) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if !fault.Is(err, kind) {
		t.Fatalf("error = %v (%v), want %v", err, fault.KindOf(err), kind)
	}
}

// until waits for a condition that nothing signals.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	end := time.After(deadline)
	again := time.NewTicker(2 * time.Millisecond)
	defer again.Stop()
	for !holds() {
		select {
		case <-end:
			t.Fatalf("not within %v: %s", deadline, what)
		case <-again.C:
		}
	}
}
