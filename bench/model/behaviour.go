package modelbench

import (
	"fmt"
	"strings"
)

// writeCommands writes commands that raise the type's events between them: each one always
// the first of its events, and the others when an attribute is given.
func (t *typ) writeCommands() {
	t.raised = map[string]eventText{}
	t.line("commands:")
	for i := range t.commands {
		verb, round := pick(tellers, i)
		inputs := t.window(i, 8)
		t.line("  %s%s%sCommand:\n    label: %s\n    input: [%s]\n    allow: [clerk, manager]", verb, t.name, suffix(round), verb, strings.Join(inputs, ", "))
		to := t.writeStates(i)
		if i%2 == 0 {
			t.line("    require:\n      - {that: \"has(%s) || has(%s)\", else: \"Say %s or %s\"}", inputs[0], inputs[1], inputs[0], inputs[1])
		}
		t.line("    raises:")
		for e := i; e < t.events; e += t.commands {
			t.writeRaise(e, e == i, inputs, to)
		}
		if t.changes(&t.added, t.size.AddedEvents, t.size.Commands) {
			t.raise(fmt.Sprintf("%sAddedBy%s%sEvent", t.name, verb, suffix(round)), "", inputs[:2], false)
		}
	}
}

// writeStates leads the first commands from state to state, and returns where to.
func (t *typ) writeStates(i int) (to string) {
	switch {
	case i == 0 && len(t.states) == 0:
		t.line("    creates: true")
		return ""
	case i >= len(t.states):
		return ""
	case i > 0:
		t.line("    in: [%s]", t.states[i-1])
	}
	t.line("    to: %s", t.states[i])
	return t.states[i]
}

// writeRaise writes event number e of the type. Of those that a command does not always
// raise, the next release removes some.
func (t *typ) writeRaise(e int, always bool, inputs []string, to string) {
	changed := t.changes(&t.event, t.size.ChangedEvents, t.size.Events)
	verb, round := pick(verbs, e)
	name := t.name + verb + suffix(round) + "Event"
	if !always {
		if to = ""; t.changes(&t.spare, t.size.RemovedEvents, t.size.Events-t.size.Commands) {
			t.declared += fmt.Sprintf("- delete event: {event: %s, of: %s}\n", name, t.name)
			return
		}
	}
	carried := inputs
	if !always {
		carried = inputs[e%4 : min(len(inputs), e%4+3)]
	}
	if changed {
		carried = append(carried[:len(carried):len(carried)], "Origin")
	}
	t.raise(name, to, carried, always)
}

func (t *typ) raise(name, to string, attributes []string, always bool) {
	when := "~"
	if !always {
		when = fmt.Sprintf("{when: \"has(%s)\"}", attributes[0])
	}
	t.line("      %s: %s", name, when)
	t.raised[name], t.order = eventText{to, attributes}, append(t.order, name)
}

func (t *typ) writeEvents() {
	t.line("events:")
	for _, name := range t.order {
		e := t.raised[name]
		to := ""
		if e.to != "" {
			to = "to: " + e.to + ", "
		}
		t.line("  %s: {%sattributes: [%s]}", name, to, strings.Join(e.attributes, ", "))
	}
}

// suffix tells names of later rounds apart.
func suffix(round int) string {
	if round == 0 {
		return ""
	}
	return fmt.Sprint(round + 1)
}
