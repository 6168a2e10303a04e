package migrations

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
)

// checkTimeout bounds how long a process that starts waits for the stores that are away.
const checkTimeout = 5 * time.Second

// Window says on which versions of a schema a binary works.
type Window struct {
	Schema Schema
	Built  uint // the version that the binary brings and was built for
	Oldest uint // the oldest version that has all the binary needs
}

// Windows are those of a binary. The zero value is those of this one.
type Windows struct{ catalog, store Window }

// WindowsOf returns the windows of a binary that is none of this release: tests run it beside
// one that is.
func WindowsOf(catalog, store Window) Windows { return Windows{catalog, store} }

// Of returns the window of the schema.
func (w Windows) Of(schema Schema) Window {
	given := w.catalog
	if schema == Store {
		given = w.store
	}
	if given == (Window{}) {
		return windowOf(schema)
	}
	return given
}

// windowOf is the window of this binary. Who adds a migration that code needs raises the
// number here; a migration that code can do without, such as an index, leaves it.
func windowOf(schema Schema) Window {
	w := Window{Schema: schema, Built: latest(files, schema), Oldest: 5}
	if schema == Store {
		w.Oldest = 10
	}
	return w
}

// OutsideError says that a database is of a version on which the binary does not work.
type OutsideError struct {
	Window
	Version          uint // of the database; 0: before versions were told, or not migrated at all
	CompatibleDownTo uint // the oldest binaries that work on the database
}

// Error tells the versions, and what to do.
func (e *OutsideError) Error() string { return e.Versions() + "; " + e.Mend() }

// Versions tells which versions do not go together.
func (e *OutsideError) Versions() string {
	switch {
	case e.Version == 0:
		return fmt.Sprintf("the schema %s is not migrated, or is older than version %d, which this binary needs at least", e.Schema, e.Oldest)
	case e.Version < e.Oldest:
		return fmt.Sprintf("the schema %s is at version %d, and this binary needs version %d at least", e.Schema, e.Version, e.Oldest)
	}
	return fmt.Sprintf("the schema %s is at version %d, which takes binaries of version %d at least, and this one is of version %d",
		e.Schema, e.Version, e.CompatibleDownTo, e.Built)
}

// Mend is which binary to use, or what to run.
func (e *OutsideError) Mend() string {
	if e.Version < e.Oldest {
		return "run admin migrate up of this binary's release; until then, use the binaries of the release before it"
	}
	return fmt.Sprintf("use the binaries of a release that brings version %d to %d", e.CompatibleDownTo, e.Version)
}

// Accept returns nil when the binary works on the database behind the connection, and an
// *OutsideError when it does not. Pools ask it about every connection (pg.Config.Accept), so that a
// process also leaves a database alone that was away at the start, or was contracted since.
func (w Window) Accept(ctx context.Context, conn *pgx.Conn) error {
	outside := &OutsideError{Window: w}
	err := conn.QueryRow(ctx, "SELECT version, compatible_down_to FROM "+string(w.Schema)+".schema_version").
		Scan(&outside.Version, &outside.CompatibleDownTo)
	if pg.Code(err) == pgerrcode.UndefinedTable || pg.Code(err) == pgerrcode.InvalidSchemaName || errors.Is(err, pgx.ErrNoRows) {
		return outside
	}
	if err != nil {
		return err
	}
	if outside.Version < w.Oldest || outside.CompatibleDownTo > w.Built {
		return outside
	}
	return nil
}

// AcceptStores connects to every store at once, and returns the *OutsideError of one that is
// of a version on which the binary does not work. One that is away concerns its own accounts
// and is no error; its pool asks again when it is back.
func AcceptStores(ctx context.Context, ids []string, pool func(ctx context.Context, id string) (*pgxpool.Pool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	found := make([]error, len(ids))
	var asked sync.WaitGroup
	for i, id := range ids {
		asked.Go(func() {
			opened, err := pool(ctx, id)
			if err == nil {
				err = opened.Ping(ctx)
			}
			var outside *OutsideError
			if errors.As(err, &outside) {
				found[i] = fmt.Errorf("store %s: %w", id, outside)
			}
		})
	}
	asked.Wait()
	return errors.Join(found...)
}
