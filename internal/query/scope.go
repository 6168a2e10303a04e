package query

import (
	"fmt"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// base is the alias of the projection's table, in the page's selection and around it.
const base = "t"

// accountArgument is the account's place in every statement. Each table's condition names it.
const accountArgument = "$1"

// scope gives SQL expressions for fields, and collects the joins that they need. Fields
// that go the same way share the joins.
type scope struct {
	plan  *plan
	joins []string
	ways  map[string][]string // path -> aliases at its end
}

func newScope(p *plan) *scope { return &scope{plan: p, ways: map[string][]string{}} }

// value returns the expression of a field, and of its currency where it is money.
func (s *scope) value(f field) (value, currency string) {
	var values, currencies []string
	if f.stored != nil {
		values = append(values, column(base, f.stored.SQL))
		currencies = append(currencies, column(base, f.stored.Currency))
	}
	if len(f.hops) > 0 {
		last := f.hops[len(f.hops)-1]
		for i, alias := range s.way(f.hops) {
			c, _ := s.plan.helpers[last.Helpers[i]].Column(last.Column)
			values = append(values, column(alias, c.SQL))
			currencies = append(currencies, column(alias, c.Currency))
		}
	}
	if f.typ.Kind == model.Money {
		currency = coalesce(currencies)
	}
	return coalesce(values), currency
}

// sorting returns the expression that rows are sorted by, which has a value where the field has one.
func (s *scope) sorting(f field) string {
	if f.byKey() {
		return stored{*f.stored, base}.sorting()
	}
	value, _ := s.value(f)
	return value
}

// way joins the helpers of the hops and returns the aliases of the last hop's.
func (s *scope) way(hops []model.Hop) []string {
	path, ref := "", ""
	var aliases []string
	for i, hop := range hops {
		ref = s.ref(hops, i, aliases)
		path += "/" + hop.Ref + ">" + strings.Join(hop.Helpers, "|")
		known, ok := s.ways[path]
		if !ok {
			known = s.join(hop.Helpers, ref)
			s.ways[path] = known
		}
		aliases = known
	}
	return aliases
}

// ref returns the expression of the i-th hop's ref, on the tables that the hop before led to.
func (s *scope) ref(hops []model.Hop, i int, aliases []string) string {
	if i == 0 {
		c, _ := s.plan.table.Column(hops[0].Ref)
		return column(base, c.SQL)
	}
	refs := make([]string, len(aliases))
	for n, alias := range aliases {
		c, _ := s.plan.helpers[hops[i-1].Helpers[n]].Column(hops[i-1].Column)
		refs[n] = column(alias, c.SQL)
	}
	return coalesce(refs)
}

func (s *scope) join(helpers []string, ref string) []string {
	aliases := make([]string, len(helpers))
	for i, helper := range helpers {
		alias := fmt.Sprintf("j%d", len(s.joins)+1)
		s.joins = append(s.joins, fmt.Sprintf("LEFT JOIN %s %s ON %s.account_id = %s AND %s.key = %s",
			s.plan.helpers[helper].Quoted(), alias, alias, accountArgument, alias, ref))
		aliases[i] = alias
	}
	return aliases
}

// stored is a column of a table in a statement, as tests see it.
type stored struct {
	projection.Column
	alias string
}

func (s stored) value() string    { return column(s.alias, s.SQL) }
func (s stored) currency() string { return column(s.alias, s.Currency) }
func (s stored) sorting() string  { return column(s.alias, s.Sorting()) }

// test is a condition on what a column holds.
type test func(stored) string

// where returns the condition that the field passes the test, in a form that uses the
// index on the stored column and, for a joined one, the index of the helper and then the
// one on the ref: the keys that pass are looked up first, as an array.
func (s *scope) where(f field, passes test) string {
	if len(f.hops) == 0 {
		return passes(stored{*f.stored, base})
	}
	c, _ := s.plan.table.Column(f.hops[0].Ref)
	joined := fmt.Sprintf("%s = ANY (ARRAY(%s))", column(base, c.SQL), s.keys(f.hops, passes))
	if f.stored == nil {
		return joined
	}
	own := stored{*f.stored, base}
	return fmt.Sprintf("((%s) OR (%s IS NULL AND %s))", passes(own), own.sorting(), joined)
}

// keys selects the keys of the first hop's helpers from which the hops lead to a value
// that passes.
func (s *scope) keys(hops []model.Hop, passes test) string {
	selects := make([]string, len(hops[0].Helpers))
	for i, helper := range hops[0].Helpers {
		table := s.plan.helpers[helper]
		c, _ := table.Column(hops[0].Column)
		condition := ""
		if len(hops) == 1 {
			condition = passes(stored{c, "h"})
		} else {
			condition = fmt.Sprintf("%s = ANY (ARRAY(%s))", column("h", c.SQL), s.keys(hops[1:], passes))
		}
		selects[i] = fmt.Sprintf("SELECT h.key FROM %s h WHERE h.account_id = %s AND %s", table.Quoted(), accountArgument, condition)
	}
	return strings.Join(selects, " UNION ALL ")
}

func column(alias, name string) string { return alias + "." + projection.Quote(name) }

func coalesce(expressions []string) string {
	if len(expressions) == 1 {
		return expressions[0]
	}
	return "coalesce(" + strings.Join(expressions, ", ") + ")"
}
