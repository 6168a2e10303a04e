package migrations_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/migrations"
)

var (
	northwind = uuid.MustParse("11111111-1111-4111-8111-111111111111")
	southwind = uuid.MustParse("22222222-2222-4222-8222-222222222222")
	alfreds   = uuid.MustParse("aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa")
)

// Whatever version an installation is at, migrating it makes the same schema as a new one, loses
// nothing, and leaves something that this binary works on.
func TestEveryOlderVersionIsMigratedWithItsData(t *testing.T) {
	t.Parallel()
	for _, schema := range both {
		for version := uint(1); version < newest(schema); version++ {
			t.Run(fmt.Sprintf("%s %d", schema, version), func(t *testing.T) {
				t.Parallel()
				db := emptied(t)
				restore(t, db, schema, version)
				before := rowsOf(t, db, schema)
				must(t, migrations.Up(t.Context(), db.OwnerURL, schema))
				wantSame(t, db.URL, schema)
				wantKept(t, before, rowsOf(t, db, schema))
				if schema == migrations.Store {
					useStore(t, db)
				} else {
					useCatalog(t, db)
				}
			})
		}
	}
}

func restore(t *testing.T, db *pgtest.Database, schema migrations.Schema, version uint) {
	t.Helper()
	text, err := os.ReadFile(dumpOf(schema, version))
	must(t, err)
	execute(t, db.OwnerURL, "DROP SCHEMA polder_migrations", string(text))
	status, err := migrations.ReadStatus(db.OwnerURL, schema)
	must(t, err)
	if status.Version != version {
		t.Fatalf("the dump is of %+v, want version %d", status, version)
	}
}

type row = map[string]any

// rowsOf are all rows, by table.
func rowsOf(t *testing.T, db *pgtest.Database, schema migrations.Schema) map[string][]row {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), db.OwnerURL)
	must(t, err)
	defer conn.Close(context.Background())
	found, err := conn.Query(t.Context(), `SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
		WHERE nspname IN ($1, 'read_models') AND relkind IN ('r', 'p') AND NOT relispartition`, string(schema))
	must(t, err)
	tables, err := pgx.CollectRows(found, pgx.RowTo[string])
	must(t, err)
	rows := map[string][]row{}
	for _, table := range tables {
		found, err := conn.Query(t.Context(), "SELECT to_jsonb(t) FROM "+table+" t")
		must(t, err)
		rows[table], err = pgx.CollectRows(found, pgx.RowTo[row])
		must(t, err)
	}
	return rows
}

// wantKept compares the columns that there were before.
func wantKept(t *testing.T, before, after map[string][]row) {
	t.Helper()
	if len(before) < 6 {
		t.Errorf("only %d tables were there", len(before))
	}
	for table, had := range before {
		if len(had) == 0 {
			continue
		}
		var has []row
		for _, r := range after[table] {
			kept := row{}
			for column := range had[0] {
				kept[column] = r[column]
			}
			has = append(has, kept)
		}
		if !slices.Equal(ordered(t, has), ordered(t, had)) {
			t.Errorf("%s had\n%v\nand has\n%v", table, had, has)
		}
	}
}

func ordered(t *testing.T, rows []row) []string {
	t.Helper()
	texts := make([]string, len(rows))
	for i, r := range rows {
		text, err := json.Marshal(r)
		must(t, err)
		texts[i] = string(text)
	}
	slices.Sort(texts)
	return texts
}

// useStore reads and writes as an api and a projector do.
func useStore(t *testing.T, db *pgtest.Database) {
	t.Helper()
	store := es.New(es.Config{Appender: db.Pool(t, pg.Appender), Reader: db.Pool(t, pg.API)})
	defer store.Close()
	change := es.Append{AccountID: northwind, Epoch: 1, CommandID: uuid.New(), CommandHash: 1, Actor: "test", Writes: []es.Write{{
		StreamID: alfreds, StreamType: "Customer", Expected: es.Exactly(2),
		Events: []es.NewEvent{{PayloadItemName: "CustomerRenamedEvent", PayloadVersion: 1, Payload: json.RawMessage(`{"Name": "Alfred"}`),
			Number: &es.NumberClaim{Attribute: "Number", Series: "O", Width: 4}}},
	}}}
	_, err := store.Append(t.Context(), change)
	must(t, err)
	taken := change
	taken.CommandID = uuid.New()
	taken.Writes = []es.Write{{StreamID: uuid.New(), StreamType: "Customer", Expected: es.None(), Events: change.Writes[0].Events}}
	taken.Uniques = []es.UniqueClaim{{Guard: "CustomerName", Take: "alfreds futterkiste"}}
	var guard *es.GuardError
	if _, err := store.Append(t.Context(), taken); !errors.As(err, &guard) {
		t.Errorf("error = %v, want that the name is taken", err)
	}
	must(t, store.SaveSnapshot(t.Context(), northwind, es.Snapshot{StreamID: alfreds, Release: "d473", Revision: 3, State: json.RawMessage(`{}`)}))
	events, err := store.ReadAccount(t.Context(), es.AccountRange{AccountID: northwind})
	must(t, err)
	if len(events) != 4 || events[3].SequenceNumber != 4 || string(events[3].Payload) != `{"Name": "Alfred","Number":"O0008"}` {
		t.Errorf("%d events, the last is %+v", len(events), events[len(events)-1])
	}
	asProjector(t, db)
}

// asProjector moves a cursor and writes a row, of the one account that it is bound to.
func asProjector(t *testing.T, db *pgtest.Database) {
	t.Helper()
	must(t, pgx.BeginFunc(t.Context(), db.Pool(t, pg.Projector), func(tx pgx.Tx) error {
		if _, err := tx.Exec(t.Context(), "SELECT set_config('polder.account_id', $1, true)", southwind.String()); err != nil {
			return err
		}
		for _, sql := range []string{
			"UPDATE store.live_cursors SET sequence_number = sequence_number + 1",
			"UPDATE read_models.customer_0123456789ab SET name = 'Berglunds snabbköp'",
		} {
			if tag, err := tx.Exec(t.Context(), sql); err != nil || tag.RowsAffected() != 1 {
				return fmt.Errorf("%s: %v, %w", sql, tag, err)
			}
		}
		return nil
	}))
}

// useCatalog reads and writes as admin does, and reads as an api.
func useCatalog(t *testing.T, db *pgtest.Database) {
	t.Helper()
	catalog := tenant.NewCatalog(db.Pool(t, pg.Admin)).As("test")
	accounts, err := catalog.Accounts(t.Context())
	must(t, err)
	keys, err := catalog.Keys(t.Context(), northwind)
	must(t, err)
	if len(accounts) != 2 || len(keys) != 2 {
		t.Errorf("%d accounts and %d keys, want 2 and 2", len(accounts), len(keys))
	}
	must(t, catalog.SetState(t.Context(), southwind, tenant.Active))
	_, _, err = catalog.CreateKey(t.Context(), southwind, "shop", []string{"*"})
	must(t, err)
	var state string
	var change int
	must(t, db.Pool(t, pg.API).QueryRow(t.Context(), "SELECT state, change FROM catalog.accounts WHERE account_id = $1", southwind).Scan(&state, &change))
	if state != "active" || change < 7 {
		t.Errorf("southwind is %s by change %d", state, change)
	}
}
