package model

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model/expr"
)

// NewEvent is an event that was decided but is not stored yet.
type NewEvent struct {
	Name    string
	Version int
	Payload json.RawMessage // a JSON object in the order of the event's attributes
	Number  *NumberClaim    // nil for most
}

// NumberClaim asks the append to put the next number of a series into the payload.
type NumberClaim struct {
	Attribute string // e.g. "OrderNumber"
	Series    string // "SO-2026-"; the text that numbers of this series begin with
	Width     int    // digits, zero-padded
}

// preview is the own state with the inputs that the events carry as they are: what the
// expressions that make the rest of the events read.
func (c *CommandType) preview(in *Input, own *State) *State {
	p := &State{Revision: own.Revision, of: own.of, status: own.status, values: slices.Clone(own.values)}
	for _, r := range c.raises {
		for _, f := range r.event.fields {
			target, sets := r.event.target[f.Name]
			i := c.input.shape.Index(f.Name)
			if sets && i >= 0 && in.given[i] && r.with[f.Name] == nil {
				p.values[target] = kept(own.values[target], in.values[i])
			}
		}
	}
	return p
}

// raise makes the events and the states between them.
func (on *deciding) raise() error {
	preview := on.preview(on.ask.Input, on.own)
	scope := &scope{in: on.ask.Input, id: on.ask.StreamID, after: newView(preview), before: newView(on.own)}
	state := on.own
	for _, r := range on.raises {
		if !on.when(r, scope) {
			continue
		}
		payload := on.payload(r, scope, state)
		if len(on.violations) > 0 {
			continue
		}
		next, err := on.Stream.apply(state, r.event, payload, nil)
		if err != nil {
			return err
		}
		on.steps = append(on.steps, step{r.event, payload, state, next})
		state = next
	}
	if len(on.violations) == 0 && len(on.steps) == 0 {
		return reject(fault.Detail{Rule: "unchanged", Message: on.Name + " changes nothing", Origin: on.Origin})
	}
	return on.rejected()
}

func (on *deciding) when(r *raise, scope *scope) bool {
	if r.when == nil {
		return true
	}
	holds, err := r.when.Eval(scope)
	if err != nil {
		on.violate(fail(r.Origin, r.Event+" cannot be decided", on.pathOf(r.when), err))
	}
	return holds == true
}

// payload writes the event: what its expressions give, and else the input of the same name,
// if it was given. A null clears; there is nothing to clear in what was never set.
// Of custom values an event carries all that there are after it, so that it is applied, read
// anew and copied like any other.
func (on *deciding) payload(r *raise, scope *scope, before *State) []byte {
	b := []byte{'{'}
	for _, f := range r.event.fields {
		value, given := on.value(r, f, scope)
		if !given {
			continue
		}
		if target, sets := r.event.target[f.Name]; sets && value != nil {
			value = on.few(f, kept(before.values[target], value))
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(appendText(b, f.Name), ':')
		b = appendValue(b, value)
	}
	return append(b, '}')
}

// kept is what an attribute is once a value is given: custom values are set one by one.
func kept(own, given any) any {
	if custom, is := given.(expr.Custom); is {
		return mergeCustom(own, custom)
	}
	return given
}

// few refuses more custom values than a stream may have.
func (on *deciding) few(f *field, value any) any {
	if custom, is := value.(expr.Custom); is && len(readCustom(custom)) > MaxCustomKeys {
		on.violate(fault.Detail{Path: f.Name, Rule: "max", Origin: f.Origin,
			Message: fmt.Sprintf("%s has at most %d keys; remove some by giving them as null", f.Name, MaxCustomKeys)})
	}
	return value
}

func (on *deciding) value(r *raise, f *field, scope *scope) (value any, given bool) {
	p := r.with[f.Name]
	if p == nil {
		i := on.input.shape.Index(f.Name)
		if i < 0 || !on.ask.Input.given[i] && i != on.id {
			return nil, false
		}
		if i == on.id {
			return on.ask.StreamID.String(), true
		}
		return on.ask.Input.values[i], true
	}
	value, err := p.Eval(scope)
	if err != nil {
		on.violate(fail(r.Origin, fmt.Sprintf("%s cannot be computed", f.Name), on.pathOf(p), err))
		return nil, false
	}
	if value == nil {
		target, sets := r.event.target[f.Name]
		return nil, sets && on.own.values[target] != nil
	}
	return on.checked(f, f.kind.adopt(value)), true
}

// checked holds what an expression made against the limits of the attribute it is for.
func (on *deciding) checked(f *field, value any) any {
	at, check := &place{name: f.Name}, &reader{strict: true}
	if text, ok := value.(string); ok && f.kind.Kind == Ref {
		var err error
		if value, err = readText(Ref, text); err != nil {
			check.violate(at, f, "type", "%s %v", f.Name, err)
		}
	}
	value = check.constrain(value, f.kind, f, at)
	on.violations = append(on.violations, check.violations...)
	return value
}

func (on *deciding) events() []NewEvent {
	list := make([]NewEvent, len(on.steps))
	for i, s := range on.steps {
		list[i] = NewEvent{Name: s.event.Name, Version: s.event.Version, Payload: s.payload}
		if n := on.Stream.Number; n != nil && n.At == s.event.Name {
			list[i].Number = &NumberClaim{n.Attribute, on.Stream.number.at(on.ask.Now), on.Stream.number.width}
		}
	}
	return list
}
