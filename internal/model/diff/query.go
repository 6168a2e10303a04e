package diff

import (
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
)

// queries compares what can be asked, which is a part of the public API.
func (c *comparison) queries() {
	old := map[string]*model.Query{}
	for i := range c.a.Queries {
		old[c.a.Queries[i].Name] = &c.a.Queries[i]
	}
	for i := range c.b.Queries {
		q := &c.b.Queries[i]
		if a := old[q.Name]; a != nil {
			c.query(a, q)
			delete(old, q.Name)
			continue
		}
		c.add(Change{Class: Minor, Part: "query", Name: q.Name, What: "is new", Action: Action{Kind: Swap}, Place: q.Origin})
	}
	for i := range c.a.Queries {
		if q := &c.a.Queries[i]; old[q.Name] != nil {
			c.add(Change{Class: Move, Part: "query", Name: q.Name, What: "is gone", Action: Action{Kind: Nothing}, Place: q.Origin, BreaksAPI: true})
		}
	}
}

func (c *comparison) query(a, b *model.Query) {
	says := func(class Class, what, place string, breaks bool) {
		c.add(Change{Class: class, Part: "query", Name: a.Name, What: what, Action: Action{Kind: Swap}, Place: place, BreaksAPI: breaks})
	}
	for _, by := range []struct {
		verb string
		a, b []string
	}{{"be narrowed by", a.Filter, b.Filter}, {"be sorted by", plain(a.Sort), plain(b.Sort)}} {
		if less := without(by.a, by.b); len(less) > 0 {
			says(Move, "cannot "+by.verb+" "+either(less)+" any more", b.Origin, true)
		}
		if more := without(by.b, by.a); len(more) > 0 {
			says(Minor, "can "+by.verb+" "+either(more)+" too", b.Origin, false)
		}
	}
	c.filters(a, b, says)
	c.answers(a, b, says)
	if a.Label != b.Label || a.Page != b.Page || !slices.Equal(a.Allow, b.Allow) || len(a.Sort) > 0 && len(b.Sort) > 0 && a.Sort[0] != b.Sort[0] {
		says(Move, "has another description, order, page or permission", b.Origin, false)
	}
}

// plain returns the columns of an order; each goes both ways, whichever is the first.
func plain(sort []string) []string {
	var columns []string
	for _, key := range sort {
		columns = append(columns, strings.TrimPrefix(key, "-"))
	}
	return columns
}

// filters compares the values that the query may be narrowed by.
func (c *comparison) filters(a, b *model.Query, says func(Class, string, string, bool)) {
	before, after := c.a.rows(a), c.b.rows(b)
	for _, name := range b.Filter {
		x, y := find(before, name), find(after, name)
		if x == nil || y == nil || !slices.Contains(a.Filter, name) {
			continue
		}
		for _, f := range compareTypes(name, x, y) {
			if f.relation == converted || f.relation == mapped {
				says(Move, "is narrowed by "+f.path+": it "+f.what, y.Origin, true)
			}
		}
	}
}

// answers compares the rows. What a client may find in a row must be what it may have found
// before, so the comparison goes the other way round.
func (c *comparison) answers(a, b *model.Query, says func(Class, string, string, bool)) {
	for _, f := range compareShapes("", c.a.rows(a), c.b.rows(b)) {
		switch f.relation {
		case gone:
			says(Move, "does not show "+f.path+" any more", b.Origin, true)
		case added, missing:
			says(Minor, "shows "+f.path+" too", f.b.Origin, false)
		case converted:
			says(Minor, "shows "+f.path+": it "+f.what, f.b.Origin, true)
		case widened:
			says(Minor, "shows "+f.path+": it "+f.what, f.b.Origin, f.a.Type.Kind != f.b.Type.Kind)
		default:
			says(Minor, "shows "+f.path+": it "+f.what, b.Origin, false)
		}
	}
}

// rows returns what a row of the query's answer shows. The key is always there; anything else
// may be absent.
func (s *side) rows(q *model.Query) []typed {
	p := s.projections[q.From]
	if p == nil {
		return nil
	}
	key := &model.Attribute{Name: p.Key, Type: model.Type{Kind: model.Ref}, Origin: p.Origin}
	if stream := s.streams[p.From]; p.Key == "" && stream != nil {
		key.Name, key.Type.Targets = stream.ID, []string{stream.Name}
	}
	list := []typed{{Attribute: key, of: s}}
	for i := range p.Columns {
		if column := &p.Columns[i]; !column.Silent {
			list = append(list, typed{Attribute: &model.Attribute{Name: column.Name, Type: column.Type, Optional: true, Origin: column.Origin}, of: s})
		}
	}
	return list
}
