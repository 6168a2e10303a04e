package diff

import (
	"slices"

	"github.com/polderhq/polder/internal/model"
)

// projections finds the tables that b has and a does not.
func (c *comparison) projections() {
	known := map[[2]string]bool{}
	for i := range c.a.Projections {
		known[tableOf(&c.a.Projections[i])] = true
	}
	for i := range c.b.Projections {
		p := &c.b.Projections[i]
		before := c.a.projections[p.Name]
		switch {
		case known[tableOf(p)]:
			c.shared(before, p)
			continue
		case before == nil:
			c.add(Change{Class: Minor, Part: "projection", Name: p.Name, What: "is new", Action: Action{Build, p.Name}, Place: p.Origin})
		default:
			c.add(Change{Class: Minor, Part: "projection", Name: p.Name, What: c.otherwise(before, p), Action: Action{Build, p.Name}, Place: p.Origin})
		}
		known[tableOf(p)] = true // a second one of the same content shares it
		c.diff.Tables = append(c.diff.Tables, c.table(before, p))
	}
	for i := range c.a.Projections {
		if p := &c.a.Projections[i]; c.b.projections[p.Name] == nil {
			c.add(Change{Class: Move, Part: "projection", Name: p.Name, What: "is gone", Action: Action{Kind: Nothing}, Place: p.Origin})
		}
	}
}

// otherwise says in what way the table that a has of a projection is not that of b.
func (c *comparison) otherwise(a, b *model.Projection) string {
	if adds, grown := c.grown(a, b); grown && len(adds) == 0 && !slices.EqualFunc(a.Columns, b.Columns, func(x, y model.Column) bool { return x.Ordered == y.Ordered }) {
		return "is narrowed or sorted by other numbers"
	}
	return "is kept otherwise"
}

// tableOf is what the name of a projection's table is made of.
func tableOf(p *model.Projection) [2]string { return [2]string{p.From, p.Fingerprint} }

// shared enters what is looked up or found otherwise in a table that stays.
func (c *comparison) shared(a, b *model.Projection) {
	switch {
	case a == nil:
		c.add(Change{Class: Move, Part: "projection", Name: b.Name, What: "is new, and shares a table", Action: Action{Kind: Swap}, Place: b.Origin})
	case !slices.EqualFunc(a.Columns, b.Columns, c.sameColumn):
		c.add(Change{Class: Move, Part: "projection", Name: b.Name, What: "shows other columns of the same table, or looks up others", Action: Action{Kind: Swap}, Place: b.Origin})
	case !slices.EqualFunc(a.Indexes, b.Indexes, func(x, y model.Index) bool { return slices.Equal(x.Columns, y.Columns) }):
		c.add(Change{Class: Minor, Part: "projection", Name: b.Name, What: "is found by other indexes", Action: Action{Kind: Swap}, Place: b.Origin})
	}
}

func (c *comparison) sameColumn(a, b model.Column) bool {
	return a.Name == b.Name && a.Expr == b.Expr && a.Fold == b.Fold && a.Own == b.Own && a.Silent == b.Silent &&
		c.a.kept(&a.Type) == c.b.kept(&b.Type) && slices.EqualFunc(hops(&a), hops(&b), sameHop)
}

func hops(c *model.Column) []model.Hop {
	if c.Copy != nil {
		return append([]model.Hop{*c.Copy}, c.Join...)
	}
	return c.Join
}

func sameHop(a, b model.Hop) bool {
	return a.Ref == b.Ref && a.Column == b.Column && slices.Equal(a.Helpers, b.Helpers)
}

// table describes a table to build, and whether what a has of the projection can seed it.
func (c *comparison) table(a, b *model.Projection) Table {
	t := Table{Projection: b.Name, Fingerprint: b.Fingerprint}
	if a == nil {
		return t
	}
	t.Was = a.Fingerprint
	adds, ok := c.grown(a, b)
	if !ok || b.Of == "" && !c.sameFold(a, b) {
		return t
	}
	t.Seeded = true
	for _, column := range adds {
		t.Adds = append(t.Adds, column.Name)
	}
	if b.Of == "" {
		t.Replays = c.feeding(b, adds)
	}
	return t
}

// grown returns the stored columns that b has beyond those of a. It is false when the rows of
// the one are not those of the other, or hold another value in the same column.
func (c *comparison) grown(a, b *model.Projection) ([]model.Column, bool) {
	if a.From != b.From || a.Of != b.Of || a.Each != b.Each || a.Where != b.Where || a.Grouped != b.Grouped || a.Sync != b.Sync || a.Key != b.Key {
		return nil, false
	}
	if a.Of != "" && tableOf(c.a.projections[a.Of]) != tableOf(c.b.projections[b.Of]) {
		return nil, false
	}
	var adds []model.Column
	for _, column := range b.Columns {
		i := slices.IndexFunc(a.Columns, func(x model.Column) bool { return x.Name == column.Name && x.Stored() })
		switch {
		case !column.Stored():
		case i < 0 && b.Grouped && column.Fold == "":
			return nil, false // rows are told apart by it
		case i < 0:
			adds = append(adds, column)
		case !c.sameColumn(a.Columns[i], column) || !c.sameSources(&column):
			return nil, false
		}
	}
	return adds, true
}

// sameSources reports whether the helpers that the column copies from have the same tables.
func (c *comparison) sameSources(column *model.Column) bool {
	if column.Copy == nil {
		return true
	}
	return !slices.ContainsFunc(column.Copy.Helpers, func(name string) bool {
		a, b := c.a.projections[name], c.b.projections[name]
		return a == nil || b == nil || tableOf(a) != tableOf(b)
	})
}
