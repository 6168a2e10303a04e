package compile

import (
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// keyName is the name of a key that is no stream's id: of an element of a list, of a group.
const keyName = "Key"

// keyName is the name under which a row of the projection shows its key.
func (p *projection) keyName() string {
	if p.ir.Key != "" {
		return p.ir.Key
	}
	return p.typ.idName()
}

func (p *projection) keyType() model.Type {
	if p.ir.Key != "" {
		return model.Type{Kind: model.Ref}
	}
	return model.Type{Kind: model.Ref, Targets: []string{p.typ.name}}
}

// follow finds what feeds the projection, which is resolved first; false when that, or what
// is said of it, cannot be.
func (c *compiler) follow(p *projection) bool {
	if !p.Of.Given() {
		return c.feedsOnEvents(p)
	}
	feeder := c.projections[p.Of.Text]
	if feeder == nil || feeder.ir.Helper {
		c.report.Hint(p.Of.At, problem.ChainOf, problem.DidYouMean(p.Of.Text, c.projectionNames()), "There is no projection %q", p.Of.Text)
		return false
	}
	if feeder.resolving {
		c.report.Hint(p.Of.At, problem.ChainOf, "one of them has to follow from events", "%s ends up being fed by itself", p.name)
		return false
	}
	c.resolveProjection(feeder)
	if feeder.lost {
		return false
	}
	p.feeder, p.typ = feeder, feeder.typ
	p.ir.Of, p.ir.From, p.ir.Key = feeder.name, feeder.ir.From, feeder.ir.Key
	c.checkSync(p)
	return c.followWhere(p) && c.followEach(p) && c.followGroup(p)
}

// feedsOnEvents reports what only makes sense of the rows of another projection.
func (c *compiler) feedsOnEvents(p *projection) bool {
	said := append([]source.Word{p.Each, p.Where}, p.Group.List...)
	i := slices.IndexFunc(said, source.Word.Given)
	if i >= 0 {
		c.report.Hint(said[i].At, problem.ChainForm, "write \"of: "+p.typ.plural()+"\", or whose rows it follows from",
			"each, where and group are of another projection, and %s is of none", p.name)
	}
	return i < 0
}

// feeding returns the stored column of the feeder that the word names, of one of the kinds;
// without kinds, of any.
func (c *compiler) feeding(p *projection, name source.Word, kinds ...model.Kind) *model.Column {
	column := p.feeder.visible(name.Text)
	switch {
	case !name.Given() || p.feeder.excused(name.Text):
		return nil
	case column == nil:
		c.report.Hint(name.At, problem.ChainColumn, problem.DidYouMean(name.Text, p.feeder.columnNames()), "%s has no column %q", p.feeder.name, name.Text)
		return nil
	case lookedUp(column):
		c.reportLookedUp(p, name)
		return nil
	case len(kinds) > 0 && !slices.Contains(kinds, column.Type.Kind):
		words := make([]string, len(kinds))
		for i, kind := range kinds {
			words[i] = string(kind)
		}
		c.report.Hint(name.At, problem.ChainColumn, "name a column that is "+strings.Join(words, ", "),
			"%s is %s", name.Text, withArticle(describe(column.Type)))
		return nil
	}
	return column
}

// lookedUp reports whether no row keeps what the column shows.
func lookedUp(column *model.Column) bool { return len(column.Join) > 0 && column.Copy == nil }

// reportLookedUp reports that rows cannot follow a value that no row keeps.
func (c *compiler) reportLookedUp(p *projection, name source.Word) {
	column := p.feeder.visible(name.Text)
	c.report.Hint(name.At, problem.ChainColumn,
		"keep it in the rows of "+p.feeder.name+": shape: {"+stepOf(column.Join[0])+": duplicate}",
		"%s is looked up when %s is asked; rows cannot follow from it", name.Text, p.feeder.name)
}

func (c *compiler) followWhere(p *projection) bool {
	if !p.Where.Given() {
		return true
	}
	column := c.feeding(p, p.Where, model.Bool)
	if column != nil {
		p.ir.Where = column.Name
	}
	return column != nil
}

func (c *compiler) followEach(p *projection) bool {
	if !p.Each.Given() {
		return true
	}
	column := c.feeding(p, p.Each, model.List)
	if column == nil {
		return false
	}
	p.ir.Each, p.ir.Key, p.element = column.Name, keyName, column.Type.Of
	return true
}

// rowColumn is the column that shows what the feeding row or its element calls so.
func (c *compiler) rowColumn(p *projection, name source.Word, column *model.Column) *model.Column {
	fed := p.feeder.visible(name.Text)
	switch t, ok := p.own(name.Text); {
	case p.feeder.excused(name.Text) || c.ambiguous(p, name):
		return nil
	case fed != nil && len(fed.Join) > 0:
		return c.sameJoin(p, name, column)
	case !ok:
		c.report.Hint(name.At, problem.ProjectionColumnUnknown, problem.DidYouMean(name.Text, p.ownNames()),
			"%s has no %q that a row could show", p.feeder.name, name.Text)
		return nil
	default:
		column.Type, column.Expr, column.Needs = t, name.Text, []string{name.Text}
		return column
	}
}

// sameJoin is the column that looks up what its feeder looks up: its own stored value goes
// along, the copied one does not, since a copy is followed where it is made.
func (c *compiler) sameJoin(p *projection, name source.Word, column *model.Column) *model.Column {
	fed := p.feeder.column(name.Text)
	if c.ambiguous(p, source.Word{Text: fed.Join[0].Ref, At: name.At}) {
		return nil
	}
	column.Type, column.Join, column.Expr = fed.Type, slices.Clone(fed.Join), fed.Own
	if fed.Expr != "" {
		column.Expr = name.Text
	}
	if column.Expr != "" {
		column.Needs = []string{column.Expr}
	}
	return column
}

// ambiguous reports a name that the feeding row and its element both have.
func (c *compiler) ambiguous(p *projection, name source.Word) bool {
	inElement := slices.ContainsFunc(p.element, func(a model.Attribute) bool { return a.Name == name.Text })
	if p.feeder == nil || !inElement || p.feeder.column(name.Text) == nil && p.feeder.keyName() != name.Text {
		return false
	}
	c.report.Hint(name.At, problem.AmbiguousName, "give the column of "+p.feeder.name+" another name",
		"%s is a column of %s, and the rows of its %s have one too", name.Text, p.feeder.name, p.ir.Each)
	return true
}

// mayRead reports what an expression over a feeding row mentions and cannot read.
func (c *compiler) mayRead(p *projection, text source.Word) bool {
	if p.feeder == nil {
		return true
	}
	for _, name := range identifiers(text.Text) {
		word := source.Word{Text: name, At: text.At}
		if c.ambiguous(p, word) {
			return false
		}
		if fed := p.feeder.visible(name); fed != nil && lookedUp(fed) {
			c.reportLookedUp(p, word)
			return false
		}
	}
	return true
}
