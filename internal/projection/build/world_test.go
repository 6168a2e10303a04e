package build_test

import (
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/test/sales"
)

// world is a store with the sales model in all shapes. Tests share its database.
type world struct {
	*sales.Store
	t *testing.T
}

func open(t *testing.T) *world {
	t.Helper()
	return &world{sales.Open(t, pgtest.Shared(t), sales.Release(t, sales.WithShapes)), t}
}

// live makes an account with the events, projected.
func (w *world) live(events []sales.Event) uuid.UUID {
	w.t.Helper()
	account := w.NewAccount(w.t).ID
	w.Append(w.t, account, events...)
	w.Project(w.t, account)
	return account
}

// unbuilt makes an account with the events and no rows: all its tables are new.
func (w *world) unbuilt(events []sales.Event) uuid.UUID {
	w.t.Helper()
	account := w.NewAccount(w.t).ID
	for _, p := range w.Release.Projections() {
		w.Exec(w.t, "INSERT INTO store.projection_cursors VALUES ($1, $2, 0, 'building') ON CONFLICT DO NOTHING", account, p.Table)
	}
	w.Append(w.t, account, events...)
	w.Project(w.t, account)
	return account
}

func (w *world) config(changes ...func(*build.Config)) build.Config {
	c := build.Config{Builder: w.Role(pg.Builder), Owner: w.Role(pg.Owner)}
	for _, change := range changes {
		change(&c)
	}
	return c
}

func budget(bytes int) func(*build.Config) { return func(c *build.Config) { c.Budget = bytes } }

// build runs a build that has to succeed for every unit.
func (w *world) build(job build.Job, changes ...func(*build.Config)) []build.Result {
	w.t.Helper()
	job.Release = w.Release
	results, err := build.Run(w.t.Context(), w.config(changes...), job)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range results {
		if !r.Live {
			w.t.Errorf("%s was not built: %s %v", r.Projection, r.Error, r.Differences)
		}
	}
	return results
}

// same requires that both accounts have the same rows, and nothing is left of a build.
func (w *world) same(got, want uuid.UUID) {
	w.t.Helper()
	w.Project(w.t, got)
	for _, p := range w.Release.Projections() {
		name := p.Name
		a, b := w.Rows(w.t, got, name), w.Rows(w.t, want, name)
		if !slices.Equal(a, b) {
			for i := range max(len(a), len(b)) {
				if i >= len(a) || i >= len(b) || a[i] != b[i] {
					w.t.Errorf("%s: %d rows, want %d; row %d:\ngot  %v\nwant %v", name, len(a), len(b), i, rowAt(a, i), rowAt(b, i))
					break
				}
			}
		}
	}
	for _, table := range []string{"builds", "projection_cursors", "dead_letters", "fan_outs"} {
		if n := w.Number(w.t, "SELECT count(*) FROM store."+table+" WHERE account_id = $1", got); n != 0 {
			w.t.Errorf("%d rows are left in store.%s", n, table)
		}
	}
}

func rowAt(rows []string, i int) string {
	if i >= len(rows) {
		return "nothing"
	}
	return rows[i]
}
