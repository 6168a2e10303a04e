package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/cmd/dev/northwind"
	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/models"
)

const (
	storeID     = "main"
	accountName = "northwind"
	actor       = "make run"
)

// publish enters the store, publishes the ERP model and puts the account on it.
func publish(ctx context.Context, c config, server *pgserver.Server) (tenant.Account, error) {
	compiled, err := compile.Compile(models.ERP())
	if err != nil {
		return tenant.Account{}, fmt.Errorf("the ERP model does not compile: %w", err)
	}
	admin, err := openPool(ctx, server, pg.Admin)
	if err != nil {
		return tenant.Account{}, err
	}
	defer admin.Close()
	catalog := tenant.NewCatalog(admin).As(actor)
	if err := catalog.AddStore(ctx, storeID, location(server)); err != nil {
		return tenant.Account{}, err
	}
	if err := publishRelease(ctx, server, catalog, compiled); err != nil {
		return tenant.Account{}, err
	}
	c.say("Published the ERP model as release %s", version(compiled))
	return ensureAccount(ctx, admin, catalog, compiled.Digest)
}

func openPool(ctx context.Context, server *pgserver.Server, role pg.Role) (*pgxpool.Pool, error) {
	return pg.Open(ctx, pg.Config{URL: server.LoginURL(adminLogin, database), Role: role, MaxConnections: 4, Name: "polder-dev"})
}

// version names a release after its content, so that a changed model is another release.
func version(compiled *compile.Result) string { return "dev-" + compiled.Digest[:12] }

// publishRelease makes the release's tables before any process can run on it.
func publishRelease(ctx context.Context, server *pgserver.Server, catalog *tenant.Catalog, compiled *compile.Result) error {
	release, err := model.Load(compiled.Canonical)
	if err != nil {
		return err
	}
	owner, err := openPool(ctx, server, pg.Owner)
	if err != nil {
		return err
	}
	defer owner.Close()
	return catalog.PublishReleaseWith(ctx, tenant.Release{
		Digest: compiled.Digest, Version: version(compiled), IR: compiled.Canonical, PublishedBy: actor,
	}, func() error { return projection.Expand(ctx, owner, release) })
}

// ensureAccount creates the account, head first as the catalog wants it. Its id is the same
// on every machine and every try.
func ensureAccount(ctx context.Context, admin *pgxpool.Pool, catalog *tenant.Catalog, release string) (tenant.Account, error) {
	account, err := catalog.AccountByName(ctx, accountName)
	if err == nil && account.Release == release {
		return account, nil
	}
	if err == nil {
		return account, fmt.Errorf("the account %s was made with another version of the ERP model; "+
			"`make clean` and `make run` start again with this one", accountName)
	}
	if !fault.Is(err, fault.NotFound) {
		return account, err
	}
	id := uuid.NewSHA1(northwind.Namespace, []byte("account"))
	if err := es.CreateAccount(ctx, admin, id, 1); err != nil {
		return account, err
	}
	return catalog.CreateAccount(ctx, tenant.NewAccount{ID: id, Name: accountName, StoreID: storeID, Release: release})
}
