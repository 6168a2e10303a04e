package diff

import (
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
)

// status is what expressions call the state of the life cycle.
const status = "Status"

// sameFold reports whether the events of b make the values of a's columns, in rows of the same
// streams.
func (c *comparison) sameFold(a, b *model.Projection) bool {
	x, y := c.a.streams[a.From], c.b.streams[b.From]
	needs := needed(x, a.Columns)
	if !slices.Equal(computesFor(x, needs), computesFor(y, needs)) || needs[status] && !slices.Equal(x.Lifecycle, y.Lifecycle) {
		return false
	}
	creates := creators(y)
	for _, name := range b.Events {
		before, after := c.a.events[x.Name+"."+name], c.b.events[y.Name+"."+name]
		switch {
		case slices.Contains(a.Events, name):
			if before.Version != after.Version || c.a.foldText(before, needs) != c.b.foldText(after, needs) {
				return false
			}
		case creates[name] || c.b.foldText(after, needs) != "":
			return false
		}
	}
	return len(without(a.Events, b.Events)) == 0
}

// needed returns the attributes and computes that the stored columns come down to.
func needed(stream *model.Stream, columns []model.Column) map[string]bool {
	needs := map[string]bool{}
	for _, column := range columns {
		for _, name := range column.Needs {
			needs[name] = true
		}
	}
	for _, compute := range slices.Backward(stream.Computes) {
		if needs[compute.Name] {
			for _, name := range compute.Needs {
				needs[name] = true
			}
		}
	}
	return needs
}

// computesFor returns the expressions of the needed computes, in their order.
func computesFor(stream *model.Stream, needs map[string]bool) []string {
	var list []string
	for _, compute := range stream.Computes {
		if needs[compute.Name] {
			list = append(list, compute.Name+" = "+compute.Expr)
		}
	}
	return list
}

// foldText says what the event does to what is needed; empty: nothing.
func (s *side) foldText(e *model.Event, needs map[string]bool) string {
	var parts []string
	if needs[status] && e.To != "" {
		parts = append(parts, "to "+e.To)
	}
	for i := range e.Attributes {
		if a := &e.Attributes[i]; needs[a.Name] {
			parts = append(parts, a.Name+": "+s.kept(&a.Type))
		}
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

// creators returns the events that begin a stream.
func creators(stream *model.Stream) map[string]bool {
	names := map[string]bool{}
	for _, command := range stream.Commands {
		for _, raise := range command.Raises {
			names[raise.Event] = names[raise.Event] || command.Creates
		}
	}
	return names
}

// feeding returns the events of the projection that the columns follow from.
func (c *comparison) feeding(p *model.Projection, columns []model.Column) []string {
	stream := c.b.streams[p.From]
	needs := needed(stream, columns)
	var names []string
	for _, name := range p.Events {
		if c.b.foldText(c.b.events[stream.Name+"."+name], needs) != "" {
			names = append(names, name)
		}
	}
	return names
}

// kept says how values of the type are kept, as far as the rows of a table go.
func (s *side) kept(t *model.Type) string {
	parts := []string{string(t.Kind), t.Value}
	inner := t.Of
	if t.Kind == model.Object {
		inner = s.values[t.Value]
	}
	for i := range inner {
		parts = append(parts, inner[i].Name, s.kept(&inner[i].Type))
	}
	return strings.Join(parts, " ")
}
