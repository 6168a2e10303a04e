package compile

import (
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/expr"
)

// What the columns of a projection can show: of a source, what its type has; of a chained
// projection, what the feeding row and its element have; of a group, what it is told apart by.

// own returns the type of what the projection knows by the name.
func (p *projection) own(name string) (model.Type, bool) {
	if p.feeder == nil {
		return p.typ.own(name)
	}
	for _, a := range p.element {
		if a.Name == name {
			return a.Type, true
		}
	}
	if name == p.feeder.keyName() {
		return p.feeder.keyType(), true
	}
	column := p.feeder.column(name)
	if column == nil || !column.Stored() || p.ir.Grouped && p.column(name) == nil {
		return model.Type{}, false
	}
	return column.Type, true
}

func (p *projection) ownNames() []string {
	if p.feeder == nil {
		return p.typ.ownNames()
	}
	var names []string
	for _, a := range p.element {
		names = append(names, a.Name)
	}
	for _, name := range append(p.feeder.columnNames(), p.feeder.keyName()) {
		if _, ok := p.own(name); ok && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// reference returns the name and type of the reference that the first step of a path means:
// "CustomerId", also called "Customer".
func (p *projection) reference(step string) (string, model.Type) {
	for _, name := range []string{step, step + "Id"} {
		if t, ok := p.own(name); ok && t.Kind == model.Ref && len(t.Targets) > 0 {
			return name, t
		}
	}
	return "", model.Type{}
}

func (p *projection) referenceNames() []string {
	var names []string
	for _, name := range p.ownNames() {
		if ref, _ := p.reference(name); ref == name {
			names = append(names, name)
		}
	}
	return names
}

// stepOf is how a path calls the hop's reference.
func stepOf(hop model.Hop) string { return strings.TrimSuffix(hop.Ref, "Id") }

// env is the environment of the columns' expressions, nil when it has problems that have
// been reported.
func (c *compiler) env(p *projection) *expr.Env {
	if p.feeder == nil {
		return c.stateEnv(p.typ.ir)
	}
	env, err := c.scopes.Row(p.feeder.ir, p.feeder.keyName(), p.element)
	if err != nil {
		return nil
	}
	return env
}

// excuses reports whether something of the name has been reported where it stands.
func (p *projection) excuses(name string) bool {
	if p.feeder == nil {
		return p.typ.excused(name)
	}
	return p.feeder.excused(name)
}

func (p *projection) excusesText(text string) bool {
	return slices.ContainsFunc(identifiers(text), p.excuses)
}
