package projection

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
)

// expandLock is the advisory lock under which one process at a time changes the tables of
// read models in a database. Publishing is rare; no other path takes the lock.
const expandLock = 0x706f6c646572 // "polder"

// Expand creates the tables, indexes, policies and grants that the release's projections
// need and the store lacks. The pool's role is owner. It may run in several processes at
// once; Conflict means that tables were locked for too long and it may run again.
func Expand(ctx context.Context, owner *pgxpool.Pool, release *model.Release) error {
	tables := make([]*Table, 0, len(release.Projections()))
	for _, p := range release.Projections() {
		tables = append(tables, TableOf(p))
	}
	return pg.Fault(expandTables(ctx, owner, tables))
}

func expandTables(ctx context.Context, owner *pgxpool.Pool, tables []*Table) error {
	return changingTables(ctx, owner, func(conn *pgx.Conn, have existing) error {
		for _, t := range tables {
			if err := t.expand(ctx, conn, have); err != nil {
				return fmt.Errorf("table %s of projection %s: %w", t.Name, t.Projection, err)
			}
		}
		return nil
	})
}

// changingTables runs do while no other process changes the tables of read models.
func changingTables(ctx context.Context, owner *pgxpool.Pool, do func(*pgx.Conn, existing) error) error {
	conn, err := owner.Acquire(ctx)
	if err != nil {
		return err
	}
	// The session's settings and lock end with the connection.
	defer func() {
		_ = conn.Conn().Close(context.WithoutCancel(ctx))
		conn.Release()
	}()
	if _, err := conn.Exec(ctx, "SET lock_timeout = '5s'"); err != nil {
		return err
	}
	if err := pg.Lock(ctx, conn.Conn(), expandLock, false); err != nil {
		return err
	}
	have, err := readExisting(ctx, conn.Conn())
	if err != nil {
		return err
	}
	return do(conn.Conn(), have)
}

// existing tells which relations the schema has, and whether they are whole.
type existing map[string]bool

func readExisting(ctx context.Context, conn *pgx.Conn) (existing, error) {
	rows, err := conn.Query(ctx, existingSQL)
	if err != nil {
		return nil, err
	}
	found := existing{}
	var name string
	var valid bool
	_, err = pgx.ForEachRow(rows, []any{&name, &valid}, func() error {
		found[name] = valid
		return nil
	})
	return found, err
}

func (t *Table) expand(ctx context.Context, conn *pgx.Conn, have existing) error {
	if len(t.Name) > maxIdentifier {
		return fmt.Errorf("the name has more than %d bytes", maxIdentifier)
	}
	if !have[t.Name] {
		have[t.Name] = true
		_, err := conn.Exec(ctx, t.createTable(), pgx.QueryExecModeSimpleProtocol)
		return err
	}
	for _, index := range t.wantedIndexes() {
		if valid, ok := have[index.name]; ok && valid {
			continue
		}
		if err := index.add(ctx, conn); err != nil {
			return err
		}
	}
	return nil
}

// add creates the index beside readers and writers of the table.
func (i tableIndex) add(ctx context.Context, conn *pgx.Conn) error {
	for _, sql := range []string{i.drop(), i.create(true), i.comment()} {
		if _, err := conn.Exec(ctx, sql); err != nil {
			return fmt.Errorf("index %s: %w", i.name, err)
		}
	}
	return nil
}
