package modelbench

import (
	"fmt"
	"strings"
)

// writeProjections writes the type's projections, and all queries below them: every fourth
// one with a row per line where there are lines, and every seventh with totals.
func (t *typ) writeProjections() {
	if t.projections == 0 {
		t.line("projections: {}\nqueries: {}")
		return
	}
	var asked strings.Builder
	t.line("projections:")
	first := t.name + "List"
	for i := range t.projections {
		name := first
		if i > 0 {
			name = fmt.Sprintf("%sList%d", t.name, i+1)
		}
		queries := t.queries[t.projection]
		grows := t.changes(&t.projection, t.size.ChangedProjections, t.size.Projections)
		columns := t.columns(i, name, first)
		if grows {
			columns = append(columns, t.extra(i))
		}
		t.line("    columns: {%s}", strings.Join(columns, ", "))
		for q := range queries {
			t.writeQuery(&asked, fmt.Sprintf("Get%sView%d", name, q+1), name, t.asked(i, q))
		}
	}
	t.line("queries:\n%s", asked.String())
}

// columns writes the head of projection i and returns its columns.
func (t *typ) columns(i int, name, first string) []string {
	t.line("  %s:", name)
	switch {
	case i > 0 && i%4 == 0 && t.lines:
		t.line("    of: %s\n    each: Lines", first)
		return []string{"LineNo: ~", "Item: ~", "Total: Number * Each"}
	case i > 0 && i%7 == 0:
		t.line("    of: %s\n    group: [%s]", first, t.plain(0)[0])
		return []string{"Rows: count()"}
	}
	var list []string
	for _, name := range t.plain(i) {
		list = append(list, name+": ~")
	}
	if i == 0 && t.lines {
		list = append(list, "Lines: ~")
	}
	if t.number%3 == 0 {
		list = append(list, "Worth: ~")
	}
	if len(t.states) > 0 {
		list = append(list, "Status: ~")
	}
	for _, n := range t.targets() {
		target, all := typeName(n), attributes()
		list = append(list, fmt.Sprintf("%s: %s.%s", target, target, all[n%len(all)].name)) // the target's first
	}
	return list
}

// plain are the attributes that projection i shows as they are.
func (t *typ) plain(i int) []string {
	var names []string
	for _, name := range t.window(i, 10) {
		if name != "Lines" && name != "Visiting" {
			names = append(names, name)
		}
	}
	return names
}

// extra is the column that a projection gets in the next release.
func (t *typ) extra(i int) string {
	switch {
	case i > 0 && i%4 == 0 && t.lines:
		return "Half: Number / 2"
	case i > 0 && i%7 == 0:
		return fmt.Sprintf("Filled: count(%s)", t.plain(0)[1])
	}
	return fmt.Sprintf("Named: \"has(%s)\"", t.own[0].name)
}

// asked are the columns that a query of projection i is narrowed by.
func (t *typ) asked(i, query int) []string {
	switch {
	case i > 0 && i%4 == 0 && t.lines:
		return []string{"Item", "LineNo"}
	case i > 0 && i%7 == 0:
		return t.plain(0)[:1]
	}
	names := t.plain(i)
	return []string{names[query%len(names)], names[(query+1)%len(names)]}
}

// writeQuery sorts by a column less, or by one more, in the next release.
func (t *typ) writeQuery(out *strings.Builder, name, from string, by []string) {
	sort := by[0]
	if t.changes(&t.query, t.size.ChangedQueries, t.size.Queries) {
		sort = "-" + sort
	}
	fmt.Fprintf(out, "  %s: {from: %s, filter: [%s], sort: [%s], page: 50}\n", name, from, strings.Join(by, ", "), sort)
}
