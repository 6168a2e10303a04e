package migrations

import (
	"context"
	_ "embed"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

//go:generate go test -run TestTheDescriptionIsThatOfTheMigrations -update .

var (
	//go:embed sql/describe.sql
	describeSQL string
	//go:embed catalog/description.txt
	catalogDescription string
	//go:embed store/description.txt
	storeDescription string
)

// Object is a part of a schema: a column, a constraint, a policy, a grant, and so on.
type Object struct {
	Name      string // "policy watched on store.events"
	Statement string // that makes it
	Undo      string // the statement that takes it away; empty: nothing does
}

// Describe returns all that is in the schema of the database at url, in a fixed order; two
// schemas with the same description are the same. The order of columns does not count. The
// login needs no right.
func Describe(ctx context.Context, url string, schema Schema) ([]Object, error) {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	// Names in definitions are qualified by what the search_path does not find.
	if _, err := conn.Exec(ctx, "SET search_path = pg_catalog"); err != nil {
		return nil, err
	}
	further := "" // catalog: the one schema
	if schema == Store {
		further = "read_models"
	}
	rows, err := conn.Query(ctx, describeSQL, string(schema), further)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Object])
}

// Description is a description as it is kept beside the migrations: a line per object.
func Description(objects []Object) string {
	var text strings.Builder
	for _, o := range objects {
		fmt.Fprintf(&text, "%s: %s\n", o.Name, o.Statement)
	}
	return text.String()
}

// described is what the migrations of this binary make.
func described(schema Schema) []Object {
	text := catalogDescription
	if schema == Store {
		text = storeDescription
	}
	var objects []Object
	for line := range strings.Lines(text) {
		name, statement, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		objects = append(objects, Object{Name: name, Statement: statement})
	}
	return objects
}
