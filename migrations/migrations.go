package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"

	"github.com/golang-migrate/migrate/v4"
	migratepgx "github.com/golang-migrate/migrate/v4/database/pgx/v5"
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

//go:embed roles.sql catalog/*.sql store/*.sql
var files embed.FS

// Schema names one of the two schemas that Polder migrates.
type Schema string

// The two schemas. They may share a database.
const (
	Catalog Schema = "catalog"
	Store   Schema = "store"
)

// Status tells where a database stands.
type Status struct {
	Schema  Schema `json:"schema"`
	Version uint   `json:"version"` // 0 when nothing was applied yet
	Latest  uint   `json:"latest"`  // the version this binary brings
	Dirty   bool   `json:"dirty"`   // a migration failed half-way and needs a person
}

// Up creates the roles where they are missing and applies all outstanding migrations
// of the schema to the database at url. The login must be a member of polder_owner and,
// on a cluster without the roles, be allowed to create them. Running it twice, also at
// once from two processes, changes nothing.
func Up(ctx context.Context, url string, schema Schema) error {
	if err := createRoles(ctx, url); err != nil {
		return fmt.Errorf("roles: %w", err)
	}
	return with(url, schema, func(m *migrate.Migrate) error {
		if err := m.Up(); err != nil && !errors.Is(err, migrate.ErrNoChange) {
			return fmt.Errorf("migrate %s: %w", schema, err)
		}
		return nil
	})
}

// ReadStatus reports the schema's version in the database at url; it changes nothing
// but golang-migrate's own empty version table.
func ReadStatus(url string, schema Schema) (Status, error) {
	status := Status{Schema: schema, Latest: latest(schema)}
	err := with(url, schema, func(m *migrate.Migrate) error {
		version, dirty, err := m.Version()
		if errors.Is(err, migrate.ErrNilVersion) {
			return nil
		}
		status.Version, status.Dirty = version, dirty
		return err
	})
	return status, err
}

func createRoles(ctx context.Context, url string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	roles, err := files.ReadFile("roles.sql")
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, string(roles))
	return err
}

// with opens golang-migrate on the schema, with every statement run as polder_owner.
func with(url string, schema Schema, do func(*migrate.Migrate) error) (err error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return err
	}
	config.RuntimeParams["role"] = "polder_owner"
	config.RuntimeParams["search_path"] = "public"
	db := stdlib.OpenDB(*config)
	defer db.Close()
	if err := createVersions(db); err != nil {
		return err
	}
	return run(db, schema, do)
}

// createVersions makes the schema of golang-migrate's version tables. It asks first, because
// IF NOT EXISTS needs the right to create a schema also where there is nothing to create.
func createVersions(db *sql.DB) error {
	var missing bool
	err := db.QueryRow("SELECT pg_catalog.to_regnamespace('polder_migrations') IS NULL").Scan(&missing)
	if err != nil || !missing {
		return err
	}
	_, err = db.Exec("CREATE SCHEMA IF NOT EXISTS polder_migrations")
	return err
}

func run(db *sql.DB, schema Schema, do func(*migrate.Migrate) error) (err error) {
	source, err := iofs.New(files, string(schema))
	if err != nil {
		return err
	}
	target, err := migratepgx.WithInstance(db, &migratepgx.Config{
		MigrationsTable:       `"polder_migrations"."` + string(schema) + `"`,
		MigrationsTableQuoted: true,
	})
	if err != nil {
		return errors.Join(err, source.Close())
	}
	m, err := migrate.NewWithInstance("embedded", source, "pgx5", target)
	if err != nil {
		return errors.Join(err, source.Close(), target.Close())
	}
	defer func() {
		sourceErr, targetErr := m.Close()
		err = errors.Join(err, sourceErr, targetErr)
	}()
	return do(m)
}

func latest(schema Schema) uint {
	source, err := iofs.New(files, string(schema))
	if err != nil {
		return 0
	}
	defer source.Close()
	version, err := source.First()
	for err == nil {
		var next uint
		if next, err = source.Next(version); err == nil {
			version = next
		}
	}
	return version
}
