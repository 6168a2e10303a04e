package compile

import (
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
)

// manifold are the kinds that hold more than one value.
var manifold = []model.Kind{model.List, model.Object, model.Custom}

// resolveIndexes gives each projection the indexes that its own file asks for and those
// that the queries need: one per column that is filtered or sorted by. A joined column is
// found from the other side, so the helper's column and the references on the way have one;
// a copied column is found in the rows.
func (c *compiler) resolveIndexes() {
	for _, p := range c.ordered {
		for _, index := range p.Index {
			var columns []string
			for _, name := range index.List {
				if !name.Given() || p.excused(name.Text) {
					continue
				}
				if column := p.visible(name.Text); column == nil || !column.Stored() {
					c.report.Hint(name.At, problem.IndexColumn, problem.DidYouMean(name.Text, p.columnNames()), "%s stores no column %q", p.name, name.Text)
					continue
				} else if slices.Contains(manifold, column.Type.Kind) {
					c.report.Hint(name.At, problem.IndexColumn, "make a column of what is looked up by", "%s is %s; an index on all of it serves no query",
						name.Text, withArticle(describe(column.Type)))
					continue
				}
				columns = append(columns, name.Text)
			}
			p.index(columns, "")
		}
		if p.ir.Grouped {
			c.indexExtremes(p)
		}
	}
	for _, q := range c.asked {
		for _, name := range append(slices.Clone(q.ir.Filter), q.ir.Sort...) {
			c.indexColumn(q, q.projection.column(strings.TrimPrefix(name, "-")))
		}
	}
	for _, p := range c.ordered {
		slices.SortFunc(p.ir.Indexes, func(a, b model.Index) int {
			return strings.Compare(strings.Join(a.Columns, " "), strings.Join(b.Columns, " "))
		})
	}
}

func (c *compiler) indexColumn(q *query, column *model.Column) {
	if column == nil {
		return
	}
	if column.Stored() {
		q.projection.index([]string{column.Name}, q.name)
	}
	if column.Copy != nil {
		return
	}
	at := []*projection{q.projection}
	for _, hop := range column.Join {
		var next []*projection
		for _, p := range at {
			p.index([]string{hop.Ref}, q.name)
		}
		for _, helper := range hop.Helpers {
			next = append(next, c.projections[helper])
		}
		at = next
	}
	for _, p := range at {
		if len(column.Join) > 0 {
			p.index([]string{column.Join[len(column.Join)-1].Column}, q.name)
		}
	}
}

// index adds an index, or the query to the one that is there.
func (p *projection) index(columns []string, query string) {
	if len(columns) == 0 {
		return
	}
	i := slices.IndexFunc(p.ir.Indexes, func(x model.Index) bool { return slices.Equal(x.Columns, columns) })
	if i < 0 {
		p.ir.Indexes = append(p.ir.Indexes, model.Index{Columns: columns, Serves: []string{}})
		i = len(p.ir.Indexes) - 1
	}
	if serves := &p.ir.Indexes[i].Serves; query != "" && !slices.Contains(*serves, query) {
		*serves = append(*serves, query)
		slices.Sort(*serves)
	}
}
