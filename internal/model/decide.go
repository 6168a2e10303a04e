package model

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
)

// everyRole is the role of a key that may do everything that a role allows. It does not
// override a limit: that takes the role that the model names, on purpose.
const everyRole = "*"

// Decision is everything a command is decided on. Decide is pure.
type Decision struct {
	CommandID uuid.UUID
	StreamID  uuid.UUID
	Input     *Input
	Own       *State               // nil and the zero revision both say that it does not exist
	Others    map[uuid.UUID]*State // by Need.ID; a stream that does not exist is missing
	Now       time.Time
	Roles     []string
}

// Outcome is what a command leads to: events on its own stream, and what they claim.
type Outcome struct {
	Events  []NewEvent
	Uniques []UniqueClaim
	Limits  []LimitChange
}

// deciding is one decision on its way.
type deciding struct {
	*CommandType
	ask        Decision
	own        *State
	violations []fault.Detail
	steps      []step
}

// step is one event that the command raises, between the states before and after it.
type step struct {
	event         *eventType
	payload       []byte
	before, after *State
}

// Decide checks life cycle and rules and returns the outcome, or a *fault.Error of kind Rejected (with the violated
// rules and their origin), NotFound (the stream does not exist) or Forbidden.
func (c *CommandType) Decide(d Decision) (*Outcome, error) {
	on := &deciding{CommandType: c, ask: d, own: d.Own}
	if on.own == nil {
		on.own = c.Stream.Empty()
	}
	for _, check := range []func() error{on.allowed, on.exists, on.lifecycle, on.raise, on.require} {
		if err := check(); err != nil {
			return nil, err
		}
	}
	outcome := &Outcome{Events: on.events(), Uniques: on.uniques(), Limits: on.limits()}
	if err := on.rejected(); err != nil {
		return nil, err
	}
	return outcome, nil
}

func (on *deciding) allowed() error {
	if len(on.Allow) == 0 || slices.Contains(on.ask.Roles, everyRole) {
		return nil
	}
	for _, role := range on.ask.Roles {
		if slices.Contains(on.Allow, role) {
			return nil
		}
	}
	return fault.New(fault.Forbidden, "%s takes the role %s", on.Name, strings.Join(on.Allow, " or "))
}

func (on *deciding) exists() error {
	exists := on.own.Revision > 0
	switch {
	case on.own.of != on.Stream:
		return fault.New(fault.NotFound, "%s is of type %s, not %s", on.ask.StreamID, on.own.of.Name, on.Stream.Name)
	case on.Creates && exists:
		return reject(fault.Detail{Path: on.Stream.ID, Rule: "exists", Origin: on.Origin,
			Message: fmt.Sprintf("%s %s exists already", on.Stream.Name, on.ask.StreamID)})
	case !on.Creates && !exists:
		return fault.New(fault.NotFound, "There is no %s %s", on.Stream.Name, on.ask.StreamID)
	}
	return nil
}

func (on *deciding) lifecycle() error {
	if len(on.In) == 0 || slices.Contains(on.In, on.own.status) {
		return nil
	}
	return reject(fault.Detail{Path: on.Stream.ID, Rule: "lifecycle", Origin: on.Origin,
		Message: fmt.Sprintf("%s needs the %s to be %s; it is %s",
			on.Name, on.Stream.Name, strings.Join(on.In, " or "), on.own.status)})
}

// require checks the refs and then the rules, on the state as it will be.
func (on *deciding) require() error {
	needs, err := on.Needs(on.ask.Input, on.own)
	if err != nil {
		return err
	}
	for _, n := range needs {
		other := on.ask.Others[n.ID]
		if other == nil || other.Revision == 0 || len(n.Type) > 0 && !slices.Contains(n.Type, other.of.Name) {
			on.violate(fault.Detail{Path: n.Path, Rule: "ref", Origin: on.Origin,
				Message: fmt.Sprintf("There is no %s %s", strings.Join(n.Type, " or "), n.ID)})
		}
	}
	scope := &scope{in: on.ask.Input, id: on.ask.StreamID, after: newView(on.after()), before: newView(on.own)}
	for _, r := range on.rules {
		holds, err := r.that.Eval(scope)
		switch {
		case err != nil:
			d := fail(r.Origin, r.Else, r.path, err)
			d.Rule = "require"
			on.violate(d)
		case holds != true:
			on.violate(fault.Detail{Path: r.path, Rule: "require", Message: r.Else, Origin: r.Origin})
		}
	}
	return on.rejected()
}

// after returns the state after all events.
func (on *deciding) after() *State { return on.steps[len(on.steps)-1].after }

func (on *deciding) violate(d fault.Detail) { on.violations = append(on.violations, d) }

func (on *deciding) rejected() error {
	if len(on.violations) == 0 {
		return nil
	}
	return reject(on.violations...)
}

func reject(details ...fault.Detail) error { return fault.Reject(details...) }

// fail says that an expression has no value for this input.
func fail(origin, what, path string, err error) fault.Detail {
	return fault.Detail{Path: path, Rule: "expression", Origin: origin, Message: fmt.Sprintf("%s (%v)", what, err)}
}
