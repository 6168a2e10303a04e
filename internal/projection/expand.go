package projection

import (
	"context"
	"fmt"
	"slices"
	"strings"

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
		var lacking []*Table
		for _, t := range tables {
			if !have[t.Name] {
				have.is(t)
				lacking = append(lacking, t)
			}
		}
		if err := create(ctx, conn, lacking); err != nil {
			return err
		}
		for _, t := range tables { // projections share tables, and may want other indexes on them
			if err := t.addIndexes(ctx, conn, have); err != nil {
				return fmt.Errorf("table %s of projection %s: %w", t.Name, t.Projection, err)
			}
		}
		return nil
	})
}

// createTables is how many tables are created in one transaction.
const createTables = 20

// create creates the tables, some at a time: the disk is waited for once for all of these.
func create(ctx context.Context, conn *pgx.Conn, tables []*Table) error {
	for some := range slices.Chunk(tables, createTables) {
		var sql strings.Builder
		for _, t := range some {
			if len(t.Name) > maxIdentifier {
				return fmt.Errorf("table %s of projection %s: the name has more than %d bytes", t.Name, t.Projection, maxIdentifier)
			}
			sql.WriteString(t.createTable())
		}
		if _, err := conn.Exec(ctx, sql.String(), pgx.QueryExecModeSimpleProtocol); err != nil {
			return fmt.Errorf("tables %s to %s: %w", some[0].Name, some[len(some)-1].Name, err)
		}
	}
	return nil
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

// is notes the table as one that there is, with its indexes.
func (e existing) is(t *Table) {
	e[t.Name] = true
	for _, index := range t.wantedIndexes() {
		e[index.name] = true
	}
}

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

// addIndexes makes those that a table that is there lacks.
func (t *Table) addIndexes(ctx context.Context, conn *pgx.Conn, have existing) error {
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
