package projectionbench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing/fstest"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/migrations"
	"github.com/polderhq/polder/models"
)

const (
	database    = "projection_bench"
	storeID     = "main"
	connections = 8 // of a role at most
)

// world is a PostgreSQL of its own with a store and one release's tables. It stands in for
// the catalog: it knows the accounts that it made, their release, and the pools.
type world struct {
	server  *pgserver.Server
	dir     string
	log     io.Writer
	release *model.Release
	super   *pgxpool.Pool // sees and may do everything
	pools   map[pg.Role]*pgxpool.Pool

	mu       sync.Mutex
	accounts map[uuid.UUID]tenant.Account
}

// erp returns the ERP as a release; orders show their customers' names in that shape, and
// nothing is chained to them: what a projection costs by itself is measured.
func erp(shape string) (*model.Release, error) {
	return erpWith(edit{"orders/Order.yaml", "\n  Orders:\n", "\n  Orders:\n    shape: {CustomerId: " + shape + "}\n"})
}

// edit puts something in the place of a text in a file of the ERP.
type edit struct{ file, place, with string }

// erpWith is the ERP after the edits, with nothing chained to its projections.
func erpWith(edits ...edit) (*model.Release, error) {
	files := fstest.MapFS{}
	err := fs.WalkDir(models.ERP(), ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(models.ERP(), path)
		files[path] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, e := range edits {
		if files[e.file] == nil {
			files[e.file] = &fstest.MapFile{}
		}
		if !bytes.Contains(files[e.file].Data, []byte(e.place)) {
			return nil, fmt.Errorf("%s of the ERP does not have %q any more, where the benchmark looks for it", e.file, e.place)
		}
		files[e.file].Data = bytes.Replace(files[e.file].Data, []byte(e.place), []byte(e.with), 1)
	}
	compiled, err := compile.Compile(files)
	if err != nil {
		return nil, err
	}
	unchain(compiled.IR)
	canonical, err := model.Canonical(compiled.IR)
	if err != nil {
		return nil, err
	}
	return model.Load(canonical)
}

// unchain takes out chained projections, what asks them, and the columns that are for them.
func unchain(ir *model.IR) {
	chained := map[string]bool{}
	ir.Projections = slices.DeleteFunc(ir.Projections, func(p model.Projection) bool {
		chained[p.Name] = p.Of != ""
		return p.Of != ""
	})
	ir.Queries = slices.DeleteFunc(ir.Queries, func(q model.Query) bool { return chained[q.From] })
	for i := range ir.Projections {
		if p := &ir.Projections[i]; p.Name == "Orders" {
			p.Columns = slices.DeleteFunc(p.Columns, func(c model.Column) bool { return c.Name == "Month" || c.Name == "Sold" })
		}
	}
}

// openERP is open for the ERP with its orders in the shape.
func openERP(ctx context.Context, log io.Writer, shape string) (*world, error) {
	release, err := erp(shape)
	if err != nil {
		return &world{}, err
	}
	return open(ctx, log, release)
}

// open starts the server and makes the release's tables. The world is to be closed also
// when there is an error.
func open(ctx context.Context, log io.Writer, release *model.Release) (*world, error) {
	w := &world{log: log, release: release, pools: map[pg.Role]*pgxpool.Pool{}, accounts: map[uuid.UUID]tenant.Account{}}
	var err error
	if w.dir, err = os.MkdirTemp("", "polder-bench-"); err != nil {
		return w, err
	}
	if err := os.Chmod(w.dir, 0o755); err != nil { // the server may run as another user
		return w, err
	}
	if w.server, err = pgserver.Start(ctx, pgserver.Config{Dir: filepath.Join(w.dir, "data")}); err != nil {
		return w, err
	}
	if err := w.createDatabase(ctx); err != nil {
		return w, err
	}
	url := w.server.URL(database)
	if w.super, err = pgxpool.New(ctx, url); err != nil {
		return w, err
	}
	for _, role := range []pg.Role{pg.Owner, pg.Appender, pg.API, pg.Projector, pg.Builder, pg.Watcher, pg.Admin} {
		if w.pools[role], err = pg.Open(ctx, pg.Config{URL: url, Role: role, MaxConnections: connections, Name: "bench"}); err != nil {
			return w, err
		}
	}
	return w, projection.Expand(ctx, w.pools[pg.Owner], release)
}

func (w *world) createDatabase(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, w.server.URL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+database); err != nil {
		return err
	}
	return migrations.Up(ctx, w.server.URL(database), migrations.Store)
}

func (w *world) close(ctx context.Context) {
	for _, pool := range w.pools {
		pool.Close()
	}
	if w.super != nil {
		w.super.Close()
	}
	if w.server != nil {
		_ = w.server.Stop(context.WithoutCancel(ctx)) // its folder goes next
	}
	if w.dir != "" {
		_ = os.RemoveAll(w.dir)
	}
}

// newAccount makes an account without events.
func (w *world) newAccount(ctx context.Context, id uuid.UUID) error {
	if err := es.CreateAccount(ctx, w.pools[pg.Admin], id, 1); err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.accounts[id] = tenant.Account{ID: id, Name: id.String(), StoreID: storeID, Release: w.release.Digest(), Epoch: 1, State: tenant.Active}
	return nil
}

// Pool implements projection.Pools.
func (w *world) Pool(_ context.Context, _ string, role pg.Role) (*pgxpool.Pool, error) {
	return w.pools[role], nil
}

// Account implements projection.Accounts.
func (w *world) Account(id uuid.UUID) (tenant.Account, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	account, ok := w.accounts[id]
	if !ok {
		return account, fault.New(fault.NotFound, "There is no account %s", id)
	}
	return account, nil
}

// Get implements projection.Releases.
func (w *world) Get(context.Context, string) (*model.Release, error) { return w.release, nil }

// OnDrop does nothing: none is dropped.
func (*world) OnDrop(func(func(string) bool)) {}

func (w *world) exec(ctx context.Context, sql string, args ...any) error {
	_, err := w.super.Exec(ctx, sql, args...)
	if err != nil {
		return fmt.Errorf("%.60s: %w", sql, err)
	}
	return nil
}

// settle lets PostgreSQL do now what it would do in the midst of a measurement.
func (w *world) settle(ctx context.Context) error {
	if err := w.exec(ctx, "VACUUM (ANALYZE)"); err != nil {
		return err
	}
	return w.exec(ctx, "CHECKPOINT")
}
