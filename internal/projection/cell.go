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

// loadSQL reads rows by key: $1 account, $2 keys. The cells come as text, then hidden.
func (t *Table) loadSQL() string {
	var columns strings.Builder
	for _, c := range t.cells() {
		columns.WriteString(SQLText(c.typ.Kind, Quote(c.sql)) + ", ")
	}
	return fmt.Sprintf("SELECT key, %shidden::text FROM %s WHERE account_id = $1 AND key = ANY ($2::uuid[])",
		columns.String(), t.Quoted())
}

// saveSQL writes rows in one statement: $1 account, $2 keys, $3 row_sequence, $4 hidden,
// then an array of text for each cell.
func (t *Table) saveSQL() string {
	columns, aliases, casts, updates, arrays := "", "", "", "", ""
	for i, c := range t.cells() {
		alias := fmt.Sprintf("c%d", i)
		columns += ", " + Quote(c.sql)
		aliases += ", " + alias
		casts += ", u." + alias + "::" + CastType(c.typ)
		updates += fmt.Sprintf(", %[1]s = EXCLUDED.%[1]s", Quote(c.sql))
		arrays += fmt.Sprintf(", $%d::text[]", i+5)
	}
	return fmt.Sprintf(`INSERT INTO %s AS t (account_id, key, row_sequence, hidden%s)
SELECT $1, u.key, u.row_sequence, u.hidden::json%s
FROM unnest($2::uuid[], $3::bigint[], $4::text[]%s) AS u (key, row_sequence, hidden%s)
ON CONFLICT (account_id, key) DO UPDATE SET row_sequence = EXCLUDED.row_sequence, hidden = EXCLUDED.hidden%s
WHERE t.account_id = $1`, t.Quoted(), columns, casts, arrays, aliases, updates)
}
