package es_test

import (
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
)

func TestPartitionsAreThoseOfPostgreSQL(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	pool := w.db.Pool(t, pg.Watcher)
	for range 100 {
		account := uuid.New()
		var is bool
		err := pool.QueryRow(t.Context(), "SELECT pg_catalog.satisfies_hash_partition('store.events'::regclass, 16, $1, $2::uuid)",
			es.Partition(account), account).Scan(&is)
		if err != nil || !is {
			t.Fatalf("%s is not in partition %d: %v", account, es.Partition(account), err)
		}
	}
}
