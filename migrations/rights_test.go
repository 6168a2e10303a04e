package migrations_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
)

// rightsDoc is the page whose table this test holds equal to the database.
const rightsDoc = "../docs/security.md"

// serving are the roles of processes; the owner owns everything.
var serving = []pg.Role{pg.API, pg.Appender, pg.Projector, pg.Builder, pg.Watcher, pg.Admin}

// verbs are what can be done to a table: the letter of the page, and a statement that does it
// to no row or, rolled back, to all.
var verbs = []struct{ letter, right, statement string }{
	{"r", "SELECT", "SELECT FROM %s LIMIT 0"},
	{"i", "INSERT", "INSERT INTO %s DEFAULT VALUES"},
	{"u", "UPDATE", "UPDATE %s SET (%s) = ROW (NULL)"},
	{"d", "DELETE", "DELETE FROM %s"},
	{"t", "TRUNCATE", "TRUNCATE %s"},
}

// table is one of the schemas store and catalog.
type table struct{ name, column string }

func tables(t *testing.T, conn *pgx.Conn) []table {
	t.Helper()
	rows, err := conn.Query(t.Context(), `
		SELECT c.oid::regclass::text AS name, (SELECT quote_ident(a.attname) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attidentity = '' ORDER BY a.attnum LIMIT 1)
		FROM pg_class AS c
		WHERE c.relnamespace IN ('store'::regnamespace, 'catalog'::regnamespace) AND c.relkind IN ('r', 'p') AND NOT c.relispartition
		ORDER BY name`)
	if err != nil {
		t.Fatal(err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (found table, err error) {
		return found, row.Scan(&found.name, &found.column)
	})
	if err != nil || len(found) == 0 {
		t.Fatalf("%d tables, error %v", len(found), err)
	}
	return found
}

// rightsOf are the letters of what the role may do with the table, or with some of its columns.
func rightsOf(t *testing.T, conn *pgx.Conn, role pg.Role, in table) (letters string) {
	t.Helper()
	for _, v := range verbs {
		function := "has_any_column_privilege"
		if v.right == "DELETE" || v.right == "TRUNCATE" {
			function = "has_table_privilege"
		}
		var may bool
		if err := conn.QueryRow(t.Context(), "SELECT "+function+"($1::text, $2::text, $3::text)", string(role), in.name, v.right).Scan(&may); err != nil {
			t.Fatal(err)
		}
		if may {
			letters += v.letter
		}
	}
	return letters
}

// TestTheRightsOfEachRole holds the page equal to the database, so that whoever gives a role
// more has to say so, and tries everything that is not given.
func TestTheRightsOfEachRole(t *testing.T) {
	t.Parallel()
	db := pgtest.New(t)
	super, err := pgx.Connect(t.Context(), db.OwnerURL)
	if err != nil {
		t.Fatal(err)
	}
	defer super.Close(t.Context())
	rows := []string{"| table |", "|---|"}
	for _, role := range serving {
		rows[0] += " " + strings.TrimPrefix(string(role), "polder_") + " |"
		rows[1] += "---|"
	}
	attempts := 0
	for _, in := range tables(t, super) {
		row := "| `" + in.name + "` |"
		for _, role := range serving {
			letters := rightsOf(t, super, role, in)
			row += strings.TrimRight(" "+letters, " ") + " |"
			attempts += attempt(t, db, role, in, letters)
		}
		rows = append(rows, row)
	}
	if attempts < len(rows)*len(serving) {
		t.Errorf("only %d attempts were made", attempts)
	}
	wanted := strings.Join(rows, "\n")
	page, err := os.ReadFile(rightsDoc)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), wanted) {
		t.Errorf("%s does not have the table of rights:\n%s", rightsDoc, wanted)
	}
}

// attempt does what the role was not given, and returns how often it tried.
func attempt(t *testing.T, db *pgtest.Database, role pg.Role, in table, given string) (attempts int) {
	t.Helper()
	conn, err := pg.Connect(t.Context(), pg.Config{URL: db.URL, Role: role, Name: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	for _, v := range verbs {
		if strings.Contains(given, v.letter) {
			continue
		}
		attempts++
		statement := fmt.Sprintf(v.statement, in.name)
		if v.right == "UPDATE" {
			statement = fmt.Sprintf(v.statement, in.name, in.column)
		}
		if _, err := conn.Exec(t.Context(), statement); pg.Code(err) != pgerrcode.InsufficientPrivilege {
			t.Errorf("%s: %s: %v, want it refused", role, statement, err)
		}
	}
	return attempts
}
