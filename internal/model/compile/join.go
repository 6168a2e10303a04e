package compile

import (
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/compile/syntax"
)

var pathPattern = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*(\.[A-Z][A-Za-z0-9]*)+$`)

// pathOf takes a path through references apart: "Customer.Party.Name". It is nil for any
// other expression, such as a field of a value object.
func (c *compiler) pathOf(p *projection, text source.Word) []string {
	if !pathPattern.MatchString(text.Text) {
		return nil
	}
	steps := strings.Split(text.Text, ".")
	if ref, _ := p.reference(steps[0]); ref == "" {
		return nil
	}
	return steps
}

// reference returns the reference that a step of a path means: "CustomerId", also called
// "Customer".
func (t *typ) reference(step string) *attribute {
	for _, name := range []string{step, step + "Id"} {
		if a := find(t.attributes, name); a != nil && a.Type.Kind == model.Ref {
			return a
		}
	}
	return nil
}

func (t *typ) referenceNames() []string {
	var names []string
	for _, a := range t.attributes {
		if a.Type.Kind == model.Ref {
			names = append(names, a.Name)
		}
	}
	return names
}

// joinColumn follows the path and makes the helpers on its way.
func (c *compiler) joinColumn(p *projection, column *model.Column, text source.Word) bool {
	steps := strings.Split(text.Text, ".")
	first, last := steps[0], steps[len(steps)-1]
	if len(steps) < 2 {
		c.report.Hint(text.At, problem.JoinPath, "write it like Customer.Name, from a reference to what it refers to", "%q is no path", text.Text)
		return false
	}
	ref, t := p.reference(first)
	if ref == "" {
		c.report.Hint(text.At, problem.JoinPath, problem.DidYouMean(first, p.referenceNames()), "%s has no reference %q to go on by", p.source(), first)
		return false
	}
	if c.ambiguous(p, source.Word{Text: ref, At: text.At}) {
		return false
	}
	at := c.targets(t)
	column.Join = []model.Hop{{Ref: ref, Helpers: helperNames(at)}}
	for i, step := range steps[1 : len(steps)-1] {
		ref := c.sameReference(at, step, text)
		if ref == nil {
			return false
		}
		column.Join[i].Column = ref.Name
		c.helpWith(at, ref.Name)
		at = c.targets(ref.Type)
		column.Join = append(column.Join, model.Hop{Ref: ref.Name, Helpers: helperNames(at)})
	}
	column.Join[len(column.Join)-1].Column = last
	return c.joinedType(at, column, last, text)
}

// source is what the projection follows from, for people.
func (p *projection) source() string {
	if p.feeder != nil {
		return p.feeder.name
	}
	return p.typ.name
}

func (c *compiler) targets(t model.Type) []*typ {
	var list []*typ
	for _, target := range t.Targets {
		if t := c.types[target]; t != nil && !t.isValue() {
			list = append(list, t)
		}
	}
	return list
}

// sameReference finds the reference in each type that the path may be at.
func (c *compiler) sameReference(at []*typ, step string, text source.Word) *attribute {
	var found *attribute
	for _, t := range at {
		ref := t.reference(step)
		if ref == nil || found != nil && found.Name != ref.Name {
			c.report.Hint(text.At, problem.JoinPath, problem.DidYouMean(step, t.referenceNames()), "%s has no reference %q to go on by", t.name, step)
			return nil
		}
		found = ref
	}
	return found
}

// joinedType checks that every type at the end of the path has the column, of one type.
func (c *compiler) joinedType(at []*typ, column *model.Column, name string, text source.Word) bool {
	var joined *model.Type
	for _, t := range at {
		own, ok := t.own(name)
		switch {
		case t.excused(name):
			return false
		case !ok:
			c.report.Hint(text.At, problem.JoinPath, problem.DidYouMean(name, t.ownNames()), "%s has no attribute or compute %q", t.name, name)
			return false
		case joined != nil && !compatible(*joined, own):
			c.report.Hint(text.At, problem.JoinPath, "join them as two columns", "%s is %s in %s, and %s elsewhere", name, own.Kind, t.name, joined.Kind)
			return false
		}
		joined = &own
	}
	if joined == nil {
		return false
	}
	if column.Expr != "" && !compatible(*joined, column.Type) {
		c.report.Hint(text.At, problem.JoinPath, "store and join the same kind", "The joined column is %s, the stored one %s", joined.Kind, column.Type.Kind)
		return false
	}
	column.Type = *joined
	c.helpWith(at, name)
	return true
}

func compatible(a, b model.Type) bool {
	a.Max, a.Min, a.Pattern = b.Max, b.Min, b.Pattern
	return reflect.DeepEqual(a, b)
}

// A helper is a narrow projection of a type, with every column that any join wants of it.
// All joins of a release share it, so that what is looked up is stored once.
const helperSuffix = "Lookup"

func helperNames(list []*typ) []string {
	names := make([]string, len(list))
	for i, t := range list {
		names[i] = t.name + helperSuffix
	}
	return names
}

func (c *compiler) helpWith(list []*typ, column string) {
	for _, t := range list {
		c.helper(t).addOwn(c, column)
	}
}

func (c *compiler) helper(t *typ) *projection {
	name := t.name + helperSuffix
	if p := c.projections[name]; p != nil {
		if !p.ir.Helper {
			c.report.Hint(p.at, problem.DuplicateProjection, "give it another name", "%s is the name of the projection that joins look %s up in", name, t.name)
		}
		return p
	}
	p := &projection{Projection: &syntax.Projection{}, typ: t, name: name, at: t.at}
	p.ir = &model.Projection{Name: name, Helper: true, From: t.name, Origin: c.origin(t.at)}
	c.projections[name] = p
	c.ordered = append(c.ordered, p)
	return p
}

// addOwn adds a column, in the order of the names so that the helper's table does not
// depend on the order in which joins were found.
func (p *projection) addOwn(c *compiler, name string) {
	if p.column(name) != nil {
		return
	}
	t, _ := p.typ.own(name)
	p.ir.Columns = append(p.ir.Columns, model.Column{
		Name: name, Type: t, Expr: name, Needs: []string{name}, Origin: c.origin(p.at),
	})
	slices.SortFunc(p.ir.Columns, func(a, b model.Column) int { return strings.Compare(a.Name, b.Name) })
}

// addJoinColumns adds the references that joins begin with, where no column shows them.
func (c *compiler) addJoinColumns(p *projection) {
	for _, column := range slices.Clone(p.ir.Columns) {
		if len(column.Join) == 0 || p.column(column.Join[0].Ref) != nil {
			continue
		}
		ref := column.Join[0].Ref
		t, _ := p.own(ref)
		p.ir.Columns = append(p.ir.Columns, model.Column{Name: ref, Type: t, Expr: ref, Needs: []string{ref}, Origin: column.Origin})
	}
}
