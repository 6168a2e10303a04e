package model

import (
	"errors"
	"fmt"

	"github.com/polderhq/polder/internal/model/expr"
)

// chain is how the rows of a projection follow from those of its feeder.
type chain struct {
	feeder *ProjectionType
	key    string     // the name of the feeder's key
	where  *column    // of the feeder; nil: every row of it counts
	each   *column    // of the feeder; nil: a row per row
	groups []shown    // grouped: the columns that tell the groups apart
	folds  []*folding // grouped: the others
}

// shown is a column of a group with the feeder's column that it shows or folds.
type shown struct {
	*column
	of *column // nil: a count of rows
}

// declared is the projections of a model by name, and which are being made ready.
type declared struct {
	byName map[string]*Projection
	open   map[string]bool
}

func newDeclared(ir *IR) *declared {
	d := &declared{make(map[string]*Projection, len(ir.Projections)), map[string]bool{}}
	for i := range ir.Projections {
		d.byName[ir.Projections[i].Name] = &ir.Projections[i]
	}
	return d
}

// projection returns the projection of that name, made ready after what feeds it.
func (l *loader) projection(name string, d *declared) (*ProjectionType, error) {
	if made := l.release.projections[name]; made != nil {
		return made, nil
	}
	p := d.byName[name]
	if p == nil {
		return nil, fmt.Errorf("there is no projection %s", name)
	}
	var feeder *ProjectionType
	if p.Of != "" {
		if d.open[name] {
			return nil, located(p.Origin, errors.New("it feeds itself"))
		}
		d.open[name] = true
		var err error
		if feeder, err = l.projection(p.Of, d); err != nil {
			return nil, located(p.Origin, fmt.Errorf("it is of %s: %w", p.Of, err))
		}
	}
	made, err := l.newProjection(p, feeder)
	if err == nil {
		l.release.projections[name] = made
	}
	return made, err
}

// Feeder returns the projection whose rows this one's follow from, nil for a source.
func (p *ProjectionType) Feeder() *ProjectionType {
	if p.chain == nil {
		return nil
	}
	return p.chain.feeder
}

// Chained reports whether the rows follow from those of another projection and not from events.
func (p *ProjectionType) Chained() bool { return p.chain != nil }

// follow makes ready what rows of the feeder are derived or grouped with.
func (l *loader) follow(p, feeder *ProjectionType) (err error) {
	p.chain = &chain{feeder: feeder, key: l.ir.KeyName(feeder.Projection)}
	if feeder.From != p.From {
		return located(p.Origin, fmt.Errorf("it is from %s, but %s, which feeds it, is from %s", p.From, feeder.Name, feeder.From))
	}
	if p.chain.where, err = feeder.column(p.Where, Bool); err != nil {
		return located(p.Origin, fmt.Errorf("where: %w", err))
	}
	if p.chain.each, err = feeder.column(p.Each, List); err != nil {
		return located(p.Origin, fmt.Errorf("each: %w", err))
	}
	if p.chain.each != nil && p.chain.each.kind.key < 0 {
		return located(p.Origin, fmt.Errorf("each: the rows of %s have no key", p.Each))
	}
	for _, event := range p.Events {
		p.affects[event] = nil
	}
	if p.Grouped {
		return p.group()
	}
	var element []Attribute
	if p.chain.each != nil {
		element = p.chain.each.Type.Of
	}
	env, err := l.scopes.Row(feeder.Projection, p.chain.key, element)
	if err != nil {
		return located(p.Origin, err)
	}
	return p.compile(env)
}

// column returns the stored column of the name and kind, nil when the name is empty.
func (p *ProjectionType) column(name string, kind Kind) (*column, error) {
	if name == "" {
		return nil, nil
	}
	c := p.stored[name]
	if c == nil {
		return nil, fmt.Errorf("%s has no column %s", p.Name, name)
	}
	if c.kind.Kind != kind {
		return nil, fmt.Errorf("%s of %s is %s, not %s", name, p.Name, c.kind.Kind, kind)
	}
	return c, nil
}

// counts reports whether the feeder's row counts for the chained projection.
func (c *chain) counts(feeder *Row) bool {
	if feeder == nil {
		return false
	}
	if c.where == nil {
		return true
	}
	yes, _ := feeder.Values[c.where.Name].(bool)
	return yes
}

// feederView is a row as the expressions of a chained projection see it, with an element
// of one of its lists or without.
type feederView struct {
	of      *ProjectionType
	key     string
	row     *Row
	element *expr.Row
	memo    map[string]any
}

// Lookup implements expr.Scope.
func (v *feederView) Lookup(name string) (any, error) {
	if v.element != nil {
		if i := v.element.Shape.Index(name); i >= 0 {
			return v.element.Values[i], nil
		}
	}
	if name == v.key {
		return v.row.Key.String(), nil
	}
	if value, known := v.memo[name]; known {
		return value, nil
	}
	c := v.of.stored[name]
	if c == nil {
		return nil, fmt.Errorf("%s has no column %q", v.of.Name, name)
	}
	value, err := c.read(v.row.Values)
	if err != nil {
		return nil, fmt.Errorf("row %s of %s: column %s: %w", v.row.Key, v.of.Name, name, err)
	}
	v.memo[name] = value
	return value, nil
}

// read returns the column's value as expressions take it.
func (c *column) read(values map[string]any) (any, error) {
	value := values[c.Name]
	if value == nil {
		return nil, nil
	}
	return c.load(value, values)
}
