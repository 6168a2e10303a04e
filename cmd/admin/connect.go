package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/migrations"
)

// connections is how many a pool of admin may hold: it does one thing at a time, but for builds.
const connections = 2

func (a *app) connections(role pg.Role) int32 {
	if role == pg.Builder {
		return int32(max(connections, buildConnections*a.builders))
	}
	return connections
}

// databases are the pools that a run has opened, by database, schema and role.
type databases map[databaseKey]*pgxpool.Pool

type databaseKey struct {
	url    string
	schema migrations.Schema
	role   pg.Role
}

func (a *app) close() {
	for _, pool := range a.open {
		pool.Close()
	}
}

// pool opens the database in the role, once in a run.
func (a *app) pool(ctx context.Context, key databaseKey) (*pgxpool.Pool, error) {
	if pool, ok := a.open[key]; ok {
		return pool, nil
	}
	config := pg.Config{URL: key.url, Role: key.role, MaxConnections: a.connections(key.role), Name: "polder-admin"}
	if !a.anyVersion {
		config.Accept = migrations.Windows{}.Of(key.schema).Accept
	}
	pool, err := pg.Open(ctx, config)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "A database URL cannot be read")
	}
	if a.open == nil {
		a.open = databases{}
	}
	a.open[key] = pool
	return pool, nil
}

// catalogURL is the configured one, or an error that says how to configure it.
func (a *app) catalogURL() (string, error) {
	if a.config.catalogURL == "" {
		return "", advise(fault.New(fault.Invalid, "POLDER_CATALOG_URL is not set"), "environment",
			"export POLDER_CATALOG_URL=postgres://login:password@host:port/database, or name a file of settings by --env-file")
	}
	if _, err := url.Parse(a.config.catalogURL); err != nil {
		// The parser's own error would show the URL, and with it the password.
		return "", advise(fault.New(fault.Invalid, "POLDER_CATALOG_URL is not a URL"), "environment",
			"write it as postgres://login:password@host:port/database; escape special characters of the password as %XX")
	}
	return a.config.catalogURL, nil
}

// catalog writes its changes to the audit log under the actor's name.
func (a *app) catalog(ctx context.Context) (*tenant.Catalog, error) {
	pool, err := a.catalogPool(ctx)
	if err != nil {
		return nil, err
	}
	return tenant.NewCatalog(pool).As(a.config.actor), nil
}

func (a *app) catalogPool(ctx context.Context) (*pgxpool.Pool, error) {
	url, err := a.catalogURL()
	if err != nil {
		return nil, err
	}
	return a.pool(ctx, databaseKey{url, migrations.Catalog, pg.Admin})
}

func (a *app) storePool(ctx context.Context, store tenant.Store, role pg.Role) (*pgxpool.Pool, error) {
	url, err := a.storeURL(store.Location)
	if err != nil {
		return nil, err
	}
	return a.pool(ctx, databaseKey{url, migrations.Store, role})
}

// storeURL is a store's location with this process's login.
func (a *app) storeURL(location string) (string, error) {
	u, err := parseLocation(location)
	if err != nil {
		return "", err
	}
	u.User = a.config.store
	if u.User == nil {
		catalog, err := a.catalogURL()
		if err != nil {
			return "", err
		}
		parsed, err := url.Parse(catalog)
		if err != nil {
			return "", fmt.Errorf("catalog URL: %w", err)
		}
		u.User = parsed.User
	}
	return u.String(), nil
}

// migrateURL is a database's URL with the login that migrates, where that is another one.
func (a *app) migrateURL(database string) (string, error) {
	if a.config.migrate == nil {
		return database, nil
	}
	u, err := url.Parse(database)
	if err != nil {
		return "", fmt.Errorf("database URL: %w", err)
	}
	u.User = a.config.migrate
	return u.String(), nil
}

// parseLocation checks where a store is: a postgres URL with a database and no login.
func parseLocation(location string) (*url.URL, error) {
	const form = "write it as postgres://host:port/database?sslmode=verify-full; the login comes from the environment of each process"
	u, err := url.Parse(location)
	switch {
	case err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql"), len(u.Path) < 2:
		return nil, advise(fault.New(fault.Invalid, "The location of a store is a postgres URL with a database"), "", form)
	case u.User != nil:
		return nil, advise(fault.New(fault.Invalid, "The location of a store carries no login"), "", form)
	}
	return u, nil
}

// place writes a database's URL for people: host, port and database, never the login.
func place(database string) string {
	u, err := url.Parse(database)
	if err != nil {
		return "a database URL that cannot be read"
	}
	return u.Host + u.Path
}

// away gives errors of a database their kind, the place and the next step.
func away(err error, database string) error {
	if err == nil {
		return nil
	}
	err = databaseFault(err)
	if fault.Is(err, fault.Unavailable) {
		return advise(err, place(database), "see that PostgreSQL runs there and takes this login (admin doctor)")
	}
	return advise(err, place(database), "")
}

// databaseFault classifies errors that an operator meets when a database is not set up.
func databaseFault(err error) error {
	const up = "admin migrate up"
	var outside *migrations.OutsideError
	if errors.As(err, &outside) {
		return outOfWindow(outside)
	}
	switch pg.Code(err) {
	case pgerrcode.InvalidSchemaName, pgerrcode.UndefinedTable, pgerrcode.UndefinedColumn:
		return advise(fault.Wrap(err, fault.Precondition, "The database is not migrated"), "", up)
	case pgerrcode.InvalidCatalogName:
		return advise(fault.Wrap(err, fault.NotFound, "The database does not exist"), "", "createdb, then "+up)
	case pgerrcode.InvalidPassword, pgerrcode.InvalidAuthorizationSpecification:
		return advise(fault.Wrap(err, fault.Forbidden, "PostgreSQL refuses the login"), "", "check login and password in the environment")
	case pgerrcode.InvalidParameterValue, pgerrcode.UndefinedObject:
		return advise(fault.Wrap(err, fault.Precondition, "The roles of Polder are missing"), "", up)
	case pgerrcode.InsufficientPrivilege:
		return advise(fault.Wrap(err, fault.Forbidden, "PostgreSQL refuses: the login lacks a role, or the role a right"), "",
			firstNonEmpty(hint(err), "let admin doctor say what is missing"))
	}
	return pg.Fault(err)
}

// outOfWindow is an *migrations.OutsideError with its kind and the next step.
func outOfWindow(err *migrations.OutsideError) error {
	versions := err.Versions()
	return advise(fault.New(fault.Precondition, "%s", strings.ToUpper(versions[:1])+versions[1:]), "", err.Mend())
}

// hint is what PostgreSQL, or the statement itself, advises.
func hint(err error) string {
	var refused *pgconn.PgError
	if errors.As(err, &refused) {
		return refused.Hint
	}
	return ""
}
