package compile

import (
	"regexp"
	"slices"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/compile/syntax"
)

// foldPattern takes "sum(Total)" apart.
var foldPattern = regexp.MustCompile(`^(count|sum|min|max)\(\s*([A-Z][A-Za-z0-9]*)?\s*\)$`)

// foldKinds are what can be folded so. Amounts in several currencies have no least one.
var foldKinds = map[string][]model.Kind{
	"count": nil,
	"sum":   {model.Int, model.Decimal, model.Money},
	"min":   {model.Int, model.Decimal, model.Text, model.Date, model.Timestamp},
	"max":   {model.Int, model.Decimal, model.Text, model.Date, model.Timestamp},
}

// groupKinds are what tells groups apart.
var groupKinds = []model.Kind{
	model.Text, model.Int, model.Decimal, model.Money, model.Bool, model.Date, model.Timestamp, model.Enum, model.Ref,
}

// followGroup gives a grouped projection the columns that tell its groups apart.
func (c *compiler) followGroup(p *projection) bool {
	if len(p.Group.List) == 0 {
		return true
	}
	if p.Each.Given() {
		c.report.Hint(p.Each.At, problem.ChainForm, "make one with a row per element, and of that one with the groups",
			"%s has a row per element or a row per group, not both", p.name)
		return false
	}
	p.ir.Grouped, p.ir.Key = true, keyName
	for _, name := range p.Group.List {
		column := c.feeding(p, name, groupKinds...)
		switch {
		case column == nil:
		case p.column(name.Text) != nil:
			c.report.At(name.At, problem.ChainColumn, "%s is twice in the list", name.Text)
		default:
			p.ir.Columns = append(p.ir.Columns, model.Column{
				Name: name.Text, Type: column.Type, Expr: name.Text, Needs: []string{name.Text}, Origin: c.origin(name.At),
			})
		}
	}
	return len(p.ir.Columns) > 0
}

// inGroup reports whether the name is among those of the group, resolved or not.
func (p *projection) inGroup(name string) bool {
	return slices.ContainsFunc(p.Group.List, func(w source.Word) bool { return w.Text == name })
}

// groupColumn resolves a column of a grouped projection beside those of the group.
func (c *compiler) groupColumn(p *projection, e *source.Entry[syntax.Column]) *model.Column {
	column := &model.Column{Name: e.Key.Text, Origin: c.origin(e.Key.At)}
	call, join := e.Value.Is, e.Value.Join
	switch {
	case e.Value.Stored.Given():
		c.report.Hint(e.Value.Stored.At, problem.FoldForm, "write it like sum(Total)", "A group stores what is counted or added up")
		return nil
	case !call.Given() && !join.Given():
		return c.sharedColumn(p, e.Key, column)
	case call.Given() && c.pathOf(p, call) != nil:
		join = call
	}
	if join.Given() {
		if c.joinColumn(p, column, join) {
			return column
		}
		return nil
	}
	if !c.foldColumn(p, column, call) {
		return nil
	}
	return column
}

// sharedColumn is a column that every row of a group would show alike: what is looked up
// through a reference of the group.
func (c *compiler) sharedColumn(p *projection, name source.Word, column *model.Column) *model.Column {
	fed := p.feeder.visible(name.Text)
	switch {
	case p.feeder.excused(name.Text):
	case fed != nil && len(fed.Join) > 0 && fed.Expr == "" && fed.Own == "" && p.column(fed.Join[0].Ref) != nil:
		return c.sameJoin(p, name, column)
	default:
		c.report.Hint(name.At, problem.FoldForm, "add it to group, or write what to make of it: count(), sum(Total), min(Date), max(Date)",
			"%s does not have one value in a group", name.Text)
	}
	return nil
}

func (c *compiler) foldColumn(p *projection, column *model.Column, call source.Word) bool {
	parts := foldPattern.FindStringSubmatch(call.Text)
	if parts == nil || parts[2] == "" && parts[1] != "count" {
		c.report.Hint(call.At, problem.FoldForm, "write count(), count(PaidOn), sum(Total), min(Date) or max(Date)",
			"%q is no way to make one value of many", call.Text)
		return false
	}
	column.Fold, column.Type = parts[1], model.Type{Kind: model.Int}
	if parts[2] == "" {
		return true
	}
	of := c.feeding(p, source.Word{Text: parts[2], At: call.At}, foldKinds[column.Fold]...)
	if of == nil {
		return false
	}
	column.Expr, column.Needs = of.Name, []string{of.Name}
	switch column.Fold {
	case "sum":
		column.Type = model.Type{Kind: of.Type.Kind} // as large as it gets
	case "min", "max":
		column.Type = of.Type
	}
	return true
}

// indexExtremes gives the feeder an index for each least and greatest value: when a row goes
// that had it, the next one is looked up there.
func (c *compiler) indexExtremes(p *projection) {
	var group []string
	for _, column := range p.ir.Columns {
		if column.Fold == "" && column.Expr != "" {
			group = append(group, column.Expr)
		}
	}
	for _, column := range p.ir.Columns {
		if column.Fold == "min" || column.Fold == "max" {
			p.feeder.index(append(slices.Clone(group), column.Expr), p.name)
		}
	}
}
