package e2e_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/rs/zerolog"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/models"
)

// The stores: one that shares its database with the catalog, one of its own behind a
// network that the stories can cut.
const (
	mainStore  = "main"
	otherStore = "other"
)

// logins are what the processes connect with, each with the roles that it needs and no other.
const logins = `
DO $$
BEGIN
  CREATE ROLE polder_e2e_api LOGIN NOINHERIT IN ROLE polder_api, polder_appender, polder_watcher;
  CREATE ROLE polder_e2e_projector LOGIN NOINHERIT IN ROLE polder_projector, polder_builder, polder_watcher;
EXCEPTION WHEN duplicate_object THEN
  NULL;
END
$$`

// platform is the running platform and the operator's hands on it.
type platform struct {
	url     string // of the api
	release *model.Release
	catalog *tenant.Catalog
	admin   map[string]*pgxpool.Pool // by store
	network *toxiproxy.Proxy         // to otherStore
	main    *pgtest.Database         // of mainStore and the catalog
	other   *pgtest.Database         // of otherStore
	env     []string                 // of an api process
	numbers atomic.Int64

	projector *process
}

// newPlatform brings up two stores, publishes the ERP, and starts an api and a projector, with
// env on top of what they need.
func newPlatform(t *testing.T, env ...string) *platform {
	t.Helper()
	return platformOn(t, pgtest.New(t), pgtest.New(t), env...)
}

// platformOn is a platform whose main store, with the catalog, is in the first database.
func platformOn(t *testing.T, first, second *pgtest.Database, env ...string) *platform {
	t.Helper()
	execute(t, first.OwnerURL, logins)
	p := &platform{
		main:    first,
		other:   second,
		catalog: tenant.NewCatalog(first.Pool(t, pg.Admin)).As("e2e"),
		admin:   map[string]*pgxpool.Pool{mainStore: first.Pool(t, pg.Admin), otherStore: second.Pool(t, pg.Admin)},
	}
	p.network = newNetwork(t, second)
	p.addStore(t, mainStore, first, hostOf(t, first))
	p.addStore(t, otherStore, second, p.network.Listen)
	p.publish(t, first, second)
	p.env = append([]string{"POLDER_CATALOG_URL=" + as(first, "polder_e2e_api")}, env...)
	p.url = startAPI(t, p.env...).url
	p.projector = start(t, "projector", append(env, "POLDER_CATALOG_URL="+as(first, "polder_e2e_projector"))...)
	return p
}

func newNetwork(t *testing.T, db *pgtest.Database) *toxiproxy.Proxy {
	t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(server, otherStore, "127.0.0.1:0", hostOf(t, db))
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	return proxy
}

func (p *platform) addStore(t *testing.T, id string, db *pgtest.Database, host string) {
	t.Helper()
	if err := p.catalog.AddStore(t.Context(), id, "postgres://"+host+"/"+db.Name+"?sslmode=disable"); err != nil {
		t.Fatal(err)
	}
}

func (p *platform) publish(t *testing.T, stores ...*pgtest.Database) {
	t.Helper()
	compiled, err := compile.Compile(models.ERP())
	if err != nil {
		t.Fatal(err)
	}
	if p.release, err = model.Load(compiled.Canonical); err != nil {
		t.Fatal(err)
	}
	for _, db := range stores {
		if err := projection.Expand(t.Context(), db.Pool(t, pg.Owner), p.release); err != nil {
			t.Fatal(err)
		}
	}
	err = p.catalog.PublishRelease(t.Context(), tenant.Release{
		Digest: compiled.Digest, Version: "e2e", IR: compiled.Canonical, PublishedBy: "e2e",
	})
	if err != nil {
		t.Fatal(err)
	}
}

// account is a new account on the store.
func (p *platform) account(t *testing.T, store string) tenant.Account {
	t.Helper()
	id := uuid.New()
	if err := es.CreateAccount(t.Context(), p.admin[store], id, 1); err != nil {
		t.Fatal(err)
	}
	account, err := p.catalog.CreateAccount(t.Context(), tenant.NewAccount{
		ID: id, Name: fmt.Sprintf("company-%d", p.numbers.Add(1)), StoreID: store, Release: p.release.Digest(),
	})
	if err != nil {
		t.Fatal(err)
	}
	// A story sends more in a second than a company does.
	if err := p.catalog.SetLimits(t.Context(), id, tenant.Limits{RequestsPerSecond: 100_000, RequestBurst: 100_000}); err != nil {
		t.Fatal(err)
	}
	return account
}

// client is somebody with a new key of the account; without roles they may do everything.
func (p *platform) client(t *testing.T, account tenant.Account, roles ...string) *client {
	t.Helper()
	if roles == nil {
		roles = []string{"*"}
	}
	key, token, err := p.catalog.CreateKey(t.Context(), account.ID, "story", roles)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, url: p.url, token: token, keyID: key.ID}
}

// newClient is a client of a new account on the main store.
func (p *platform) newClient(t *testing.T) *client {
	t.Helper()
	return p.client(t, p.account(t, mainStore))
}

// setState does what `admin account suspend` does.
func (p *platform) setState(t *testing.T, account tenant.Account, state tenant.State) {
	t.Helper()
	if err := p.catalog.SetState(t.Context(), account.ID, state); err != nil {
		t.Fatal(err)
	}
	admin := p.admin[account.StoreID]
	if err := es.SetState(t.Context(), admin, account.ID, string(state)); err != nil {
		t.Fatal(err)
	}
	var epoch int64
	if err := admin.QueryRow(t.Context(), "SELECT epoch FROM store.account_heads WHERE account_id = $1", account.ID).Scan(&epoch); err != nil {
		t.Fatal(err)
	}
	if err := p.catalog.Route(t.Context(), account.ID, account.StoreID, epoch); err != nil {
		t.Fatal(err)
	}
}

// as returns the database's URL for another login.
func as(db *pgtest.Database, login string) string {
	return strings.Replace(db.URL, pgtest.Login+"@", login+"@", 1)
}

func hostOf(t *testing.T, db *pgtest.Database) string {
	t.Helper()
	parsed, err := url.Parse(db.URL)
	if err != nil {
		t.Fatal(err)
	}
	return net.JoinHostPort(parsed.Hostname(), parsed.Port())
}

func execute(t *testing.T, url, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(t.Context()))
	if _, err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatal(err)
	}
}
