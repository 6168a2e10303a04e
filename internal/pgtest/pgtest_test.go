package pgtest_test

import (
	"testing"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
)

func TestDatabasesAreMigratedAndSeparate(t *testing.T) {
	one, two := pgtest.Shared(t), pgtest.New(t)
	if one.Name == two.Name {
		t.Fatal("New returned the shared database")
	}
	for _, db := range []*pgtest.Database{one, two} {
		var role string
		var partitions int
		err := db.Pool(t, pg.Watcher).QueryRow(t.Context(),
			`SELECT current_user, (SELECT count(*) FROM pg_catalog.pg_inherits
			  WHERE inhparent = 'store.events'::pg_catalog.regclass)`).Scan(&role, &partitions)
		if err != nil {
			t.Fatal(err)
		}
		if role != string(pg.Watcher) || partitions != 16 {
			t.Errorf("%s: role %s with %d partitions, want %s with 16", db.Name, role, partitions, pg.Watcher)
		}
	}
}
