package projection

import (
	"fmt"
	"strings"

	"github.com/polderhq/polder/internal/model"
)

// cell is one physical column: a column of the model is one cell, money is two.
type cell struct {
	value string // its name in a Row's Values
	sql   string
	typ   model.Type
}

func (t *Table) cells() []cell {
	cells := make([]cell, 0, len(t.Columns))
	for _, c := range t.Columns {
		cells = append(cells, cell{value: c.Name, sql: c.SQL, typ: c.Type})
		if c.Currency != "" {
			cells = append(cells, cell{value: c.Name + "Currency", sql: c.Currency, typ: model.Type{Kind: model.Text}})
		}
	}
	return cells
}

// selectSQL reads rows: key, the cells as text, hidden, and more columns. What follows it says
// which.
func (t *Table) selectSQL(more ...string) string {
	var columns strings.Builder
	for _, c := range t.cells() {
		columns.WriteString(SQLText(c.typ.Kind, Quote(c.sql)) + ", ")
	}
	return fmt.Sprintf("SELECT key, %s%s FROM %s", columns.String(), strings.Join(append([]string{"hidden::text"}, more...), ", "), t.Quoted())
}

// loadSQL reads rows by key, a row for each time that the key is given: $1 account, $2 keys. With key = ANY ($2) a plan that was made while the table was
// empty went through all rows of the account, for as long as PostgreSQL had not analysed the table. OFFSET 0 keeps the planner from undoing the loop.
func (t *Table) loadSQL() string {
	return "SELECT r.* FROM unnest($2::uuid[]) AS k (key) CROSS JOIN LATERAL (" + t.selectSQL() + " AS t WHERE account_id = $1 AND t.key = k.key OFFSET 0) AS r"
}

// removeSQL deletes rows by key: $1 account, $2 keys.
func (t *Table) removeSQL() string {
	return fmt.Sprintf("DELETE FROM %s WHERE account_id = $1 AND key = ANY ($2::uuid[])", t.Quoted())
}

// saveSQL writes rows in one statement: $1 account, $2 keys, $3 hidden, for a source
// $4 row_sequence (0 leaves it as it is), then an array of text for each cell.
func (t *Table) saveSQL() string {
	columns, values, updates := "", "", ""
	arrays, aliases := "$2::uuid[], $3::text[]", "key, hidden"
	next := 4
	add := func(column, alias, array, value string) {
		columns += ", " + column
		values += ", " + value
		arrays += fmt.Sprintf(", $%d::%s", next, array)
		aliases += ", " + alias
		next++
	}
	if t.sequenced {
		add("row_sequence", "row_sequence", "bigint[]", "u.row_sequence")
		updates += ", row_sequence = CASE WHEN EXCLUDED.row_sequence = 0 THEN t.row_sequence ELSE EXCLUDED.row_sequence END"
	}
	for i, c := range t.cells() {
		alias := fmt.Sprintf("c%d", i)
		add(Quote(c.sql), alias, "text[]", "u."+alias+"::"+CastType(c.typ))
		updates += fmt.Sprintf(", %[1]s = EXCLUDED.%[1]s", Quote(c.sql))
	}
	return fmt.Sprintf(`INSERT INTO %s AS t (account_id, key, hidden%s)
SELECT $1, u.key, u.hidden::json%s
FROM unnest(%s) AS u (%s)
ON CONFLICT (account_id, key) DO UPDATE SET hidden = EXCLUDED.hidden%s
WHERE t.account_id = $1`, t.Quoted(), columns, values, arrays, aliases, updates)
}
