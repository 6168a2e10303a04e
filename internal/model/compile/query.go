package compile

import (
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/compile/syntax"
)

// query is a query on its way to the IR.
type query struct {
	*syntax.Query
	typ        *typ
	name       string
	projection *projection
	ir         *model.Query
}

const (
	defaultPage = 50
	maxPage     = 500
)

func (c *compiler) resolveQueries() {
	for _, t := range c.streams {
		for i := range t.Queries.Entries {
			c.resolveQuery(t, &t.Queries.Entries[i])
		}
	}
}

func (c *compiler) resolveQuery(t *typ, e *source.Entry[syntax.Query]) {
	if !c.pascal(e.Key, problem.NameForm, "a query") {
		return
	}
	if other := c.queries[e.Key.Text]; other != nil {
		c.report.Hint(e.Key.At, problem.DuplicateQuery, "clients call a query by its name alone; give it another",
			"%s is already a query of %s", e.Key.Text, other.typ.name)
		return
	}
	q := &query{Query: &e.Value, typ: t, name: e.Key.Text, projection: c.queryFrom(t, e)}
	c.queries[q.name] = q
	if q.projection == nil {
		return
	}
	q.ir = &model.Query{
		Name: q.name, From: q.projection.name, Page: c.page(q), Allow: c.roles(q.Allow), Label: q.Label.Text,
		Filter: c.queryColumns(q, q.Filter, problem.FilterColumn), Sort: c.sortColumns(q), Origin: c.origin(e.Key.At),
	}
	c.asked = append(c.asked, q)
}

func (c *compiler) queryFrom(t *typ, e *source.Entry[syntax.Query]) *projection {
	from := e.Value.From
	switch {
	case from.Given() && c.projections[from.Text] != nil && !c.projections[from.Text].ir.Helper:
		return c.projections[from.Text]
	case from.Given():
		c.report.Hint(from.At, problem.QueryFrom, problem.DidYouMean(from.Text, c.projectionNames()), "There is no projection %q", from.Text)
	case len(t.Projections.Entries) == 1:
		return c.projections[t.Projections.Entries[0].Key.Text]
	default:
		c.report.Hint(e.Key.At, problem.QueryFrom, problem.DidYouMean("", t.Projections.Keys()), "Say from which projection %s answers", e.Key.Text)
	}
	return nil
}

func (c *compiler) projectionNames() []string {
	var names []string
	for name, p := range c.projections {
		if !p.ir.Helper {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (c *compiler) page(q *query) int {
	if q.Page.At == nil {
		return defaultPage
	}
	if q.Page.Value < 1 || q.Page.Value > maxPage {
		c.report.Hint(q.Page.At, problem.PageSize, "clients follow the cursor for more", "A page has 1 to %d rows", maxPage)
	}
	return q.Page.Value
}

// queryColumns checks that the names are columns that can be compared.
func (c *compiler) queryColumns(q *query, list []source.Word, code problem.Code) []string {
	var names []string
	for _, name := range list {
		column := q.projection.visible(name.Text)
		switch {
		case !name.Given():
		case name.Text == q.projection.keyName():
			names = append(names, name.Text) // every row has it, and it is the table's key
		case q.projection.excused(name.Text):
		case column == nil:
			c.report.Hint(name.At, code, problem.DidYouMean(name.Text, q.projection.columnNames()), "%s has no column %q", q.projection.name, name.Text)
		case column.Type.Kind == model.Custom:
			c.report.Hint(name.At, code, "make what is looked up by an attribute of the type",
				"%s holds custom values, and no index serves them: that takes a pack that declares which are indexed", name.Text)
		case column.Type.Kind == model.List || column.Type.Kind == model.Object:
			c.report.Hint(name.At, code, "make a column of a field of it", "%s is %s; it cannot be compared", name.Text, withArticle(describe(column.Type)))
		case slices.Contains(names, name.Text):
			c.report.At(name.At, code, "%s is twice in the list", name.Text)
		default:
			names = append(names, name.Text)
		}
	}
	return names
}

// sortColumns returns the columns of the sort. The first may have a "-" in front: it is the
// order of an answer when the question does not say.
func (c *compiler) sortColumns(q *query) []string {
	bare := slices.Clone(q.Sort)
	for i := range bare {
		bare[i].Text = strings.TrimPrefix(bare[i].Text, "-")
		if i > 0 && bare[i].Text != q.Sort[i].Text {
			c.report.Hint(bare[i].At, problem.SortColumn, "every column also sorts descending when the question says so",
				"Only the first column says which way it sorts")
		}
	}
	names := c.queryColumns(q, bare, problem.SortColumn)
	if len(names) > 0 && q.Sort[0].Text == "-"+names[0] {
		names[0] = q.Sort[0].Text
	}
	return names
}
