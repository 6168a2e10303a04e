package es_test

import (
	"context"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
)

// rareHistory stores 40,000 events, of which every 10,000th is rare, and looks at them as autovacuum does.
const rareHistory = `
INSERT INTO store.events (account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name,
                          payload_version, payload, command_id, command_hash, actor, commit_time)
SELECT $1, 0, n, gen_random_uuid(), 1, 'Thing', CASE WHEN n % 10000 = 0 THEN 'RareEvent' ELSE 'CommonEvent' END,
       1, '{"Says": "something that takes some room"}', gen_random_uuid(), 0, 'test', now()
  FROM generate_series(1, 40000) n`

// Few pages have rare events, and only those are read; that must not depend on what was read on
// the connection before.
func TestRareEventsAreFoundByTheirIndex(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t) // statistics of the events are shared with nobody
	w := &world{Store: open(t, db), db: db, account: newAccount(t, db)}
	super, err := pgx.Connect(t.Context(), db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer super.Close(context.Background())
	if _, err := super.Exec(t.Context(), rareHistory, w.account); err != nil {
		t.Fatal(err)
	}
	if _, err := super.Exec(t.Context(), "VACUUM (ANALYZE) store.events"); err != nil {
		t.Fatal(err)
	}
	conn, err := db.Pool(t, pg.Builder).Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Release()
	for range 7 { // PostgreSQL thinks of a plan for all arguments after five
		if n := len(numbers(t, w, conn, "CommonEvent", "RareEvent")); n != 40_000 {
			t.Fatalf("%d events were read of 40000", n)
		}
	}
	indexScans(t, conn, func(tx pgx.Tx) {
		if got := numbers(t, w, tx, "RareEvent"); !slices.Equal(got, []int64{10_000, 20_000, 30_000, 40_000}) {
			t.Errorf("the rare events are %v", got)
		}
	})
	indexScans(t, conn, func(tx pgx.Tx) {
		if got := numbers(t, w, tx, "NeverEvent"); len(got) > 0 {
			t.Errorf("of a type without events there are %v", got)
		}
	})
	indexScans(t, conn, func(tx pgx.Tx) {
		few := es.StreamsRange{AccountID: w.account, Types: []string{"RareEvent"}, Few: true, Limit: 10}
		err := es.EachPage(t.Context(), tx, few, func(page []es.Event) error {
			if len(page) != 4 {
				t.Errorf("stream by stream there are %d rare events", len(page))
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// indexScans fails the test when read asks the index of types other than once.
func indexScans(t *testing.T, conn *pgxpool.Conn, read func(pgx.Tx)) {
	t.Helper()
	scans := func(tx pgx.Tx) (n int) {
		err := tx.QueryRow(t.Context(), `SELECT sum(pg_catalog.pg_stat_get_xact_numscans(inhrelid)) FROM pg_catalog.pg_inherits
			WHERE inhparent = 'store.events_payload_item_name'::regclass`).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	var before, after int
	err := pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
		before = scans(tx) // of the session so far
		read(tx)
		after = scans(tx)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if after-before != 1 {
		t.Errorf("the index of types was asked %d times, want once", after-before)
	}
}

// numbers are those of the account's events of the types, in the order in which they came.
func numbers(t *testing.T, w *world, q es.Querier, types ...string) (all []int64) {
	t.Helper()
	err := es.StreamAccount(t.Context(), q, es.AccountRange{AccountID: w.account, Types: types}, func(e *es.Event) error {
		all = append(all, e.SequenceNumber)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}
