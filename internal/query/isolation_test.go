package query_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/query"
	"github.com/polderhq/polder/test/sales"
)

// Two companies with the same orders and customers: neither sees the other's.
func TestEachAccountSeesItsOwnRows(t *testing.T) {
	t.Parallel()
	one, two := newWorld(t), newWorld(t)
	one.project(t)
	two.project(t)
	one.store(t, orders()...)
	two.store(t, orders()[:6]...) // the same streams' ids, two orders
	if got := numbers(t, one.ask(t, `{}`)); !slices.Equal(got, []int{1, 2, 3, 4, 5}) {
		t.Errorf("one sees %v", got)
	}
	if got := numbers(t, two.ask(t, `{"PartyName": "Anna Lind"}`)); !slices.Equal(got, []int{2}) {
		t.Errorf("two sees %v", got)
	}
}

// statements are queries that use every form of condition, join, order and page.
func statements(t *testing.T, w *world) map[string][]any {
	t.Helper()
	next := w.ask(t, `{"$size": 1, "$sort": ["PartyName"]}`).Next
	stored := w.ask(t, `{"$size": 1, "$sort": ["-Total", "PlacedOn"]}`).Next
	out := map[string][]any{query.CursorsSQL: {w.account.ID}}
	var all []query.Asked
	for _, body := range []string{
		`{}`, `{"PartyName": "Acme"}`, `{"CustomerName": {"prefix": "A"}}`, `{"PartyName": null}`, `{"Total": ["10", "20 USD"]}`,
		fmt.Sprintf(`{"$sort": ["PartyName"], "$after": %q}`, next), fmt.Sprintf(`{"$sort": ["-Total", "PlacedOn"], "$after": %q}`, stored),
	} {
		all = append(all, query.Asked{Name: "GetOrders", Body: body})
		if w.Release.Query("GetPaidOrders") != nil { // it has copies, and chained projections
			all = append(all, query.Asked{Name: "GetOrders", Body: body, WhileCopied: true})
		}
	}
	for _, name := range []string{"GetOrderLines", "GetPaidOrders", "GetCustomerTotals", "GetLineTotals"} {
		if w.Release.Query(name) != nil {
			all = append(all, query.Asked{Name: name, Body: `{}`})
		}
	}
	for _, asked := range all {
		asked.Release = w.Release
		sql, arguments, err := query.Statement(asked, w.account.ID)
		if err != nil {
			t.Fatalf("%s: %v", asked.Body, err)
		}
		out[sql] = arguments
	}
	return out
}

// isolationWorlds are accounts with orders: joined as they are asked, and in every shape.
func isolationWorlds(t *testing.T) []*world {
	t.Helper()
	worlds := []*world{newWorld(t), newWorldOf(t, sales.Release(t, sales.WithShapes))}
	for _, w := range worlds {
		w.project(t)
		w.store(t, orders()...)
	}
	return worlds
}

// Row-level security is the second lock: a statement that names one account in a
// transaction of another returns nothing.
func TestStatementsAsTheWrongAccountReturnNothing(t *testing.T) {
	t.Parallel()
	for _, w := range isolationWorlds(t) {
		stranger := w.NewAccount(t).ID
		for sql, arguments := range statements(t, w) {
			if got := count(t, w, w.account.ID, sql, arguments); got == 0 {
				t.Errorf("as the right account it returns nothing either:\n%s", sql)
			}
			if got := count(t, w, stranger, sql, arguments); got != 0 {
				t.Errorf("as another account it returns %d rows:\n%s", got, sql)
			}
		}
	}
}

// The account's condition is the first lock: with row-level security out of the way, a
// statement still returns nothing of other accounts.
func TestStatementsNameTheAccountForEveryTable(t *testing.T) {
	t.Parallel()
	for _, w := range isolationWorlds(t) {
		stranger := w.NewAccount(t).ID
		for sql, arguments := range statements(t, w) {
			if keys := w.keysAsSuperuser(t, sql, append([]any{stranger}, arguments[1:]...)); keys > 0 {
				t.Errorf("asked for the stranger it returns %d rows of another account:\n%s", keys, sql)
			}
			tables := strings.Count(sql, "read_models.") + strings.Count(sql, "FROM store.")
			if named := strings.Count(sql, "account_id = $1"); named < tables {
				t.Errorf("%d tables and %d conditions on the account:\n%s", tables, named, sql)
			}
		}
	}
}

// keysAsSuperuser returns how many rows with a key the statement gives to whom no policy stops.
func (w *world) keysAsSuperuser(t *testing.T, sql string, arguments []any) (keys int) {
	t.Helper()
	rows, err := w.Super.Query(t.Context(), sql, arguments...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if values, err := rows.Values(); err != nil || len(values) > 3 && values[3] != nil {
			keys++
		}
	}
	if rows.Err() != nil {
		t.Fatalf("%v:\n%s", rows.Err(), sql)
	}
	return keys
}

func count(t *testing.T, w *world, bound uuid.UUID, sql string, arguments []any) int {
	t.Helper()
	n := 0
	err := pg.Read(t.Context(), w.Role(pg.API), bound, func(rows pgx.Rows) error {
		for rows.Next() {
			n++
		}
		return rows.Err()
	}, sql, arguments...)
	if err != nil {
		t.Fatalf("%v:\n%s", err, sql)
	}
	return n
}
