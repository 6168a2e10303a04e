package query

import (
	"fmt"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// statement is a question in SQL. Its rows are the releases whose tables are kept, the live
// cursor, the smallest cursor of the tables that are not live, whether copies are being brought
// up to date, the key (null: there is no row at all), the sort values and the item's values, all
// of them as text.
type statement struct {
	sql       string
	arguments []any
	columns   []field // of the item, the id first
}

// The statement's names for what a page is sorted by. No column of a model is called so.
func sortName(i int) string { return fmt.Sprintf(`"?%d"`, i) }

// build turns a checked question into one statement: position and page come from one
// snapshot. Only the rows of the page are joined for display.
func (p *plan) build(a *ask) (statement, error) {
	page, err := p.page(a)
	if err != nil {
		return statement{}, err
	}
	display := newScope(p)
	s := statement{columns: append([]field{p.id}, p.fields...)}
	outputs := []string{base + ".key::text AS k", base + `.key AS "?k"`}
	for i, o := range a.sort {
		name := base + "." + sortName(i)
		value := name // of the last row, where the next page begins
		if o.byKey() {
			value = column(base, o.stored.SQL)
		}
		outputs = append(outputs, projection.SQLText(o.typ.Kind, value)+fmt.Sprintf(` AS "?v%d"`, i), name)
	}
	n := 0
	for _, f := range s.columns {
		for _, expression := range display.output(f) {
			outputs = append(outputs, fmt.Sprintf(`%s AS "?c%d"`, expression, n))
			n++
		}
	}
	s.sql = fmt.Sprintf(`SELECT at.release, at.next, at.live, at.own, at.changing, p.k%s
FROM (%s) at
LEFT JOIN (
  SELECT %s
  FROM (%s) %s
  %s
) p ON true
ORDER BY %s`, selected(len(a.sort), n), p.position(), strings.Join(outputs, ", "), page, base,
		strings.Join(display.joins, "\n  "), a.orderBy("p.", `p."?k"`))
	s.arguments = a.arguments
	return s, nil
}

// position is which releases the account has tables of, where it stands, where those of the query's tables stand that are
// not live, and whether a job is bringing copies up to date that the rows show.
const position = `
  SELECT c.release, %s AS next, c.sequence_number AS live, (
    SELECT pg_catalog.min(o.sequence_number) FROM store.projection_cursors o
    WHERE o.account_id = $1 AND o.table_name = ANY ($2::text[])) AS own, %s AS changing
  FROM store.%s c WHERE c.account_id = $1`

// jobs is asked only where there are copies: $3 are the tables that keep them.
const jobs = "EXISTS (SELECT FROM store.fan_outs f WHERE f.account_id = $1 AND f.table_name = ANY ($3::text[]))"

// position stands at the account's last event where the appends themselves write the rows.
func (p *plan) position() string {
	next, changing, cursors := "c.next_release", "false", "live_cursors"
	if len(p.Copied) > 0 {
		changing = jobs
	}
	if p.Sync {
		next, cursors = "NULL::text", "account_heads"
	}
	return fmt.Sprintf(position, next, changing, cursors)
}

func selected(sorts, columns int) string {
	var out strings.Builder
	for i := range sorts {
		fmt.Fprintf(&out, `, p."?v%d"`, i)
	}
	for i := range columns {
		fmt.Fprintf(&out, `, p."?c%d"`, i)
	}
	return out.String()
}

// output returns the expressions that a field is shown from, as text.
func (s *scope) output(f field) []string {
	value, currency := s.value(f)
	out := []string{projection.SQLText(f.typ.Kind, value)}
	if f.typ.Kind == model.Money {
		out = append(out, currency)
	}
	return out
}

// page selects the rows of the page, one more than asked for, with what they are sorted by.
func (p *plan) page(a *ask) (string, error) {
	inner := newScope(p)
	conditions := []string{base + ".account_id = " + accountArgument}
	for _, f := range a.filters {
		if f.passes == nil {
			conditions = append(conditions, inner.sorting(f.field)+" IS NULL")
			continue
		}
		conditions = append(conditions, inner.where(f.field, f.passes))
	}
	sorts := make([]string, len(a.sort))
	selects := base + ".*"
	for i, o := range a.sort {
		sorts[i] = inner.sorting(o.field)
		selects += fmt.Sprintf(", %s AS %s", sorts[i], sortName(i))
	}
	arms, err := a.arms(sorts)
	if err != nil {
		return "", err
	}
	limit := a.argument(a.size + 1)
	one := func(more ...string) string {
		return fmt.Sprintf("SELECT %s FROM %s %s %s WHERE %s ORDER BY %s LIMIT %s", selects, p.table.Quoted(), base,
			strings.Join(inner.joins, " "), strings.Join(append(conditions, more...), " AND "), a.orderBy("", base+".key"), limit)
	}
	return a.combine(arms, one, limit), nil
}

// combine puts the arms together. Sorted by stored columns, each arm is one walk along an
// index and is cut to a page by itself. Sorted by a joined column there is no such walk,
// and one pass over the rows serves all arms.
func (a *ask) combine(arms []string, one func(...string) string, limit string) string {
	if len(arms) == 0 {
		return one()
	}
	for _, o := range a.sort {
		if len(o.hops) > 0 {
			return one("((" + strings.Join(arms, ") OR (") + "))")
		}
	}
	selects := make([]string, len(arms))
	for i, arm := range arms {
		selects[i] = "(" + one(arm) + ")"
	}
	return fmt.Sprintf("SELECT * FROM (%s) u ORDER BY %s LIMIT %s",
		strings.Join(selects, "\n  UNION ALL "), a.orderBy("u.", "u.key"), limit)
}

// orderBy sorts by the page's sort names. Rows without a value come last, and first in
// descending order: so one index serves both directions. The key goes the way of the last column.
func (a *ask) orderBy(prefix, key string) string {
	var out []string
	direction := ""
	for i, o := range a.sort {
		if direction = ""; o.descending {
			direction = " DESC"
		}
		out = append(out, prefix+sortName(i)+direction)
	}
	return strings.Join(append(out, key+direction), ", ")
}

// arms returns the conditions under which a row comes after the cursor, which no row
// passes two of: equal in the first columns and after in the next.
func (a *ask) arms(sorts []string) ([]string, error) {
	if a.after == "" {
		return nil, nil
	}
	c, err := decodeCursor(a.after, a.identity, len(sorts))
	if err != nil {
		return nil, err
	}
	var arms []string
	equal := ""
	for i, o := range a.sort {
		if c.Values[i] == nil {
			if o.descending {
				arms = append(arms, equal+sorts[i]+" IS NOT NULL")
			}
			equal += sorts[i] + " IS NULL AND "
			continue
		}
		place := a.argument(*c.Values[i]) + "::" + projection.CastType(o.typ)
		if o.byKey() {
			place = o.stored.SortsAs(place)
		}
		if o.descending {
			arms = append(arms, equal+sorts[i]+" < "+place)
		} else {
			arms = append(arms, equal+sorts[i]+" > "+place, equal+sorts[i]+" IS NULL")
		}
		equal += sorts[i] + " = " + place + " AND "
	}
	operator := " > "
	if len(a.sort) > 0 && a.sort[len(a.sort)-1].descending {
		operator = " < "
	}
	return append(arms, equal+base+".key"+operator+a.argument(c.Key.String())+"::uuid"), nil
}
