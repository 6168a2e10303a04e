package compile

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/compile/syntax"
	"github.com/polderhq/polder/internal/model/example"
)

// examples checks the examples of all types, and makes them ready to run.
func (c *compiler) examples() {
	for _, t := range c.streams {
		for i := range t.Examples {
			c.example(&t.Examples[i])
		}
	}
}

func (c *compiler) example(e *syntax.Example) {
	out := example.Example{Name: e.Name.Text, Origin: place(e.At), Roles: c.roles(e.As)}
	if len(e.As) == 0 {
		out.Roles = []string{"*"}
	}
	for i := range e.Given {
		for j := range e.Given[i].Entries {
			out.Given = append(out.Given, c.givenSteps(&e.Given[i].Entries[j])...)
		}
	}
	if len(e.When.Entries) != 1 {
		if e.When.Given() {
			c.report.Hint(e.When.At, problem.ExampleShape, "write \"when: {PlaceOrderCommand: {...}}\"", "An example gives one command")
		}
		return
	}
	if step, ok := c.commandStep(&e.When.Entries[0]); ok {
		out.When = step
		out.Then = c.outcome(e, step)
		c.specimens = append(c.specimens, out)
	}
}

// place is where something stands in the model's folder, as people open it.
func place(n *source.Node) string { return fmt.Sprintf("%s:%d", n.File(), n.Line) }

// givenSteps reads a command, or the events of a stream: "Order o1: {OrderPlacedEvent: {...}}".
func (c *compiler) givenSteps(e *source.Entry[syntax.Raw]) []example.Step {
	typeName, alias, isStream := strings.Cut(e.Key.Text, " ")
	if !isStream {
		if step, ok := c.commandStep(e); ok {
			return []example.Step{step}
		}
		return nil
	}
	t := c.types[typeName]
	if t == nil || t.isValue() {
		c.report.Hint(e.Key.At, problem.ExampleShape, problem.DidYouMean(typeName, c.streamNames()), "There is no type %q that things happen to", typeName)
		return nil
	}
	if e.Value.Node.Kind != source.Map {
		c.report.Hint(e.Value.Node, problem.ExampleShape, "write {OrderPlacedEvent: {...}}", "Expected the events that happened to %s", e.Key.Text)
		return nil
	}
	var steps []example.Step
	for _, f := range e.Value.Node.Fields {
		if body, ok := c.eventBody(t, f); ok {
			steps = append(steps, example.Step{Stream: t.name, ID: example.AliasID(alias), Event: f.Key.Text, Body: body, Origin: place(f.Key)})
		}
	}
	return steps
}

func (c *compiler) eventBody(t *typ, f source.Field) (json.RawMessage, bool) {
	e := c.events[f.Key.Text]
	if e == nil || e.typ != t || e.ir == nil {
		c.report.Hint(f.Key, problem.ExampleUnknownEvent, problem.DidYouMean(f.Key.Text, t.raised()), "%s has no event %q", t.name, f.Key.Text)
		return nil, false
	}
	return c.object(f.Value, typesOf(e.ir.Attributes), e.name)
}

func typesOf(list []model.Attribute) map[string]model.Type {
	types := map[string]model.Type{}
	for _, a := range list {
		types[a.Name] = a.Type
	}
	return types
}

func (c *compiler) commandStep(e *source.Entry[syntax.Raw]) (example.Step, bool) {
	cmd := c.commands[e.Key.Text]
	if cmd == nil || cmd.ir == nil {
		c.report.Hint(e.Key.At, problem.ExampleUnknownCommand, problem.DidYouMean(e.Key.Text, sortedKeys(c.commands)), "There is no command %q", e.Key.Text)
		return example.Step{}, false
	}
	types := typesOf(cmd.ir.Input)
	types[cmd.typ.idName()] = model.Type{Kind: model.Ref}
	body, ok := c.object(e.Value.Node, types, cmd.name)
	return example.Step{Command: cmd.name, Body: body, Origin: place(e.Key.At)}, ok
}

func (c *compiler) outcome(e *syntax.Example, when example.Step) example.Outcome {
	out := example.Outcome{Rejected: e.Then.Rejected.Text}
	if !c.reportedIn(e.At) && e.Then.Rejected.Given() == (e.Then.Events.Given() || e.Then.Shows.Given()) {
		c.report.Hint(e.At, problem.ExampleShape, "write events, shows or both; or rejected", "An example ends in events or in a rejection")
	}
	t := c.commands[when.Command].typ
	if e.Then.Events.Given() {
		out.Events = []example.Event{}
	}
	for _, entry := range e.Then.Events.Entries {
		f := source.Field{Key: entry.Key.At, Value: entry.Value.Node}
		if f.Value == nil {
			f.Value = &source.Node{Kind: source.Null}
		}
		if body, ok := c.eventBody(t, f); ok {
			out.Events = append(out.Events, example.Event{Name: entry.Key.Text, Body: body, Origin: place(entry.Key.At)})
		}
	}
	for i := range e.Then.Shows.Entries {
		out.Rows = append(out.Rows, c.shownRows(&e.Then.Shows.Entries[i])...)
	}
	return out
}

// shownRows reads "Orders: {Total: ...}", or "Orders o1: ..." for another row than that of
// the command's own stream; of a projection whose rows have keys of their own, any row may
// be meant, or each of a list. Null says that there is no row.
func (c *compiler) shownRows(e *source.Entry[syntax.Raw]) []example.Row {
	name, alias, other := strings.Cut(e.Key.Text, " ")
	p := c.projections[name]
	if p == nil {
		c.report.Hint(e.Key.At, problem.ExampleShape, problem.DidYouMean(name, c.projectionNames()), "There is no projection %q", name)
		return nil
	}
	row := example.Row{Projection: name, Origin: place(e.Key.At), Any: p.ir.Key != ""}
	if other && row.Any {
		c.report.Hint(e.Key.At, problem.ExampleShape, "write "+name+" alone, and the columns that tell the row",
			"A row of %s is of no stream alone", name)
		return nil
	}
	if other {
		row.ID = example.AliasID(alias)
	}
	list := []*source.Node{e.Value.Node}
	if row.Any && e.Value.Node.Kind == source.List {
		list = e.Value.Node.Items
	}
	var rows []example.Row
	for _, n := range list {
		if body, ok := c.object(n, p.shownTypes(), name); ok {
			row.Body, row.None = body, n.Kind == source.Null
			rows = append(rows, row)
		}
	}
	return rows
}

// shownTypes returns the types of what a row shows.
func (p *projection) shownTypes() map[string]model.Type {
	types := map[string]model.Type{}
	for _, column := range p.ir.Columns {
		if !column.Silent {
			types[column.Name] = column.Type
		}
	}
	return types
}

// object makes JSON of a map whose keys are known names.
func (c *compiler) object(n *source.Node, types map[string]model.Type, owner string) (json.RawMessage, bool) {
	if n.Kind == source.Null {
		return json.RawMessage("{}"), true
	}
	if n.Kind != source.Map {
		c.report.At(n, problem.ExampleShape, "Expected a map of what %s has, found %s", owner, n.Kind)
		return nil, false
	}
	fields, good := map[string]json.RawMessage{}, true
	for _, f := range n.Fields {
		t, known := types[f.Key.Text]
		if !known {
			c.report.Hint(f.Key, problem.ExampleShape, problem.DidYouMean(f.Key.Text, sortedKeys(types)), "%s has no %q", owner, f.Key.Text)
			good = false
			continue
		}
		value, ok := c.json(f.Value, t, owner+"."+f.Key.Text)
		fields[f.Key.Text] = value
		good = good && ok
	}
	text, err := json.Marshal(fields)
	return text, good && err == nil
}

// json makes JSON of a value of the type. Where an id belongs, a text that is none is an
// alias.
func (c *compiler) json(n *source.Node, t model.Type, owner string) (json.RawMessage, bool) {
	switch {
	case n.Kind == source.Null:
		return json.RawMessage("null"), true
	case n.Kind == source.List && t.Kind == model.List:
		return c.array(n, t, owner)
	case n.Kind == source.Map && t.Kind == model.List:
		c.report.Hint(n, problem.ExampleShape, "write [{...}]", "%s is a list of rows", owner)
		return nil, false
	case n.Kind == source.Map && t.Kind == model.Object:
		return c.object(n, typesOf(plain(c.types[t.Value].attributes)), owner)
	case n.Kind == source.Map && t.Kind == model.Money:
		return c.object(n, map[string]model.Type{"amount": {Kind: model.Text}, "currency": {Kind: model.Text}}, owner)
	case n.Kind == source.Map && t.Kind == model.Custom:
		return c.customJSON(n, owner)
	case n.Kind == source.Map || n.Kind == source.List:
		c.report.At(n, problem.ExampleShape, "%s is %s, not %s", owner, withArticle(describe(t)), n.Kind)
		return nil, false
	}
	return c.scalarJSON(n, t)
}

// customJSON makes JSON of custom values, whose kinds are those that YAML gives them.
func (c *compiler) customJSON(n *source.Node, owner string) (json.RawMessage, bool) {
	fields, good := map[string]json.RawMessage{}, true
	for _, f := range n.Fields {
		kind := model.Text
		if f.Value.Kind == source.Number || f.Value.Kind == source.Bool {
			kind = model.Custom // as it stands
		}
		value, ok := c.json(f.Value, model.Type{Kind: kind}, owner+"."+f.Key.Text)
		fields[f.Key.Text] = value
		good = good && ok
	}
	text, err := json.Marshal(fields)
	return text, good && err == nil
}

func (c *compiler) array(n *source.Node, t model.Type, owner string) (json.RawMessage, bool) {
	items, good := []json.RawMessage{}, true
	for _, item := range n.Items {
		row, ok := c.object(item, typesOf(t.Of), owner)
		items = append(items, row)
		good = good && ok
	}
	if !good {
		return nil, false
	}
	text, err := json.Marshal(items)
	return text, err == nil
}

func (c *compiler) scalarJSON(n *source.Node, t model.Type) (json.RawMessage, bool) {
	textual := slices.Contains([]model.Kind{model.Text, model.Enum, model.Ref, model.Date, model.Timestamp}, t.Kind)
	if number := n.Kind == source.Bool || n.Kind == source.Number; textual && (number || n.Trap()) || number && !json.Valid([]byte(n.Text)) {
		c.report.Unquoted(n)
		return nil, false
	} else if number {
		return json.RawMessage(n.Text), true
	}
	text := n.Text
	if t.Kind == model.Ref {
		if _, err := uuid.Parse(text); err != nil {
			text = example.AliasID(text).String()
		}
	}
	value, err := json.Marshal(text)
	return value, err == nil
}
