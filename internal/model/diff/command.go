package diff

import (
	"maps"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
)

// owned is a command with its stream type.
type owned struct {
	*model.Command
	stream *model.Stream
}

func (s *side) commands() map[string]owned {
	all := map[string]owned{}
	for i := range s.Streams {
		for j := range s.Streams[i].Commands {
			all[s.Streams[i].Commands[j].Name] = owned{&s.Streams[i].Commands[j], &s.Streams[i]}
		}
	}
	return all
}

// commands compares what the streams can be told, which is a part of the public API.
func (c *comparison) commands() {
	a, b := c.a.commands(), c.b.commands()
	for _, name := range slices.Sorted(maps.Keys(a)) {
		if other, ok := b[name]; ok {
			c.command(a[name], other)
			continue
		}
		c.add(Change{Class: Move, Part: "command", Name: name, What: "is gone", Action: Action{Kind: Swap}, Place: a[name].Origin, BreaksAPI: true})
	}
	for _, name := range slices.Sorted(maps.Keys(b)) {
		if _, ok := a[name]; !ok {
			c.add(Change{Class: Move, Part: "command", Name: name, What: "is new", Action: Action{Kind: Swap}, Place: b[name].Origin})
		}
	}
}

func (c *comparison) command(a, b owned) {
	says := func(what, place string, breaks bool) {
		c.add(Change{Class: Move, Part: "command", Name: a.Name, What: what, Action: Action{Kind: Swap}, Place: place, BreaksAPI: breaks})
	}
	for _, f := range compareShapes("", c.a.inputs(a), c.b.inputs(b)) {
		place := b.Origin
		if f.b != nil && f.b.Origin != "" {
			place = f.b.Origin
		}
		says("takes "+f.path+": it "+f.what, place, !f.harmless())
	}
	var other []string
	for _, part := range []struct {
		name string
		same bool
	}{
		{"description", a.Label == b.Label && a.Help == b.Help && !labelled(a.Input, b.Input)},
		{"permissions", slices.Equal(a.Allow, b.Allow)},
		{"states", slices.Equal(a.In, b.In)},
		{"rules", slices.EqualFunc(a.Require, b.Require, func(x, y model.Rule) bool { return x.That == y.That && x.Else == y.Else })},
		{"events", slices.EqualFunc(a.Raises, b.Raises, func(x, y model.Raise) bool {
			return x.Event == y.Event && x.When == y.When && maps.Equal(x.With, y.With)
		})},
	} {
		if !part.same {
			other = append(other, part.name)
		}
	}
	if len(other) > 0 {
		says("has other "+strings.Join(other, ", "), b.Origin, false)
	}
}

// inputs returns what a client gives: the stream's id too, which a command that creates may
// leave out.
func (s *side) inputs(command owned) []typed {
	id := model.Attribute{Name: command.stream.ID, Type: model.Type{Kind: model.Ref}, Optional: command.Creates}
	list := []typed{{Attribute: &id, of: s}}
	for _, input := range s.typed(command.Input) {
		if input.given = true; input.Name != id.Name {
			list = append(list, input)
		}
	}
	return list
}
