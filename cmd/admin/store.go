package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/release"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/migrations"
)

func (a *app) storeCommand() *cobra.Command {
	add := &cobra.Command{
		Use: "add STORE LOCATION", Args: takes("STORE", "LOCATION"),
		Short: "Migrate a database, make the tables of all releases in it, and enter it as a store",
		Long: `Prepares a database to hold accounts and enters it in the catalog last, so that nothing is sent to
a store that is not ready. Running it again after a failure goes on; on a known store it changes the location.
LOCATION is postgres://host:port/database?sslmode=..., without a login.`,
		Example: "  admin store add main 'postgres://db1.internal:5432/polder?sslmode=verify-full'",
		RunE:    a.run(a.storeAdd),
	}
	list := &cobra.Command{
		Use: "list", Short: "List the stores", Args: takes(),
		RunE: a.run(func(ctx context.Context, _ []string) error {
			stores, err := a.stores(ctx)
			if err != nil {
				return err
			}
			return a.printStores(stores)
		}),
	}
	return group("store", "Keep the stores: the databases that hold events and read models", add, list, a.storeCheckCommand(), a.storeRestoredCommand())
}

func (a *app) storeAdd(ctx context.Context, args []string) error {
	store := tenant.Store{ID: args[0], Location: args[1]}
	if _, err := parseLocation(store.Location); err != nil {
		return advise(err, "store "+store.ID, "")
	}
	c := &change{action: "store add", parameters: map[string]any{"store": store.ID, "location": store.Location}}
	err := a.record(ctx, c, func() error {
		if err := a.prepareStore(ctx, store); err != nil {
			return err
		}
		catalog, err := a.catalog(ctx)
		if err != nil {
			return err
		}
		c.written, a.known = true, nil
		return away(catalog.AddStore(ctx, store.ID, store.Location), a.config.catalogURL)
	})
	if err != nil {
		return advise(err, "store "+store.ID, "run it again")
	}
	stored, err := a.store(ctx, store.ID)
	if err != nil {
		return err
	}
	return a.printStores([]tenant.Store{stored})
}

// prepareStore gives the store's database everything that serving accounts on it needs.
func (a *app) prepareStore(ctx context.Context, store tenant.Store) error {
	url, err := a.storeURL(store.Location)
	if err != nil {
		return err
	}
	if err := a.migrateDatabase(ctx, url, migrations.Store); err != nil {
		return err
	}
	catalog, err := a.catalogPool(ctx)
	if err != nil {
		return err
	}
	releases, err := tenant.NewCatalog(catalog).Releases(ctx)
	if err != nil {
		return away(err, a.config.catalogURL)
	}
	for _, r := range releases {
		if r.Withdrawn() {
			continue // what it needs is dropped on the other stores
		}
		if err := a.expand(ctx, store, release.New(catalog), r.Digest); err != nil {
			return err
		}
	}
	return nil
}

// expand makes the tables of a release on a store.
func (a *app) expand(ctx context.Context, store tenant.Store, library *release.Library, digest string) error {
	loaded, err := library.Get(ctx, digest)
	if err != nil {
		return away(err, a.config.catalogURL)
	}
	owner, err := a.storePool(ctx, store, pg.Owner)
	if err != nil {
		return err
	}
	return away(projection.Expand(ctx, owner, loaded), store.Location)
}

// stores reads the stores once in a run: a command over all accounts asks for each.
func (a *app) stores(ctx context.Context) ([]tenant.Store, error) {
	if a.known != nil {
		return a.known, nil
	}
	catalog, err := a.catalog(ctx)
	if err != nil {
		return nil, err
	}
	a.known, err = catalog.Stores(ctx)
	return a.known, away(err, a.config.catalogURL)
}

func (a *app) store(ctx context.Context, id string) (tenant.Store, error) {
	stores, err := a.stores(ctx)
	if err != nil {
		return tenant.Store{}, err
	}
	i := slices.IndexFunc(stores, func(s tenant.Store) bool { return s.ID == id })
	if i < 0 {
		return tenant.Store{}, advise(fault.New(fault.NotFound, "There is no store %q", id), "catalog", "admin store list")
	}
	return stores[i], nil
}

func (a *app) printStores(stores []tenant.Store) error {
	return printList(a, stores, "There is no store yet: admin store add.",
		left("store", func(s tenant.Store) string { return s.ID }),
		left("location", func(s tenant.Store) string { return s.Location }),
		left("created", func(s tenant.Store) string { return a.age(s.CreatedAt) }))
}
