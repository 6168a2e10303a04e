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
	IR() *model.IR
	Query(name string) *model.Query
	Projection(name string) *model.ProjectionType
}

// plan is what a query of a release means in tables and columns. It is immutable.
type plan struct {
	query    *model.Query
	table    *projection.Table
	id       field   // the row's key, under the name that it is shown by
	fields   []field // what an item shows beside it, as declared
	helpers  map[string]*projection.Table
	tables   []string // physical names of all tables that an answer comes from
	currency string   // of money given without one
}

// field is a column as a query sees it: stored in the projection's table, joined from
// another, or the stored value where there is one and else the joined one.
type field struct {
	name   string
	typ    model.Type
	stored *projection.Column // nil: only joined
	hops   []model.Hop        // nil: only stored
}

// newPlan returns the plan of the query. An error is a release that does not fit together.
func newPlan(release source, query *model.Query) (*plan, error) {
	from := release.Projection(query.From)
	if from == nil {
		return nil, fmt.Errorf("query %s: there is no projection %s", query.Name, query.From)
	}
	p := &plan{query: query, table: projection.TableOf(from), currency: release.IR().Currency}
	p.helpers = map[string]*projection.Table{}
	p.tables = []string{p.table.Name}
	p.id = field{
		name: release.IR().KeyName(from.Projection), typ: model.Type{Kind: model.Ref},
		stored: &projection.Column{SQL: "key", Type: model.Type{Kind: model.Ref}},
	}
	for _, c := range from.Columns {
		f := field{name: c.Name, typ: c.Type, hops: c.Join}
		if stored, ok := p.table.Column(c.Name); ok {
			f.stored = &stored
		}
		if c.Name != p.id.name && !c.Silent {
			p.fields = append(p.fields, f)
		}
		if err := p.addHelpers(release, c.Join); err != nil {
			return nil, fmt.Errorf("query %s: column %s: %w", query.Name, c.Name, err)
		}
	}
	return p, p.check()
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
			if !slices.Contains(p.tables, table.Name) {
				p.tables = append(p.tables, table.Name)
			}
		}
	}
	return nil
}

// check makes sure that what may be filtered and sorted exists.
func (p *plan) check() error {
	for _, name := range slices.Concat(p.query.Filter, p.query.Sort) {
		if _, ok := p.field(strings.TrimPrefix(name, "-")); !ok {
			return fmt.Errorf("query %s: projection %s has no column %s", p.query.Name, p.table.Projection, name)
		}
	}
	for _, f := range p.fields {
		if len(f.hops) == 0 {
			continue
		}
		if _, ok := p.table.Column(f.hops[0].Ref); !ok {
			return fmt.Errorf("query %s: projection %s stores no column %s to join by", p.query.Name, p.table.Projection, f.hops[0].Ref)
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
