package migrations

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"time"

	"github.com/golang-migrate/migrate/v4"
	migratepgx "github.com/golang-migrate/migrate/v4/database/pgx/v5"
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/polderhq/polder/internal/pg"
)

//go:embed roles.sql catalog/*.sql store/*.sql
var files embed.FS

const (
	// lockTimeout is how long a migration waits for another one of the same database.
	lockTimeout   = 10 * time.Minute
	statusTimeout = 10 * time.Second
)

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
		m.LockTimeout = lockTimeout
		err := m.Up()
		var dirty migrate.ErrDirty
		switch {
		case errors.As(err, &dirty):
			return fmt.Errorf("migrate %s: version %d failed half-way; mend what it left, then set dirty to false in polder_migrations.%s: %w",
				schema, dirty.Version, schema, err)
		case err != nil && !errors.Is(err, migrate.ErrNoChange):
			return fmt.Errorf("migrate %s: %w", schema, err)
		}
		return nil
	})
}

// ReadStatus reports the schema's version in the database at url; it changes nothing. The
// login must be a member of polder_owner, or superuser.
func ReadStatus(url string, schema Schema) (Status, error) {
	status := Status{Schema: schema, Latest: latest(schema)}
	ctx, cancel := context.WithTimeout(context.Background(), statusTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return status, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, "SET ROLE polder_owner")
	if pg.Code(err) == pgerrcode.InvalidParameterValue {
		return status, nil // nothing was migrated in the whole cluster: there is no such role
	}
	if err != nil {
		return status, err
	}
	err = conn.QueryRow(ctx, "SELECT version, dirty FROM polder_migrations."+string(schema)).Scan(&status.Version, &status.Dirty)
	if pg.Code(err) == pgerrcode.UndefinedTable || pg.Code(err) == pgerrcode.InvalidSchemaName || errors.Is(err, pgx.ErrNoRows) {
		return status, nil
	}
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
	return run(db, schema, do)
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
