package query

import (
	"fmt"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// source is a release as a plan is made from it; *model.Release is one.
type source interface {
	Digest() string
	IR() *model.IR
	Query(name string) *model.Query
	Projection(name string) *model.ProjectionType
}

// plan is what a query of a release means in tables and columns. It is immutable.
//
// Columns that keep copies are read from them. While a job brings copies up to date, old
// and new ones stand side by side; joining is the plan that then asks for the same where
// the copies come from. An answer of it is right at any time.
type plan struct {
	Sources
	release  string // its digest
	query    *model.Query
	table    *projection.Table
	id       field   // the row's key, under the name that it is shown by
	fields   []field // what an item shows beside it, as declared
	helpers  map[string]*projection.Table
	joining  *plan  // nil: no column keeps a copy, or this is the joining plan
	currency string // of money given without one
}

// field is a column as a query sees it: stored in the projection's table, joined from
// another, or the stored value where there is one and else the joined one.
type field struct {
	name   string
	typ    model.Type
	stored *projection.Column // nil: only joined
	hops   []model.Hop        // nil: only stored
}

// byKey reports whether rows are sorted by the key that the table keeps of the field's number. What
// is joined in, in part or as a whole, is sorted by itself: no index is walked then.
func (f field) byKey() bool { return len(f.hops) == 0 && f.stored.Order != "" }

// newPlan returns the plan of the query. An error is a release that does not fit together.
func newPlan(release source, query *model.Query) (*plan, error) {
	o := &origins{release: release}
	p, err := newVariant(o, query, false)
	if err == nil && slices.ContainsFunc(p.from(release).Columns, shownCopy) {
		p.joining, err = newVariant(o, query, true)
	}
	if err != nil {
		return nil, fmt.Errorf("query %s: %w", query.Name, err)
	}
	return p, nil
}

func shownCopy(c model.Column) bool { return c.Copy != nil && !c.Silent }

func (p *plan) from(release source) *model.ProjectionType { return release.Projection(p.query.From) }

// newVariant returns the plan that reads copies, or the one that joins in place of them.
func newVariant(o *origins, query *model.Query, join bool) (*plan, error) {
	from := o.release.Projection(query.From)
	if from == nil {
		return nil, fmt.Errorf("there is no projection %s", query.From)
	}
	ir := o.release.IR()
	p := &plan{release: o.release.Digest(), query: query, table: projection.TableOf(from), currency: ir.Currency, helpers: map[string]*projection.Table{}}
	p.id = field{
		name: ir.KeyName(from.Projection), typ: model.Type{Kind: model.Ref},
		stored: &projection.Column{SQL: "key", Type: model.Type{Kind: model.Ref}},
	}
	for i := range from.Columns {
		if c := &from.Columns[i]; !c.Silent {
			if err := p.addField(o.release, c, join); err != nil {
				return nil, fmt.Errorf("column %s: %w", c.Name, err)
			}
		}
	}
	var err error
	if p.Sources, err = o.of(from); err != nil {
		return nil, err
	}
	return p, p.check()
}

func (p *plan) addField(release source, c *model.Column, join bool) error {
	f, err := p.newField(c, join)
	if err != nil {
		return err
	}
	if c.Name != p.id.name {
		p.fields = append(p.fields, f)
	}
	return p.addHelpers(release, c.Join)
}

// newField returns what the column is read from. A copy is a stored column; joined, its own
// value where there is one and else the value at the end of the whole way.
func (p *plan) newField(c *model.Column, join bool) (field, error) {
	f := field{name: c.Name, typ: c.Type, hops: c.Join}
	stored := c.Name
	if c.Copy != nil {
		if len(c.Join) == 0 {
			return f, fmt.Errorf("it keeps a copy and has no way to join by")
		}
		if stored = c.Own; !join {
			stored, f.hops = c.Name, nil
		}
	}
	if column, ok := p.table.Column(stored); ok {
		f.stored = &column
	}
	if f.stored == nil && len(f.hops) == 0 {
		return f, fmt.Errorf("it is neither stored nor joined")
	}
	return f, nil
}

func (p *plan) addHelpers(release source, hops []model.Hop) error {
	for _, hop := range hops {
		for _, name := range hop.Helpers {
			helper := release.Projection(name)
			if helper == nil {
				return fmt.Errorf("there is no projection %s", name)
			}
			table := projection.TableOf(helper)
			if _, ok := table.Column(hop.Column); !ok {
				return fmt.Errorf("projection %s stores no column %s", name, hop.Column)
			}
			p.helpers[name] = table
		}
	}
	return nil
}

// check makes sure that what may be filtered and sorted exists.
func (p *plan) check() error {
	for _, name := range slices.Concat(p.query.Filter, p.query.Sort) {
		if _, ok := p.field(strings.TrimPrefix(name, "-")); !ok {
			return fmt.Errorf("projection %s has no column %s", p.table.Projection, name)
		}
	}
	for _, f := range p.fields {
		if len(f.hops) == 0 {
			continue
		}
		if _, ok := p.table.Column(f.hops[0].Ref); !ok {
			return fmt.Errorf("projection %s stores no column %s to join by", p.table.Projection, f.hops[0].Ref)
		}
	}
	return nil
}

func (p *plan) field(name string) (field, bool) {
	if name == p.id.name {
		return p.id, true
	}
	for _, f := range p.fields {
		if f.name == name {
			return f, true
		}
	}
	return field{}, false
}

// filterable returns the field when the query declares it as a filter.
func (p *plan) filterable(name string) (field, bool) {
	if !slices.Contains(p.query.Filter, name) {
		return field{}, false
	}
	return p.field(name)
}

// sortable returns the names that may be sorted by, without direction.
func (p *plan) sortable() []string {
	var names []string
	for _, name := range p.query.Sort {
		if name = strings.TrimPrefix(name, "-"); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
