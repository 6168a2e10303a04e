package projection

import (
	"context"
	"slices"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
)

// TableNames returns the physical names of the release's tables, sorted, each once.
func TableNames(release *model.Release) (names []string) {
	for _, p := range release.Projections() {
		names = append(names, p.Table)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Drop removes tables that no release needs any more, those that were filled beside them, and what the store has noted of
// them: cursors, builds, dead letters, jobs. What operators told a table to leave out is kept. Tables that are not there are no
// error, so it may be cut off and run again. It returns the names of those that it dropped. The pools' roles are owner and
// builder. Conflict: somebody uses a table for too long; it may run again.
func Drop(ctx context.Context, owner, builder *pgxpool.Pool, tables []string) (dropped []string, err error) {
	if len(tables) == 0 {
		return nil, nil
	}
	if dropped, err = dropTables(ctx, owner, tables); err != nil {
		return dropped, pg.Fault(err)
	}
	all := slices.Clone(tables)
	for _, table := range tables {
		all = append(all, shadowName(table))
	}
	_, err = builder.Exec(ctx, forgetTablesSQL, all)
	return dropped, pg.Fault(err)
}

// dropTables takes each table for itself: who waits for one keeps nobody from another.
func dropTables(ctx context.Context, owner *pgxpool.Pool, tables []string) (dropped []string, err error) {
	err = changingTables(ctx, owner, func(conn *pgx.Conn, have existing) error {
		for _, table := range tables {
			for _, name := range []string{table, shadowName(table)} {
				if _, there := have[name]; !there {
					continue
				}
				if _, err := conn.Exec(ctx, "DROP TABLE "+Schema+"."+Quote(name)); err != nil {
					return err
				}
				dropped = append(dropped, name)
			}
		}
		return nil
	})
	return dropped, err
}
