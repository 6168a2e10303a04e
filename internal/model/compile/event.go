package compile

import (
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/compile/syntax"
)

// event is an event on its way to the IR.
type event struct {
	typ        *typ
	name       string
	at         *source.Node
	declared   *syntax.Event // nil when it follows from commands alone
	raises     []*raise
	attributes []attribute
	ir         *model.Event
}

// declareEvent returns the type's event of the name, which it makes when it is new.
func (c *compiler) declareEvent(t *typ, name source.Word) *event {
	if known := c.events[name.Text]; known != nil {
		if known.typ == t {
			return known
		}
		c.report.Hint(name.At, problem.DuplicateEvent, "an event happens to one type; give it another name",
			"%s is already an event of %s", name.Text, known.typ.name)
		return nil
	}
	if !c.pascal(name, problem.NameForm, "an event") {
		return nil
	}
	if !strings.HasSuffix(name.Text, "Event") || name.Text == "Event" {
		c.report.Hint(name.At, problem.EventSuffix, "call it "+name.Text+"Event",
			"The name of an event ends in Event: %q", name.Text)
		return nil
	}
	e := &event{typ: t, name: name.Text, at: name.At, declared: t.Events.Get(name.Text)}
	c.events[name.Text] = e
	t.events = append(t.events, e)
	return e
}

// resolveEvents resolves what the type's events carry and where they lead.
func (c *compiler) resolveEvents(t *typ) {
	for _, d := range t.Events.Entries {
		if e := c.declareEvent(t, d.Key); e != nil && len(e.raises) == 0 {
			c.report.Hint(d.Key.At, problem.EventNobodyRaises, problem.DidYouMean(d.Key.Text, t.raised()),
				"No command raises %s", d.Key.Text)
		}
	}
	for _, e := range t.events {
		e.ir = &model.Event{Name: e.name, Version: 1, Origin: c.origin(e.place(t))}
		e.attributes = c.carried(e)
		e.ir.Attributes = plain(e.attributes)
		for _, r := range e.raises {
			c.checkFilled(r)
		}
		c.resolveTarget(e)
		c.checkChanges(e)
	}
	for _, cmd := range t.commands {
		c.checkSingleTarget(cmd)
	}
}

// place is where the event is described: its own entry, or the first command that raises it.
func (e *event) place(t *typ) *source.Node {
	for _, d := range t.Events.Entries {
		if d.Key.Text == e.name {
			return d.Key.At
		}
	}
	return e.at
}

func (t *typ) raised() []string {
	var names []string
	for _, e := range t.events {
		if len(e.raises) > 0 {
			names = append(names, e.name)
		}
	}
	return names
}

// carried returns the attributes of the event: those it declares, or else everything that
// the commands that raise it bring; and the number that it is given.
func (c *compiler) carried(e *event) []attribute {
	var list []attribute
	if e.declared != nil && e.declared.Attributes.Given() {
		list = c.declaredAttributes(e)
	} else {
		list = c.broughtAttributes(e)
	}
	if n := e.typ.ir.Number; n != nil && n.At == e.name && find(list, n.Attribute) == nil {
		list = append(list, *find(e.typ.attributes, n.Attribute))
	}
	for i := range list {
		list[i].Default, list[i].expected = "", nil
	}
	return list
}

func (c *compiler) declaredAttributes(e *event) []attribute {
	var list []attribute
	for i := range e.declared.Attributes.Entries {
		entry := &e.declared.Attributes.Entries[i]
		if entry.Value.Type.Given() || entry.Value.Of.Given() || find(e.typ.attributes, entry.Key.Text) != nil {
			if a, ok := c.resolveInput(e.typ, entry); ok {
				list = append(list, a)
			}
			continue
		}
		if input := e.inputOf(entry.Key.Text); input != nil {
			list = append(list, *input)
			continue
		}
		if e.typ.excused(entry.Key.Text) {
			continue
		}
		c.report.Hint(entry.Key.At, problem.EventAttributeUnknown, problem.DidYouMean(entry.Key.Text, namesOf(e.typ.attributes)),
			"%s has no attribute %q, and no command that raises the event takes it", e.typ.name, entry.Key.Text)
	}
	return list
}

func (e *event) inputOf(name string) *attribute {
	for _, r := range e.raises {
		if a := find(r.command.inputs, name); a != nil {
			return a
		}
	}
	return nil
}

func (c *compiler) broughtAttributes(e *event) []attribute {
	var list []attribute
	for _, r := range e.raises {
		for _, input := range r.command.inputs {
			list = merge(list, input)
		}
		for _, w := range r.with {
			if a := c.withAttribute(e, w.Key); a != nil {
				list = merge(list, *a)
			}
		}
	}
	for i := range list {
		for _, r := range e.raises {
			list[i].Optional = list[i].Optional || !r.fills(list[i].Name)
		}
	}
	return list
}

// merge adds an attribute that an event may already carry from another command.
func merge(list []attribute, a attribute) []attribute {
	a.Optional = a.Optional && a.Default == ""
	if known := find(list, a.Name); known != nil {
		known.Optional = known.Optional || a.Optional
		return list
	}
	return append(list, a)
}

func (c *compiler) withAttribute(e *event, name source.Word) *attribute {
	own := find(e.typ.attributes, name.Text)
	if own != nil {
		return own
	}
	if input := e.inputOf(name.Text); input != nil {
		return input
	}
	if e.typ.excused(name.Text) {
		return nil
	}
	c.report.Hint(name.At, problem.EventAttributeUnknown, problem.DidYouMean(name.Text, namesOf(e.typ.attributes)),
		"%s has no attribute %q to set", e.typ.name, name.Text)
	return nil
}

// checkFilled reports what an event must carry and a command does not bring.
func (c *compiler) checkFilled(r *raise) {
	for _, a := range r.event.attributes {
		n := r.event.typ.ir.Number
		numbered := n != nil && n.At == r.event.name && n.Attribute == a.Name
		if !a.Optional && !numbered && !r.fills(a.Name) {
			c.report.Hint(r.at, problem.EventAttributeUnfilled, "take it as input, give it under \"with\", or make it optional",
				"%s carries %s, but %s does not bring it", r.event.name, a.Name, r.command.name)
		}
	}
	if r.event.declared == nil || !r.event.declared.Attributes.Given() {
		return
	}
	for _, w := range r.with {
		if find(r.event.attributes, w.Key.Text) == nil {
			c.report.Hint(w.Key.At, problem.EventAttributeUnknown, problem.DidYouMean(w.Key.Text, namesOf(r.event.attributes)),
				"%s does not carry %q", r.event.name, w.Key.Text)
		}
	}
}

// resolveTarget finds the state that the event leads to: its own word, or else that of the
// commands that raise it alone.
func (c *compiler) resolveTarget(e *event) {
	if e.declared != nil && e.declared.To.Given() {
		c.states(e.typ, []source.Word{e.declared.To})
		e.ir.To = e.declared.To.Text
		return
	}
	for i, r := range e.raises {
		if len(r.command.raises) > 1 {
			continue
		}
		to := r.command.To
		if i > 0 && to.Text != e.ir.To {
			e.typ.lost = true
			c.report.Hint(r.at, problem.EventTargetConflict, "raise different events, or write \"to\" at the event under \"events\"",
				"%s leads to %s here and to %s elsewhere", e.name, stateOr(to.Text), stateOr(e.ir.To))
			return
		}
		e.ir.To = to.Text
	}
}

// checkChanges reports an event that nothing applies: it makes nothing, sets nothing and
// leads nowhere.
func (c *compiler) checkChanges(e *event) {
	sets := slices.ContainsFunc(e.attributes, func(a attribute) bool { return find(e.typ.attributes, a.Name) != nil })
	meant := slices.ContainsFunc(e.raises, func(r *raise) bool {
		return len(r.command.Guard) > 0 || r.command.To.Given() || len(r.command.With.Entries) > 0
	})
	if len(e.raises) > 0 && !sets && !meant && !e.creates() && e.ir.To == "" && !e.typ.broken() {
		c.report.Hint(e.at, problem.EventChangesNothing, "give it an attribute of the type to set, or a state to lead to",
			"%s changes nothing of %s", e.name, e.typ.name)
	}
}

func stateOr(state string) string {
	if state == "" {
		return "no other state"
	}
	return state
}

// checkSingleTarget reports a command with several events that leaves open which of them
// leads to its state or takes what it reserves.
func (c *compiler) checkSingleTarget(cmd *command) {
	if len(cmd.raises) < 2 {
		return
	}
	leads := slices.ContainsFunc(cmd.raises, func(r *raise) bool { return r.event.ir.To == cmd.To.Text })
	if cmd.To.Given() && !leads {
		cmd.typ.lost = true
		c.report.Hint(cmd.To.At, problem.CommandTargetAmbiguous, "write \"to\" at one of the events under \"events\"",
			"%s raises several events; which of them leads to %s?", cmd.name, cmd.To.Text)
	}
	for _, at := range []*source.Node{cmd.With.At, guardAt(cmd)} {
		if at != nil {
			c.report.Hint(at, problem.CommandTargetAmbiguous, "raise one event, or write it at the event it is meant for",
				"%s raises several events; this does not say for which", cmd.name)
		}
	}
}

func guardAt(cmd *command) *source.Node {
	if len(cmd.Guard) == 0 {
		return nil
	}
	return cmd.Guard[0].At
}
