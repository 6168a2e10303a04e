package main

import (
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection/audit"
	"github.com/polderhq/polder/internal/projection/explain"
)

// registered gives the account a person, whom all its projections know of: all were parked
// before that event and are retried.
func (w *world) registered(account uuid.UUID) (table, key string) {
	w.Helper()
	table = w.park(account, `{"Name": "Linus Torvalds"}`)
	w.ok("deadletter", "retry", "--account", "northwind")
	w.sql("UPDATE store.live_cursors SET sequence_number = 0 WHERE account_id = $1", account)
	for _, p := range decode[[]explain.Projection](w, "projection", "explain") {
		if p.Table != table && p.FedBy == "" {
			w.sql("INSERT INTO store.projection_cursors VALUES ($1, $2, 0, 'parked') ON CONFLICT DO NOTHING", account, p.Table)
			w.sql(`INSERT INTO store.dead_letters (account_id, table_name, projection, sequence_number, payload_item_name, error, release)
				VALUES ($1, $2, $3, 1, 'E', 'x', 'r') ON CONFLICT DO NOTHING`, account, p.Table, p.Name)
		}
	}
	w.sql("UPDATE store.live_cursors SET sequence_number = 1 WHERE account_id = $1", account)
	w.ok("deadletter", "retry", "--account", "northwind")
	if err := w.db.Pool(w, pg.Admin).QueryRow(w.Context(), "SELECT key::text FROM read_models."+table).Scan(&key); err != nil {
		w.Fatal(err)
	}
	return table, key
}

// The next step mends all rows of the first projection at once; of very many rows it has some.
func TestTheRepairOfManyRows(t *testing.T) {
	t.Parallel()
	one, two := uuid.New(), uuid.New()
	wrong := func(name string, keys ...uuid.UUID) (found []audit.Difference) {
		for _, key := range keys {
			found = append(found, audit.Difference{Projection: name, Key: key})
		}
		return found
	}
	v := verified{"northwind", "Orders", &audit.Report{Differences: append(wrong("OrderLines", one, one, two), wrong("Orders", uuid.New())...)}}
	if got, want := repairOf(v), "admin projection repair OrderLines --account northwind --key "+one.String()+","+two.String()+"; then verify again"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for range 3 * mostKeys {
		v.Differences = append(v.Differences, wrong("OrderLines", uuid.New())...)
	}
	if n := strings.Count(repairOf(v), ","); n != mostKeys-1 {
		t.Errorf("%d commas in %s", n, repairOf(v))
	}
}

func TestAWrongRowIsFoundAndMended(t *testing.T) {
	w := newCompany(t)
	w.fails(2, []string{"--account NAME, or --all"}, "projection", "verify")
	w.fails(2, []string{"--account NAME, or --all"}, "projection", "verify", "--all", "--account", "northwind")
	w.fails(5, []string{"no projection Nothing"}, "projection", "verify", "Nothing", "--account", "northwind")
	table, key := w.registered(w.id("northwind"))
	w.expect(w.ok("projection", "verify", "People", "--account", "northwind"),
		"ACCOUNT  PROJECTION  EVENTS  ROWS  WRONG", "northwind  People  1  1  0")
	w.ok("projection", "verify", "--all")

	w.sql("UPDATE read_models." + table + " SET name = 'Somebody Else'")
	r := w.fails(9, []string{"Rows differ", "admin projection repair People --account northwind --key " + key}, "projection", "verify", "People", "--account", "northwind")
	w.expect(r.out, "ACCOUNT  PROJECTION  EVENTS  ROWS  WRONG", "northwind  People  1  1  1", "",
		"ACCOUNT  PROJECTION  ROW  IS  COLUMNS", "northwind  People  UUID  changed  Name")
	if strings.Contains(r.out+r.err, "Somebody") {
		t.Errorf("it shows a customer's value:\n%s%s", r.out, r.err)
	}
	all := w.fails(9, nil, "projection", "verify", "--all", "-o", "json")
	outcomes := decodeText[[]verified](w, all.out)
	if len(outcomes) < 5 || !strings.Contains(all.out, `"kind": "changed"`) {
		t.Errorf("outcomes: %s", all.out)
	}

	w.fails(2, []string{"--key is a uuid"}, "projection", "repair", "People", "--account", "northwind", "--key", "7")
	w.fails(5, []string{"no projection Nothing"}, "projection", "repair", "Nothing", "--account", "northwind", "--key", key)
	w.expect(w.ok("projection", "repair", "People", "--account", "northwind", "--key", key),
		"1 row mended:", "", "ACCOUNT  PROJECTION  ROW  IS  COLUMNS", "northwind  People  UUID  changed  Name")
	w.expect(w.ok("projection", "repair", "People", "--account", "northwind", "--key", key), "All of these rows are what the events say.")
	w.ok("projection", "verify", "--all")
	if log := w.ok("audit", "log", "--limit", "3"); !strings.Contains(log, "projection repair") || !strings.Contains(log, key) {
		t.Errorf("audit log: %s", log)
	}
}
