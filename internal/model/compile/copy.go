package compile

import (
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// How what a reference leads to gets into the rows of a projection.
const (
	shapeAuto      = "auto"
	shapeJoin      = "join"      // looked up when the question is asked
	shapeDuplicate = "duplicate" // kept in each row, and followed when it changes there
)

var shapeWords = []string{shapeAuto, shapeJoin, shapeDuplicate}

// resolveShapes does to the joins of the projection what its file says of them.
func (c *compiler) resolveShapes(p *projection) {
	for _, e := range p.Shape.Entries {
		ref, _ := p.reference(e.Key.Text)
		switch {
		case !e.Value.Given() || p.excuses(e.Key.Text):
		case !slices.Contains(shapeWords, e.Value.Text):
			c.report.Hint(e.Value.At, problem.ShapeForm, problem.DidYouMean(e.Value.Text, shapeWords), "There is no shape %q", e.Value.Text)
		case !slices.ContainsFunc(p.ir.Columns, func(x model.Column) bool { return joinsBy(x, ref) }):
			c.report.Hint(e.Key.At, problem.ShapeForm, problem.DidYouMean(e.Key.Text, p.joinSteps()), "No column of %s is looked up by %q", p.name, e.Key.Text)
		case e.Value.Text == shapeDuplicate:
			c.duplicateBy(p, ref, e.Value)
		}
	}
}

func joinsBy(column model.Column, ref string) bool {
	return len(column.Join) > 0 && column.Join[0].Ref == ref
}

// joinSteps returns the first steps of the paths of the projection's columns.
func (p *projection) joinSteps() []string {
	var steps []string
	for _, column := range p.ir.Columns {
		if len(column.Join) > 0 {
			steps = append(steps, stepOf(column.Join[0]))
		}
	}
	slices.Sort(steps)
	return slices.Compact(steps)
}

// chooseShapes makes copies of the joined columns that a query narrows or sorts by, where
// the model does not say: in the rows they have an index that is walked in order, in a
// helper they have not. A rename of what many rows show costs more then, and later.
func (c *compiler) chooseShapes() {
	for _, q := range c.asked {
		for _, name := range append(slices.Clone(q.ir.Filter), q.ir.Sort...) {
			name = strings.TrimPrefix(name, "-")
			p := q.projection
			if column := p.column(name); column != nil && lookedUp(column) && p.mayCopy(column.Join[0].Ref) {
				c.duplicate(p, name)
				c.readOwn(p, name)
			}
		}
	}
}

// mayCopy reports whether it is for the compiler to choose how the reference's columns are shown.
func (p *projection) mayCopy(ref string) bool {
	for _, e := range p.Shape.Entries {
		if name, _ := p.reference(e.Key.Text); name == ref && e.Value.Text == shapeJoin {
			return false
		}
	}
	return !p.ir.Grouped && !p.ir.Sync
}

// readOwn lets those that are fed by the projection, and that look up the same as the column
// does, read the row's own value where it is now.
func (c *compiler) readOwn(p *projection, name string) {
	own := p.column(name).Own
	for _, fed := range c.ordered {
		for i := range fed.ir.Columns {
			if column := &fed.ir.Columns[i]; own != "" && fed.feeder == p && column.Expr == name {
				column.Expr, column.Needs = own, []string{own}
			}
		}
	}
}

// duplicateBy keeps in the rows what is looked up by the reference.
func (c *compiler) duplicateBy(p *projection, ref string, at source.Word) {
	switch {
	case p.ir.Grouped:
		c.report.Hint(at.At, problem.ShapeForm, "join it: there are few groups", "The rows of a group keep what is counted and added up, and no copies")
	case p.ir.Sync:
		c.report.Hint(at.At, problem.SyncForm, "join it, or leave out sync",
			"A projection that is written with the events keeps no copies: nothing would follow them")
	default:
		for _, column := range slices.Clone(p.ir.Columns) {
			if joinsBy(column, ref) {
				c.duplicate(p, column.Name)
			}
		}
	}
}

// duplicate makes the joined column a copy of what the helper that its reference leads to
// has, or is made to have.
func (c *compiler) duplicate(p *projection, name string) {
	column := p.column(name)
	hop := column.Join[0]
	column.Copy = &model.Hop{Ref: hop.Ref, Helpers: hop.Helpers, Column: c.keep(column.Join, 1)}
	p.index([]string{hop.Ref}, fanOut(name))
	if column.Expr == "" {
		return
	}
	own := *column
	own.Join, own.Copy, own.Silent = nil, nil, true
	for p.column(own.Name) != nil {
		own.Name = "Own" + own.Name
	}
	column.Expr, column.Needs, column.Own = "", nil, own.Name
	p.ir.Columns = append(p.ir.Columns, own)
}

// fanOut is what an index on a reference serves: finding the rows to follow a change in.
func fanOut(column string) string { return "fan-out of " + column }

// keep returns the column under which the helpers before the i-th hop have what the path
// leads to. At the end of the path it is a column of their own; on the way it is a copy.
func (c *compiler) keep(path []model.Hop, i int) string {
	if i == len(path) {
		return path[i-1].Column
	}
	copied := model.Column{
		Copy:   &model.Hop{Ref: path[i].Ref, Helpers: path[i].Helpers, Column: c.keep(path, i+1)},
		Silent: true,
	}
	copied.Name = stepOf(path[i]) + copied.Copy.Column
	copied.Type = c.projections[path[i].Helpers[0]].column(copied.Copy.Column).Type
	for slices.ContainsFunc(path[i-1].Helpers, func(helper string) bool { return c.projections[helper].hasOther(copied) }) {
		copied.Name += "Copy"
	}
	for _, name := range path[i-1].Helpers {
		helper := c.projections[name]
		helper.addCopy(copied, c.origin(helper.at))
		helper.index([]string{path[i].Ref}, fanOut(copied.Name))
	}
	return copied.Name
}

// hasOther reports whether the name means something else here.
func (p *projection) hasOther(copied model.Column) bool {
	if _, ok := p.typ.own(copied.Name); ok {
		return true
	}
	there := p.column(copied.Name)
	return there != nil && (there.Copy == nil || there.Copy.Column+there.Copy.Ref != copied.Copy.Column+copied.Copy.Ref)
}

func (p *projection) addCopy(copied model.Column, origin string) {
	if p.column(copied.Name) != nil {
		return
	}
	copied.Origin = origin
	p.ir.Columns = append(p.ir.Columns, copied)
	slices.SortFunc(p.ir.Columns, func(a, b model.Column) int { return strings.Compare(a.Name, b.Name) })
}

// checkSync reports what a projection cannot be that is written with the events: it is by
// itself, so that its rows are all that a transaction of the append has to write.
func (c *compiler) checkSync(p *projection) {
	switch {
	case p.Sync.Value:
		c.report.Hint(p.Sync.At, problem.SyncForm, "leave out sync or of",
			"A projection that is written with the events follows from them alone, not from rows of %s", p.feeder.name)
	case p.feeder.ir.Sync:
		c.report.Hint(p.Of.At, problem.SyncForm, "make another of the same columns without sync to feed it",
			"%s is written with the events and feeds no other", p.feeder.name)
	}
}
