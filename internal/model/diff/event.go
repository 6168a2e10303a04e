package diff

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
)

// arrival is what a stored event of a is in b, or on its way there.
type arrival struct {
	stored
	attributes []typed
	sources    map[string][]string // attribute -> those of a's event that its value follows from; nil: itself
	computed   bool                // an expression made one of the values
	refused    string
}

// unchanged reports whether the event arrives as it was, whatever it was in between.
func (at *arrival) unchanged(stream string, e *model.Event) bool {
	if at.refused != "" || at.computed || at.stream != stream || at.event != e.Name || len(at.attributes) != len(e.Attributes) {
		return false
	}
	return !slices.ContainsFunc(at.attributes, func(a typed) bool { return !slices.Equal(at.source(a.Name), []string{a.Name}) })
}

// events follows every event of a into b, and finds those that are new.
func (c *comparison) events() {
	for i := range c.a.Streams {
		stream := &c.a.Streams[i]
		c.becomes[stream.Name] = map[string]bool{}
		var lost []*model.Event
		for j := range stream.Events {
			if !c.event(stream, &stream.Events[j]) {
				lost = append(lost, &stream.Events[j])
			}
		}
		c.lostEvents(stream, lost)
	}
	for i := range c.b.Streams {
		stream := &c.b.Streams[i]
		for j := range stream.Events {
			e := &stream.Events[j]
			if !c.arrived[e] {
				c.add(Change{Class: Minor, Part: "event", Name: stream.Name + "." + e.Name, What: "is new", Action: Action{Kind: Swap}, Place: e.Origin})
			}
		}
	}
}

// event compares what an event of a is in b. It returns false when it comes to an event that
// b does not have.
func (c *comparison) event(stream *model.Stream, e *model.Event) bool {
	start := arrival{stored: stored{stream.Name, e.Name, e.Version}, attributes: c.a.typed(e.Attributes)}
	arrivals := c.follow(start, len(c.b.Upcasts))
	if upcast := c.b.upcasts[start.stored]; upcast != nil && !(len(arrivals) == 1 && arrivals[0].unchanged(stream.Name, e)) {
		c.upcastEvent(stream, e, upcast, arrivals)
	}
	for _, at := range arrivals {
		if at.refused != "" {
			continue
		}
		target := c.b.events[at.stream+"."+at.event]
		if target == nil {
			return false
		}
		name := stream.Name + "." + e.Name
		c.arrived[target], c.becomes[stream.Name][at.stream] = true, true
		c.targets[name] = append(c.targets[name], target)
		c.carried(e, at, target)
		c.meaning(name, e, target)
	}
	return true
}

// follow returns what the event is after all of b's upcasts. Steps bounds them.
func (c *comparison) follow(at arrival, steps int) []arrival {
	upcast := c.b.upcasts[at.stored]
	switch {
	case upcast == nil || steps == 0:
		return []arrival{at}
	case upcast.Refuse != "":
		at.refused = upcast.Refuse
		return []arrival{at}
	}
	var all []arrival
	for i := range upcast.Into {
		all = append(all, c.follow(c.derive(at, upcast, &upcast.Into[i]), steps-1)...)
	}
	return all
}

// derive returns the event after one step.
func (c *comparison) derive(at arrival, upcast *model.Upcast, into *model.Into) arrival {
	next := arrival{stored: stored{into.Stream, into.Event, into.Version}, sources: map[string][]string{}, computed: at.computed}
	for i := range into.Attributes {
		d := &into.Attributes[i]
		a := typed{Attribute: &model.Attribute{Name: d.Name, Origin: upcast.Origin}, of: c.b}
		switch source := find(at.attributes, d.From); {
		case source != nil:
			*a.Attribute, a.of = *source.Attribute, source.of
			a.Name, a.Optional = d.Name, source.Optional && d.Else == ""
			next.sources[d.Name] = at.source(d.From)
		case d.Expr == "" || d.Type == nil:
			continue // there is nothing to take
		default:
			a.Type, next.computed = *d.Type, true
			a.Optional = d.Else == "" && c.mayLack(at, upcast, d.Expr)
			for _, read := range upcast.Reads {
				next.sources[d.Name] = append(next.sources[d.Name], at.source(read.Name)...)
			}
		}
		next.attributes = append(next.attributes, a)
	}
	return next
}

func (at *arrival) source(name string) []string {
	if at.sources == nil {
		return []string{name}
	}
	return at.sources[name]
}

// upcastEvent enters that the event is read in another shape, and whether all of it arrives.
func (c *comparison) upcastEvent(stream *model.Stream, e *model.Event, upcast *model.Upcast, arrivals []arrival) {
	change := Change{Class: Major, Part: "event", Name: stream.Name + "." + e.Name, What: "is read in another shape",
		Action: Action{Upcast, e.Name}, Place: upcast.Origin}
	kept, becomes := map[string]bool{}, map[string]bool{}
	for _, at := range arrivals {
		if at.refused != "" {
			change.What, change.LosesData = "cannot be read: "+at.refused, true
			c.add(change)
			return
		}
		becomes[at.stream+"."+at.event] = true
		for _, a := range at.attributes {
			for _, name := range at.source(a.Name) {
				kept[name] = true
			}
		}
	}
	switch {
	case len(arrivals) == 0:
		change.What, change.LosesData = "says nothing any more", true
	case len(becomes) > 1 || !becomes[change.Name]:
		change.What = "becomes " + strings.Join(slices.Sorted(maps.Keys(becomes)), " and ")
	}
	var lost []string
	for _, a := range e.Attributes {
		if !kept[a.Name] && len(arrivals) > 0 {
			lost = append(lost, a.Name)
		}
	}
	if len(lost) > 0 {
		change.What, change.LosesData = change.What+", without "+strings.Join(lost, ", "), true
	}
	c.add(change)
}

// carriage is what an event of a brings to one of b, and how the two differ.
type carriage struct {
	event    *model.Event // of a
	at       arrival
	target   *model.Event // of b
	findings []finding
}

func (x *carriage) place(f finding) string {
	if f.b != nil {
		return f.b.Origin
	}
	return x.target.Origin
}

// carried compares what arrives with what the event of b carries.
func (c *comparison) carried(e *model.Event, at arrival, target *model.Event) {
	x := &carriage{e, at, target, compareShapes("", at.attributes, c.b.typed(target.Attributes))}
	for _, f := range x.findings {
		change := Change{Class: Minor, Part: "attribute", Name: at.stream + "." + target.Name + "." + f.path, What: f.what,
			Action: Action{Kind: Swap}, Place: x.place(f)}
		switch {
		case f.relation == narrowed:
			change.Narrows = true
		case !f.harmless():
			change.Class, change.Action, change.LosesData = Major, Action{Upcast, e.Name}, f.relation == gone
			c.refuse(x.place(f), fmt.Sprintf("%s of %s %s", f.path, e.Name, f.what), x.lines(f)...)
		}
		c.add(change)
	}
}

// meaning compares what the events do beside setting attributes.
func (c *comparison) meaning(name string, e, target *model.Event) {
	if e.To != target.To {
		c.add(Change{Class: Minor, Part: "event", Name: name, What: fmt.Sprintf("leads to %s, and led to %s", stateText(target.To), stateText(e.To)),
			Action: Action{Kind: Swap}, Place: target.Origin})
	}
	for _, limit := range changedClaims(e.Claims, target.Claims) {
		c.add(Change{Class: Major, Part: "guard", Name: limit, What: "is reserved otherwise by " + name,
			Action: Action{Rebuild, limit}, Place: target.Origin})
	}
}

func stateText(state string) string {
	if state == "" {
		return "no other state"
	}
	return state
}

// changedClaims returns the limits that the events claim differently, sorted. Who may exceed a
// limit is a permission and changes no claim.
func changedClaims(a, b []model.LimitClaim) []string {
	of := func(claims []model.LimitClaim, limit string) (list []model.LimitClaim) {
		for _, claim := range claims {
			if claim.Limit == limit {
				claim.Origin, claim.Override = "", ""
				list = append(list, claim)
			}
		}
		return list
	}
	limits := map[string]bool{}
	for _, claim := range slices.Concat(a, b) {
		if !reflect.DeepEqual(of(a, claim.Limit), of(b, claim.Limit)) {
			limits[claim.Limit] = true
		}
	}
	return slices.Sorted(maps.Keys(limits))
}
