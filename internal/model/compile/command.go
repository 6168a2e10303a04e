package compile

import (
	"reflect"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/compile/syntax"
)

// command is a command on its way to the IR.
type command struct {
	*syntax.Command
	typ    *typ
	name   string
	at     *source.Node
	inputs []attribute
	raises []*raise
	ir     *model.Command
}

// raise is one event that a command raises.
type raise struct {
	command *command
	event   *event
	at      *source.Node
	when    source.Word
	with    []source.Entry[source.Word]
}

func (r *raise) fills(attribute string) bool {
	return find(r.command.inputs, attribute) != nil ||
		slices.ContainsFunc(r.with, func(e source.Entry[source.Word]) bool { return e.Key.Text == attribute })
}

// resolveCommands resolves what commands take, and finds the events they raise.
func (c *compiler) resolveCommands(t *typ) {
	for i := range t.Commands.Entries {
		e := &t.Commands.Entries[i]
		if !c.pascal(e.Key, problem.NameForm, "a command") || !c.freeCommand(e.Key) {
			continue
		}
		cmd := &command{Command: &e.Value, typ: t, name: e.Key.Text, at: e.Key.At}
		c.commands[cmd.name] = cmd
		t.commands = append(t.commands, cmd)
		c.resolveCommand(cmd)
	}
	c.markCreators(t)
	for _, cmd := range t.commands {
		cmd.dropDefaults()
		if cmd.ir.Creates && !cmd.To.Given() && len(t.Lifecycle) > 0 {
			cmd.To = t.Lifecycle[0]
		}
	}
}

// dropDefaults takes the defaults of the type's attributes out of a command that changes
// what is there: what it is not given stays as it is, or has to be given.
func (cmd *command) dropDefaults() {
	if cmd.ir.Creates {
		return
	}
	for i := range cmd.inputs {
		if a := &cmd.inputs[i]; !a.restated && find(cmd.typ.attributes, a.Name) != nil {
			a.Default, a.expected = "", nil
		}
	}
	cmd.ir.Input = plain(cmd.inputs)
}

func (c *compiler) freeCommand(name source.Word) bool {
	if !strings.HasSuffix(name.Text, "Command") || name.Text == "Command" {
		c.report.Hint(name.At, problem.CommandSuffix, "call it "+strings.TrimSuffix(name.Text, "Command")+"Command",
			"The name of a command ends in Command: %q", name.Text)
		return false
	}
	if other := c.commands[name.Text]; other != nil {
		c.report.Hint(name.At, problem.DuplicateCommand, "clients call a command by its name alone; give it another",
			"%s is already a command of %s", name.Text, other.typ.name)
		return false
	}
	return true
}

func (c *compiler) resolveCommand(cmd *command) {
	cmd.inputs = c.resolveInputs(cmd)
	cmd.ir = &model.Command{
		Name: cmd.name, Creates: cmd.Creates.Value, In: c.states(cmd.typ, cmd.In), Input: plain(cmd.inputs),
		Allow: c.roles(cmd.Allow), Label: cmd.Label.Text, Help: cmd.Help.Text, Origin: c.origin(cmd.at),
	}
	c.states(cmd.typ, []source.Word{cmd.To})
	if len(cmd.Raises.Entries) == 0 {
		c.report.Hint(cmd.at, problem.CommandRaisesNothing, "write \"raises: "+eventNameFor(cmd.typ)+"\"",
			"%s raises no event, so it would change nothing", cmd.name)
	}
	for i := range cmd.Raises.Entries {
		c.resolveRaise(cmd, &cmd.Raises.Entries[i])
	}
}

func eventNameFor(t *typ) string { return t.name + verbs[t.stereotype][1] + "Event" }

func (c *compiler) resolveRaise(cmd *command, e *source.Entry[syntax.Raise]) {
	event := c.declareEvent(cmd.typ, e.Key)
	if event == nil {
		return
	}
	r := &raise{command: cmd, event: event, at: e.Key.At, when: e.Value.When, with: e.Value.With.Entries}
	if len(cmd.Raises.Entries) == 1 {
		r.with = append(slices.Clone(cmd.With.Entries), r.with...)
	}
	cmd.raises = append(cmd.raises, r)
	event.raises = append(event.raises, r)
}

// states checks that the names are of the type's life cycle, and returns them.
func (c *compiler) states(t *typ, list []source.Word) []string {
	for _, state := range list {
		if state.Given() && !slices.Contains(words(t.Lifecycle), state.Text) {
			hint := problem.DidYouMean(state.Text, words(t.Lifecycle))
			if len(t.Lifecycle) == 0 {
				hint = "write \"lifecycle: [" + state.Text + ", ...]\" in the type"
			}
			t.lost = true
			c.report.Hint(state.At, problem.UnknownState, hint, "%s has no state %q", t.name, state.Text)
		}
	}
	return words(list)
}

// roles checks that the names are roles of the model, and returns them. Without a
// model.yaml there is no list to check against.
func (c *compiler) roles(list []source.Word) []string {
	for _, role := range list {
		if role.Given() && c.root != nil && c.model.Roles.Get(role.Text) == nil {
			c.report.Hint(role.At, problem.UnknownRole, problem.DidYouMean(role.Text, c.model.Roles.Keys()),
				"The model has no role %q", role.Text)
		}
	}
	return words(list)
}

// resolveInputs resolves what a command takes beside the id of its stream.
func (c *compiler) resolveInputs(cmd *command) []attribute {
	var inputs []attribute
	for i := range cmd.Input.Entries {
		e := &cmd.Input.Entries[i]
		if e.Key.Text == cmd.typ.idName() {
			continue
		}
		if a, ok := c.resolveInput(cmd.typ, e); ok {
			inputs = append(inputs, a)
		}
	}
	return inputs
}

// resolveInput resolves an own attribute, perhaps with other options, or an input with a
// type of its own.
func (c *compiler) resolveInput(t *typ, e *source.Entry[syntax.Attribute]) (attribute, bool) {
	own := find(t.attributes, e.Key.Text)
	typed := e.Value.Type.Given() || e.Value.Of.Given()
	switch {
	case own == nil && t.excused(e.Key.Text):
		return attribute{}, false
	case own == nil && !typed:
		c.report.Hint(e.Key.At, problem.UnknownInput, problem.DidYouMean(e.Key.Text, namesOf(t.attributes)),
			"%s has no attribute %q; an input that is no attribute has a type", t.name, e.Key.Text)
		return attribute{}, false
	case own == nil && t.Compute.Get(e.Key.Text) != nil:
		c.report.Hint(e.Key.At, problem.ReservedName, "leave it out, or make it an attribute",
			"%s follows from an expression; it cannot be given", e.Key.Text)
		return attribute{}, false
	case own == nil:
		if !c.pascal(e.Key, problem.AttributeName, "an input") {
			return attribute{}, false
		}
		a, ok := c.resolveAttribute(e.Key, &e.Value, t.name)
		if ok {
			c.noCustom(a, "An input that is no attribute of "+t.name)
		}
		return a, ok
	}
	return c.ownInput(t, own, e, typed)
}

func (c *compiler) ownInput(t *typ, own *attribute, e *source.Entry[syntax.Attribute], typed bool) (attribute, bool) {
	a := *own
	a.at, a.Origin = e.Key.At, c.origin(e.Key.At)
	if typed {
		again, ok := c.resolveAttribute(e.Key, &e.Value, t.name)
		if !ok {
			return a, false
		}
		if !sameType(again.Type, own.Type) {
			c.report.Hint(e.Key.At, problem.InputType, "leave the type out: it is that of the attribute",
				"%s is %s in %s and cannot be %s here", a.Name, withArticle(describe(own.Type)), t.name, withArticle(describe(again.Type)))
			return a, false
		}
	}
	c.override(&a, &e.Value)
	return a, true
}

// sameType compares types without what an input may say differently.
func sameType(a, b model.Type) bool {
	a.Max, a.Min, a.Pattern = b.Max, b.Min, b.Pattern
	for _, t := range []*model.Type{&a, &b} {
		t.Of = slices.Clone(t.Of)
		for i := range t.Of {
			t.Of[i].Origin = ""
		}
	}
	return reflect.DeepEqual(a, b)
}

// override applies what an input says differently from its attribute.
func (c *compiler) override(a *attribute, s *syntax.Attribute) {
	if s.Optional.At != nil || s.Optional.Value {
		a.Optional = s.Optional.Value
	}
	if s.Default.Given() {
		a.Default, a.expected, a.restated = s.Default.Text, s.Default.At, true
		c.defaulted = append(c.defaulted, *a)
	}
	if s.Label.Given() {
		a.Label = s.Label.Text
	}
	if s.Help.Given() {
		a.Help = s.Help.Text
	}
	if !s.Type.Given() && !s.Of.Given() {
		c.applyOptions(&a.Type, s)
	}
}

// markCreators finds the commands that make a new stream: those that say so; else those
// that lead to the first state from nowhere; else the first.
func (c *compiler) markCreators(t *typ) {
	creates := func(cmd *command) bool { return cmd.ir.Creates }
	if slices.ContainsFunc(t.commands, creates) || len(t.commands) == 0 {
		return
	}
	for _, cmd := range t.commands {
		cmd.ir.Creates = len(t.Lifecycle) > 0 && cmd.To.Text == t.Lifecycle[0].Text && len(cmd.In) == 0
	}
	if slices.ContainsFunc(t.commands, creates) {
		return
	}
	first := t.commands[0]
	if len(first.In) > 0 {
		c.report.Hint(t.at, problem.NothingCreates, "write \"creates: true\" at the command that makes a new one",
			"No command makes a new %s", t.name)
		return
	}
	first.ir.Creates = true
}
