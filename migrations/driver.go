package migrations

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/golang-migrate/migrate/v4"
	"github.com/golang-migrate/migrate/v4/database"
	migratepgx "github.com/golang-migrate/migrate/v4/database/pgx/v5"
	"github.com/golang-migrate/migrate/v4/source/iofs"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// driver is golang-migrate's driver for PostgreSQL, but for two things. A migration and its
// version are one transaction, so that one that fails, or whose process dies, has not
// happened. And the version is written without TRUNCATE, whose lock would queue every process
// that asks for it behind whoever reads the table for long, such as a dump.
type driver struct {
	database.Driver
	ctx     context.Context // of the one run it serves: the interface hands none down
	conn    *pgx.Conn
	schema  Schema
	version int // that is being migrated to
}

// open opens golang-migrate on the schema.
func (r *run) open(ctx context.Context, config *pgx.ConnConfig) (*migrate.Migrate, error) {
	from, err := iofs.New(r.Files, string(r.schema))
	if err != nil {
		return nil, err
	}
	db := stdlib.OpenDB(*config)
	target, err := migratepgx.WithInstance(db, &migratepgx.Config{
		MigrationsTable:       `"polder_migrations"."` + string(r.schema) + `"`,
		MigrationsTableQuoted: true,
	})
	if err != nil {
		return nil, errors.Join(err, from.Close(), db.Close())
	}
	m, err := migrate.NewWithInstance("embedded", from, "pgx5", &driver{Driver: target, ctx: ctx, conn: r.conn, schema: r.schema})
	if err != nil {
		return nil, errors.Join(err, from.Close(), target.Close())
	}
	return m, nil
}

// SetVersion only notes the version: Run writes it.
func (d *driver) SetVersion(version int, _ bool) error {
	d.version = version
	return nil
}

// Run runs a migration and writes its version, in one transaction or, for a concurrent index,
// around it.
func (d *driver) Run(migration io.Reader) error {
	body, err := io.ReadAll(migration)
	if err != nil {
		return err
	}
	index, err := parseConcurrent(string(body))
	if err != nil {
		return fmt.Errorf("version %d: %w", d.version, err)
	}
	if index != nil {
		err = d.runConcurrent(index)
	} else {
		err = d.runInTransaction(string(body))
	}
	if err != nil {
		return fmt.Errorf("version %d: %w", d.version, err)
	}
	return nil
}

func (d *driver) runInTransaction(body string) error {
	return pgx.BeginFunc(d.ctx, d.conn, func(tx pgx.Tx) error {
		if _, err := tx.Exec(d.ctx, body); err != nil {
			return err
		}
		return setVersion(d.ctx, tx, d.schema, d.version, false)
	})
}

// runConcurrent makes the index. What a failed attempt left of it is taken away first; being
// dirty is how the next run knows that there may be something.
func (d *driver) runConcurrent(index *concurrent) error {
	if err := setVersion(d.ctx, d.conn, d.schema, d.version, true); err != nil {
		return err
	}
	if err := index.create(d.ctx, d.conn); err != nil {
		return err
	}
	return setVersion(d.ctx, d.conn, d.schema, d.version, false)
}

// beginner is a connection, or a transaction on it.
type beginner interface {
	Begin(ctx context.Context) (pgx.Tx, error)
}

// setVersion writes golang-migrate's one row.
func setVersion(ctx context.Context, on beginner, schema Schema, version int, dirty bool) error {
	return pgx.BeginFunc(ctx, on, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "DELETE FROM polder_migrations."+string(schema)); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO polder_migrations."+string(schema)+" (version, dirty) VALUES ($1, $2)", version, dirty)
		return err
	})
}
