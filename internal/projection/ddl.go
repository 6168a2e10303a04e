package projection

import (
	"fmt"
	"strings"
)

// createTable returns the statements that create the table with all that belongs to it.
// They run as one transaction, so a table that exists is complete.
func (t *Table) createTable() string {
	var sql strings.Builder
	fmt.Fprintf(&sql, "CREATE TABLE %s (\n  account_id uuid NOT NULL,\n  key uuid NOT NULL,\n", t.Quoted())
	for _, c := range t.cells() {
		fmt.Fprintf(&sql, "  %s %s,\n", Quote(c.sql), SQLType(c.typ))
	}
	for _, c := range t.Columns {
		if c.Order != "" {
			fmt.Fprintf(&sql, "  %s bytea GENERATED ALWAYS AS %s STORED,\n", Quote(c.Order), OrderKey(Quote(c.SQL)))
		}
	}
	if t.sequenced {
		sql.WriteString("  row_sequence bigint NOT NULL,\n")
	}
	sql.WriteString("  hidden json,\n  PRIMARY KEY (account_id, key)\n) WITH (fillfactor = 85);\n")
	fmt.Fprintf(&sql, "COMMENT ON TABLE %s IS %s;\n", t.Quoted(), literal("projection "+t.Projection))
	sql.WriteString(t.secure())
	for _, index := range t.wantedIndexes() {
		sql.WriteString(index.create(false) + ";\n" + index.comment() + ";\n")
	}
	return sql.String()
}

// secure puts the table under the same policies as the tables of the store, and grants
// each role what it needs.
func (t *Table) secure() string {
	const template = `ALTER TABLE %[1]s ENABLE ROW LEVEL SECURITY;
ALTER TABLE %[1]s FORCE ROW LEVEL SECURITY;
CREATE POLICY bound_to_account ON %[1]s TO polder_api, polder_projector
  USING (account_id = nullif(pg_catalog.current_setting('polder.account_id', true), '')::uuid);
CREATE POLICY across_accounts ON %[1]s TO %[2]s USING (true);
GRANT SELECT ON %[1]s TO polder_api, polder_admin;
GRANT SELECT, INSERT, UPDATE, DELETE ON %[1]s TO polder_projector, polder_builder;
`
	const written = "GRANT SELECT, INSERT, UPDATE, DELETE ON %[1]s TO polder_appender;\n"
	if t.sync { // an append writes for many accounts in one transaction
		return fmt.Sprintf(template+written, t.Quoted(), "polder_admin, polder_appender")
	}
	return fmt.Sprintf(template, t.Quoted(), "polder_admin")
}

// tableIndex is an index of a read model's table. It is named by its columns and not by
// the queries it serves, because those may change while the table stays; they stand in its comment.
type tableIndex struct {
	name   string
	table  *Table
	cells  []string
	serves []string
}

// wantedIndexes returns each declared index over stored columns once. The account comes
// first in it, because every query names one, and the key last, because it breaks ties.
func (t *Table) wantedIndexes() []tableIndex {
	var out []tableIndex
	seen := map[string]bool{}
	for _, declared := range t.indexes {
		index := tableIndex{table: t, serves: declared.Serves}
		for _, name := range declared.Columns {
			if c, ok := t.Column(name); ok {
				index.cells = append(index.cells, c.Sorting())
			}
		}
		index.name = shorten(t.Name + "_by_" + strings.Join(index.cells, "_"))
		if len(index.cells) > 0 && !seen[index.name] {
			seen[index.name] = true
			out = append(out, index)
		}
	}
	return out
}

func (i tableIndex) create(concurrently bool) string {
	quoted := make([]string, len(i.cells))
	for n, cell := range i.cells {
		quoted[n] = Quote(cell)
	}
	option := ""
	if concurrently {
		option = "CONCURRENTLY "
	}
	return fmt.Sprintf("CREATE INDEX %s%s ON %s (account_id, %s, key)",
		option, Quote(i.name), i.table.Quoted(), strings.Join(quoted, ", "))
}

func (i tableIndex) comment() string {
	return fmt.Sprintf("COMMENT ON INDEX %s.%s IS %s", Schema, Quote(i.name), literal("serves "+strings.Join(i.serves, ", ")))
}

func (i tableIndex) drop() string {
	return fmt.Sprintf("DROP INDEX CONCURRENTLY IF EXISTS %s.%s", Schema, Quote(i.name))
}

func literal(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
