package migrations

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
)

//go:embed roles.sql catalog/*.sql store/*.sql
var files embed.FS

const statusTimeout = 10 * time.Second

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
	Dirty   bool   `json:"dirty"`   // a concurrent index is being made or was cut off; of an older binary, a migration that needs a person
}

// Up is Config.Up with everything as it is in production, telling nobody of its progress.
func Up(ctx context.Context, url string, schema Schema) error {
	return Config{}.Up(ctx, url, schema)
}

// ReadStatus reports the schema's version in the database at url; it changes nothing. The
// login must be a member of polder_owner, or superuser.
func ReadStatus(url string, schema Schema) (Status, error) {
	status := Status{Schema: schema, Latest: latest(files, schema)}
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

// owner is the configuration of connections that act as polder_owner and wait for no lock
// longer than lockTimeout.
func owner(url string, lockTimeout time.Duration) (*pgx.ConnConfig, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, err
	}
	config.RuntimeParams["role"] = "polder_owner"
	config.RuntimeParams["search_path"] = "public"
	config.RuntimeParams["lock_timeout"] = fmt.Sprint(lockTimeout.Milliseconds())
	return config, nil
}

func latest(source fs.FS, schema Schema) uint {
	versions, err := versionsOf(source, schema)
	if err != nil || len(versions) == 0 {
		return 0
	}
	return versions[len(versions)-1]
}

// versionsOf returns the versions that there are migrations for, in order.
func versionsOf(source fs.FS, schema Schema) ([]uint, error) {
	from, err := iofs.New(source, string(schema))
	if err != nil {
		return nil, err
	}
	defer from.Close()
	var versions []uint
	version, err := from.First()
	for err == nil {
		versions = append(versions, version)
		version, err = from.Next(version)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return versions, err
}
