package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/migrations"
)

// migrated is where one schema of one database stands.
type migrated struct {
	Database string `json:"database"` // "catalog", or a store's id
	Place    string `json:"place"`
	migrations.Status
	State string `json:"state"` // current | behind | ahead | dirty
	url   string // with the login that migrates
}

func (a *app) migrateCommand() *cobra.Command {
	up := &cobra.Command{
		Use: "up", Args: takes(),
		Short: "Bring the catalog and every store to this binary's schema, and every store to all published releases",
		Long: `Migrates the catalog, then every store that the catalog knows, and creates what published releases
need on a store and does not have yet. Running it again, also at once from two machines, changes nothing.

The first migration of a cluster creates roles: give a login that may do so by POLDER_MIGRATE_LOGIN. It must be
a superuser, or a member of polder_owner and polder_admin.`,
		Example: "  POLDER_MIGRATE_LOGIN=postgres admin migrate up",
		RunE:    a.run(func(ctx context.Context, _ []string) error { return a.migrateUp(ctx) }),
	}
	status := &cobra.Command{
		Use: "status", Short: "Show where the schema of each database stands", Args: takes(),
		RunE: a.run(func(ctx context.Context, _ []string) error {
			states, err := a.migrationStatus(ctx)
			if err != nil {
				return err
			}
			return a.printMigrated(states)
		}),
	}
	return group("migrate", "Migrate databases", up, status, a.verifyCommand())
}

func (a *app) migrateUp(ctx context.Context) error {
	url, err := a.migratingURL()
	if err != nil {
		return err
	}
	// The log itself is in the catalog, so this part is written down afterwards.
	if err := a.migrateDatabase(ctx, url, migrations.Catalog); err != nil {
		return err
	}
	c := &change{action: "migrate up", parameters: map[string]any{}}
	err = a.record(ctx, c, func() error {
		stores, err := a.stores(ctx)
		if err != nil {
			return err
		}
		for _, store := range stores {
			if err := a.prepareStore(ctx, store); err != nil {
				return advise(err, "store "+store.ID, "")
			}
		}
		c.parameters["stores"] = len(stores)
		return nil
	})
	if err != nil {
		return err
	}
	states, err := a.migrationStatus(ctx)
	if err != nil {
		return err
	}
	return a.printMigrated(states)
}

// migratingURL is the catalog's, and makes the login of migrations that of the whole run:
// before the first one, the operators' own login may not be there yet. Databases of every version
// are opened: to say what they are, or to change it.
func (a *app) migratingURL() (string, error) {
	a.anyVersion = true
	database, err := a.catalogURL()
	if err != nil || a.config.migrate == nil {
		return database, err
	}
	a.config.store = a.config.migrate
	a.config.catalogURL, err = a.migrateURL(database)
	return a.config.catalogURL, err
}

func (a *app) migrateDatabase(ctx context.Context, database string, schema migrations.Schema) error {
	url, err := a.migrateURL(database)
	if err != nil {
		return err
	}
	tell := func(line string) { fmt.Fprintln(a.Err, place(database)+": "+line) }
	return away(migrations.Config{Progress: tell}.Up(ctx, url, schema), database)
}

func (a *app) migrationStatus(ctx context.Context) ([]migrated, error) {
	url, err := a.migratingURL()
	if err != nil {
		return nil, err
	}
	catalog, err := a.readStatus("catalog", url, migrations.Catalog)
	if err != nil || catalog.Version == 0 {
		return []migrated{catalog}, err
	}
	stores, err := a.stores(ctx)
	if err != nil {
		return nil, err
	}
	states := []migrated{catalog}
	for _, store := range stores {
		state, err := a.storeStatus(store)
		if err != nil {
			return nil, err
		}
		states = append(states, state)
	}
	return states, nil
}

func (a *app) storeStatus(store tenant.Store) (migrated, error) {
	url, err := a.storeURL(store.Location)
	if err != nil {
		return migrated{}, err
	}
	return a.readStatus(store.ID, url, migrations.Store)
}

func (a *app) readStatus(name, database string, schema migrations.Schema) (migrated, error) {
	url, err := a.migrateURL(database)
	if err != nil {
		return migrated{}, err
	}
	status, err := migrations.ReadStatus(url, schema)
	if err != nil {
		return migrated{}, away(err, database)
	}
	return migrated{Database: name, Place: place(database), Status: status, State: schemaState(status), url: url}, nil
}

func schemaState(s migrations.Status) string {
	switch {
	case s.Dirty:
		return "dirty"
	case s.Version < s.Latest:
		return "behind"
	case s.Version > s.Latest:
		return "ahead"
	}
	return "current"
}

func (a *app) printMigrated(states []migrated) error {
	return printList(a, states, "No database is known.",
		left("database", func(m migrated) string { return m.Database }),
		left("place", func(m migrated) string { return m.Place }),
		left("schema", func(m migrated) string { return string(m.Schema) }),
		right("version", func(m migrated) string { return fmt.Sprint(m.Version) }),
		right("latest", func(m migrated) string { return fmt.Sprint(m.Latest) }),
		left("state", func(m migrated) string { return m.State }))
}
