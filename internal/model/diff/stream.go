package diff

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
)

// streams compares the stream types: what they hold, and their rules.
func (c *comparison) streams() {
	for i := range c.a.Streams {
		s := &c.a.Streams[i]
		if other := c.b.streams[s.Name]; other != nil {
			c.stream(s, other)
			continue
		}
		becomes := slices.Sorted(maps.Keys(c.becomes[s.Name]))
		if len(becomes) == 1 && c.a.streams[becomes[0]] == nil {
			c.stream(s, c.b.streams[becomes[0]]) // it has another name
		}
		if len(becomes) > 0 {
			c.add(Change{Class: Major, Part: "stream", Name: s.Name, What: "becomes " + strings.Join(becomes, " and "),
				Action: Action{Upcast, s.Name}, Place: s.Origin})
		}
	}
	for i := range c.b.Streams {
		s := &c.b.Streams[i]
		if c.a.streams[s.Name] == nil {
			c.add(Change{Class: Minor, Part: "stream", Name: s.Name, What: "is new", Action: Action{Kind: Swap}, Place: s.Origin})
		}
	}
}

func (c *comparison) stream(a, b *model.Stream) {
	for _, f := range compareShapes("", c.a.typed(a.Attributes), c.b.typed(b.Attributes)) {
		change := Change{Class: Minor, Part: "attribute", Name: a.Name + "." + f.path, What: f.what, Action: Action{Kind: Swap}, Place: a.Origin,
			Narrows: f.relation == narrowed}
		if f.b != nil {
			change.Place = f.b.Origin
		}
		c.add(change)
	}
	if labelled(a.Attributes, b.Attributes) || !reflect.DeepEqual(computesOf(a), computesOf(b)) ||
		a.Stereotype != b.Stereotype || a.Module != b.Module || !slices.Equal(a.Of, b.Of) || a.ID != b.ID {
		c.add(Change{Class: Move, Part: "stream", Name: a.Name, What: "is described or computes otherwise", Action: Action{Kind: Swap}, Place: b.Origin})
	}
	c.states(a, b)
	c.guards(a, b)
}

// labelled reports whether attributes that both have are described otherwise.
func labelled(a, b []model.Attribute) bool {
	return slices.ContainsFunc(a, func(x model.Attribute) bool {
		i := slices.IndexFunc(b, func(y model.Attribute) bool { return x.Name == y.Name })
		return i >= 0 && (x.Label != b[i].Label || x.Help != b[i].Help || x.Personal != b[i].Personal || x.Default != b[i].Default)
	})
}

// computesOf returns name, type and expression of each.
func computesOf(s *model.Stream) [][3]string {
	var list [][3]string
	for _, compute := range s.Computes {
		list = append(list, [3]string{compute.Name, typeText(&compute.Type), compute.Expr})
	}
	return list
}

// states compares the life cycles. A state is not stored: it follows from what the events
// lead to in b, and where that says nothing, a person has to.
func (c *comparison) states(a, b *model.Stream) {
	for _, state := range without(b.Lifecycle, a.Lifecycle) {
		c.add(Change{Class: Minor, Part: "state", Name: a.Name + "." + state, What: "is new", Action: Action{Kind: Swap}, Place: b.Origin})
	}
	for _, state := range without(a.Lifecycle, b.Lifecycle) {
		where := map[string]bool{}
		for i := range a.Events {
			e := &a.Events[i]
			for _, target := range c.targets[a.Name+"."+e.Name] {
				if where[target.To] = where[target.To] || e.To == state; e.To == state && target.To == "" {
					c.refuse(target.Origin, fmt.Sprintf("The state %s of %s is gone, and %s leads to none instead: write \"to\" at it", state, a.Name, target.Name))
				}
			}
		}
		maps.DeleteFunc(where, func(to string, leads bool) bool { return to == "" || !leads })
		what := "is gone"
		if len(where) > 0 {
			what += "; what is in it will be in " + either(slices.Sorted(maps.Keys(where)))
		}
		c.add(Change{Class: Major, Part: "state", Name: a.Name + "." + state, What: what, Action: Action{Kind: Swap}, Place: b.Origin, LosesData: true})
	}
}

// guards compares what is kept beside the streams: claims, reservations and numbers.
func (c *comparison) guards(a, b *model.Stream) {
	for _, u := range b.Uniques {
		i := slices.IndexFunc(a.Uniques, func(x model.Unique) bool { return x.Name == u.Name })
		if i < 0 || a.Name != b.Name || !slices.Equal(a.Uniques[i].Key, u.Key) {
			c.guard("guard", b.Name+"."+u.Name, newOrChanged(i), u.Origin)
		}
	}
	for _, l := range b.Limits {
		i := slices.IndexFunc(a.Limits, func(x model.Limit) bool { return x.Name == l.Name })
		if i < 0 || a.Name != b.Name || a.Limits[i].Max != l.Max {
			c.guard("guard", b.Name+"."+l.Name, newOrChanged(i), l.Origin)
		}
	}
	if n, old := b.Number, a.Number; n != nil {
		switch {
		case old == nil:
			c.guard("number", b.Name+"."+n.Attribute, newOrChanged(-1), n.Origin)
		case old.Attribute != n.Attribute || old.Series != n.Series || old.At != n.At || old.Gapless != n.Gapless:
			c.guard("number", b.Name+"."+n.Attribute, newOrChanged(0), n.Origin)
		}
	}
	c.goneGuards(a, b)
}

func newOrChanged(i int) string {
	if i < 0 {
		return "is new"
	}
	return "is changed"
}

func (c *comparison) guard(part, name, what, place string) {
	c.add(Change{Class: Major, Part: part, Name: name, What: what, Action: Action{Rebuild, name}, Place: place, Narrows: part == "guard"})
}

func (c *comparison) goneGuards(a, b *model.Stream) {
	gone := func(part, name, place string) {
		c.add(Change{Class: Move, Part: part, Name: a.Name + "." + name, What: "is gone", Action: Action{Kind: Nothing}, Place: place})
	}
	for _, u := range a.Uniques {
		if !slices.ContainsFunc(b.Uniques, func(x model.Unique) bool { return x.Name == u.Name }) {
			gone("guard", u.Name, u.Origin)
		}
	}
	for _, l := range a.Limits {
		if !slices.ContainsFunc(b.Limits, func(x model.Limit) bool { return x.Name == l.Name }) {
			gone("guard", l.Name, l.Origin)
		}
	}
	if a.Number != nil && b.Number == nil {
		gone("number", a.Number.Attribute, a.Number.Origin)
	}
}
