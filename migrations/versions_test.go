package migrations_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/migrations"
)

func TestVersionsTellOfTheDatabasesThatAnswer(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	watcher := db.Pool(t, pg.Watcher)
	versions := migrations.NewVersions(db.Pool(t, pg.Projector), func() []string { return []string{"away", "main"} },
		func(_ context.Context, store string) (*pgxpool.Pool, error) {
			if store == "away" {
				return nil, fault.New(fault.Unavailable, "away")
			}
			return watcher, nil
		})
	want := fmt.Sprintf(`
# HELP polder_schema_version Version of the schema in the database; the catalog's has no store.
# TYPE polder_schema_version gauge
polder_schema_version{schema="catalog",store=""} %d
polder_schema_version{schema="store",store="main"} %d
`, newest(migrations.Catalog), newest(migrations.Store))
	must(t, testutil.CollectAndCompare(versions, strings.NewReader(want), "polder_schema_version"))
	if n := testutil.CollectAndCount(versions); n != 6 {
		t.Errorf("%d figures, want 6", n)
	}
}
