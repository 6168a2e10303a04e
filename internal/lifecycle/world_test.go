package lifecycle_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/archive"
	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/lifecycle"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/seal"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/test/sales"
)

// world is a catalog and two stores, on which the sales model is published.
type world struct {
	*testing.T
	release *model.Release
	catalog *tenant.Catalog
	db      map[string]*pgtest.Database // by store; the catalog is in that of "one"
	super   map[string]*pgxpool.Pool
	runner  *lifecycle.Runner
}

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	w := worldWithout(t, sales.Release(t, sales.WithShapes, sales.WithSync))
	for _, db := range w.db {
		w.must(projection.Expand(t.Context(), db.Pool(t, pg.Owner), w.release))
	}
	text, err := model.Canonical(w.release.IR())
	w.must(err)
	w.must(w.catalog.PublishRelease(t.Context(), tenant.Release{Digest: w.release.Digest(), Version: "1", IR: text, PublishedBy: "olga"}))
	return w
}

// worldWithout has not heard of the release yet.
func worldWithout(t *testing.T, release *model.Release) *world {
	t.Helper()
	w := &world{T: t, release: release, db: map[string]*pgtest.Database{}, super: map[string]*pgxpool.Pool{}}
	for _, store := range []string{"one", "two"} {
		w.db[store] = pgtest.New(t)
		super, err := pgxpool.New(context.Background(), w.db[store].OwnerURL)
		w.must(err)
		t.Cleanup(super.Close)
		w.super[store] = super
	}
	admin := w.db["one"].Pool(t, pg.Admin)
	w.catalog = tenant.NewCatalog(admin).As("olga")
	for store, db := range w.db {
		w.must(w.catalog.AddStore(t.Context(), store, "postgres://localhost/"+db.Name))
	}
	w.runner = w.newRunner()
	return w
}

// newRunner is another process of admin.
func (w *world) newRunner() *lifecycle.Runner {
	return &lifecycle.Runner{Catalog: w.catalog, Locks: w.db["one"].Pool(w.T, pg.Admin), Releases: w, Clock: time.Now, By: "olga",
		Places: func(_ context.Context, store string) (lifecycle.Place, error) {
			db := w.db[store]
			if db == nil {
				return lifecycle.Place{}, fmt.Errorf("there is no store %q", store)
			}
			return lifecycle.Place{StoreID: store, Admin: db.Pool(w.T, pg.Admin), Builder: db.Pool(w.T, pg.Builder), Owner: db.Pool(w.T, pg.Owner)}, nil
		}}
}

func (w *world) Get(context.Context, string) (*model.Release, error) { return w.release, nil }

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) exec(store, sql string, args ...any) {
	w.Helper()
	_, err := w.super[store].Exec(w.Context(), sql, args...)
	w.must(err)
}

func (w *world) number(store, sql string, args ...any) (n int64) {
	w.Helper()
	w.must(w.super[store].QueryRow(w.Context(), sql, args...).Scan(&n))
	return n
}

// account is one on store one, with the events.
func (w *world) account(name string, events ...sales.Event) tenant.Account {
	w.Helper()
	a, err := w.catalog.CreateAccount(w.Context(), tenant.NewAccount{Name: name, StoreID: "one", Release: w.release.Digest()})
	w.must(err)
	w.must(es.CreateAccount(w.Context(), w.db["one"].Pool(w.T, pg.Admin), a.ID, 1))
	w.append(a, events...)
	return a
}

// append stores events as they are given.
func (w *world) append(a tenant.Account, events ...sales.Event) {
	w.Helper()
	for part := range slices.Chunk(events, 5000) {
		streams, types, names, payloads, versions := make([]uuid.UUID, len(part)), make([]string, len(part)), make([]string, len(part)), make([]string, len(part)), make([]int, len(part))
		for i, e := range part {
			text, err := json.Marshal(e.Payload)
			w.must(err)
			streams[i], types[i], names[i], payloads[i], versions[i] = e.Stream, e.Type, e.Name, string(text), max(e.Version, 1)
		}
		w.exec(a.StoreID, sales.InsertEvents, a.ID, len(part), streams, types, names, payloads, versions)
	}
}

// archive archives the streams of the account that come to less than their events, and returns how many are archived then.
func (w *world) archive(a tenant.Account) int64 {
	w.Helper()
	report, err := archive.Work{Builder: w.db[a.StoreID].Pool(w.T, pg.Builder), AccountID: a.ID, Release: w.release, Before: time.Now().Add(time.Hour)}.Run(w.Context())
	w.must(err)
	if report.Archived == 0 {
		w.Errorf("nothing is archived: this is blind: %+v", report)
	}
	return report.Archived + report.Already
}

// archived returns how many streams of the account are archived, each as what its events come to.
func (w *world) archived(a tenant.Account) int64 {
	w.Helper()
	found, err := archive.Verification{Builder: w.db[a.StoreID].Pool(w.T, pg.Builder), AccountID: a.ID, Release: w.release}.Run(w.Context())
	w.must(err)
	if len(found.Wrong) > 0 || found.Others > 0 {
		w.Errorf("account %s: %+v", a.Name, found)
	}
	return found.Streams
}

// rows are the account's rows of all projections of the release, without its id.
func (w *world) rows(a tenant.Account) map[string][]string {
	w.Helper()
	all := map[string][]string{}
	for _, p := range w.release.Projections() {
		found, err := w.super[a.StoreID].Query(w.Context(), "SELECT t::text FROM "+projection.TableOf(p).Quoted()+" t WHERE account_id = $1 ORDER BY key", a.ID)
		w.must(err)
		texts, err := pgx.CollectRows(found, pgx.RowTo[string])
		w.must(err)
		for i := range texts {
			texts[i] = strings.ReplaceAll(texts[i], a.ID.String(), "")
		}
		all[p.Name] = texts
	}
	return all
}

// sameRows requires that both accounts have the same rows, all of them live.
func (w *world) sameRows(got, want map[string][]string) {
	w.Helper()
	total := 0
	for name, rows := range want {
		total += len(rows)
		if !slices.Equal(got[name], rows) {
			w.Errorf("%s: %d rows, want %d", name, len(got[name]), len(rows))
		}
	}
	if total == 0 {
		w.Error("there are no rows: the comparison is blind")
	}
}

// digest verifies the account, and returns the digest of its history.
func (w *world) digest(a tenant.Account) string {
	w.Helper()
	r, err := seal.Verification{AccountID: a.ID}.Run(w.Context(), w.db[a.StoreID].Pool(w.T, pg.Builder))
	w.must(err)
	if r.Altered != nil {
		w.Errorf("account %s: %+v", a.Name, r.Altered)
	}
	return r.Digest
}

// counted are how many rows of the account each table of the store has.
func (w *world) counted(store string, id uuid.UUID) map[string]int64 {
	w.Helper()
	found, err := w.super[store].Query(w.Context(), `SELECT format('%I.%I', n.nspname, c.relname)
		FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE a.attname = 'account_id' AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'm') AND n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'`)
	w.must(err)
	tables, err := pgx.CollectRows(found, pgx.RowTo[string])
	w.must(err)
	rows := map[string]int64{}
	for _, table := range tables {
		if n := w.number(store, "SELECT count(*) FROM "+table+" WHERE account_id = $1", id); n > 0 {
			rows[table] = n
		}
	}
	if len(tables) < 30 { // 16 partitions of events alone
		w.Errorf("only %d tables have an account: this is blind", len(tables))
	}
	return rows
}

// crash is a runner that is cut off at its nth step, as by kill -9: its context ends there.
func (w *world) crash(at int) (*lifecycle.Runner, context.Context, func() bool) {
	ctx, cancel := context.WithCancel(w.Context())
	w.Cleanup(cancel)
	r := w.newRunner()
	var once sync.Mutex
	steps := 0
	r.Progress = func(string, int64, int64) {
		once.Lock()
		defer once.Unlock()
		if steps++; steps == at {
			cancel()
		}
	}
	return r, ctx, func() bool { once.Lock(); defer once.Unlock(); return steps >= at }
}

// mortal is a pool of which every connection breaks once its process was killed.
func (w *world) mortal(store string, role pg.Role, dead func() bool) *pgxpool.Pool {
	w.Helper()
	config, err := pgxpool.ParseConfig(w.db[store].URL)
	w.must(err)
	config.ConnConfig.RuntimeParams["role"] = string(role)
	config.PrepareConn = func(context.Context, *pgx.Conn) (bool, error) { return !dead(), nil }
	config.BeforeConnect = func(context.Context, *pgx.ConnConfig) error {
		if dead() {
			return errors.New("the process was killed")
		}
		return nil
	}
	pool, err := pgxpool.NewWithConfig(context.Background(), config)
	w.must(err)
	w.Cleanup(pool.Close)
	return pool
}
