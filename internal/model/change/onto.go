package change

import (
	"fmt"
	"maps"
	"slices"

	"github.com/polderhq/polder/internal/model"
)

// Onto returns the IR as a release that an account can be moved to from the current one,
// whichever of the two is older: it has the model and the fingerprints of ir, and reads all
// that was ever stored up to current. To the sets of current come those that take back what
// ir does not have, newest first, and then those that current does not have yet. When
// nothing has to be taken back, that is ir itself.
//
// The events that current stores and that cannot be said any more are listed; they are
// refused. It is an error when the sets do not fit the model, as when an expression of a way
// back reads an attribute that is in no set and that ir does not know.
func Onto(ir, current *model.IR) (*model.IR, []Lost, error) {
	shared := sharedSets(ir.Changes, current.Changes)
	now, err := solveIR(current, shared)
	if err != nil {
		return nil, nil, fmt.Errorf("the current release: %w", err)
	}
	next, err := solveIR(ir, shared)
	if err != nil {
		return nil, nil, err
	}
	made := withValues(ir, current)
	made.Changes = append(slices.Clone(current.Changes), now.takeBack(current)...)
	if unknown := now.unknownTo(next, current); len(unknown.Operations) > 0 {
		made.Changes = append(made.Changes, unknown)
	}
	if len(made.Changes) == shared {
		return ir, nil, nil
	}
	made.Changes = append(made.Changes, ir.Changes[shared:]...)
	if err := refresh(made); err != nil {
		return nil, nil, err
	}
	return made, lost(made, current), nil
}

// sharedSets counts the sets that both begin with.
func sharedSets(a, b []model.ChangeSet) int {
	n := 0
	for n < len(a) && n < len(b) && sameSet(a[n], b[n]) {
		n++
	}
	return n
}

func sameSet(a, b model.ChangeSet) bool {
	return a.Version == b.Version && a.Reverts == b.Reverts &&
		slices.EqualFunc(a.Operations, b.Operations, func(x, y model.Operation) bool {
			return x.Kind == y.Kind && maps.Equal(x.Declared, y.Declared)
		})
}

// takeBack returns the sets that take back those that were solved, newest first. Those that
// are taken back already need none.
func (out *Solution) takeBack(current *model.IR) []model.ChangeSet {
	var left []int
	for p, s := range out.steps {
		if n := len(left); n > 0 && out.steps[left[n-1]].set.Version == s.set.reverts {
			left = left[:n-1]
			continue
		}
		left = append(left, p)
	}
	var sets []model.ChangeSet
	for _, p := range slices.Backward(left) {
		set, _ := out.revert(p, current)
		sets = append(sets, set)
	}
	return sets
}

// unknownTo returns a set that refuses the events that no set declares and that the other
// does not know. Both were solved from the same set on.
func (out *Solution) unknownTo(other *Solution, current *model.IR) model.ChangeSet {
	mine, theirs := out.schema(0), other.schema(0)
	set := model.ChangeSet{Version: free(current, newest(current)+"-new"), Operations: []model.Operation{}}
	for _, name := range mine.eventNames() {
		if theirs.events[name] != nil {
			continue
		}
		var events object
		events.add(name, attributesJSON(mine.events[name].attributes))
		set.Operations = append(set.Operations, model.Operation{Kind: refusing, Declared: map[string]string{
			"of": mine.events[name].stream, "events": events.String(), "why": "the release does not know it",
		}})
	}
	return set
}

// newest is the version of the newest set, 1 without any.
func newest(ir *model.IR) string {
	if len(ir.Changes) == 0 {
		return "1"
	}
	return ir.Changes[len(ir.Changes)-1].Version
}

// withValues returns a copy of the IR that knows the value objects of both, because types
// that were may name them.
func withValues(ir, current *model.IR) *model.IR {
	made := *ir
	made.Values = slices.Clone(ir.Values)
	for _, v := range current.Values {
		if !slices.ContainsFunc(ir.Values, func(known model.Value) bool { return known.Name == v.Name }) {
			made.Values = append(made.Values, v)
		}
	}
	made.Streams = slices.Clone(ir.Streams)
	for i := range made.Streams {
		made.Streams[i].Events = slices.Clone(made.Streams[i].Events)
	}
	return &made
}

// refresh solves the sets of the IR and puts what follows into it.
func refresh(ir *model.IR) error {
	out, err := solveIR(ir, 0)
	if err != nil {
		return err
	}
	ir.Changes, ir.Upcasts = out.Changes, out.Upcasts
	for i := range ir.Streams {
		for j := range ir.Streams[i].Events {
			e := &ir.Streams[i].Events[j]
			e.Version = out.Versions[e.Name]
		}
	}
	return nil
}

// lost returns the events that current stores and that the upcasts of ir refuse.
func lost(ir, current *model.IR) []Lost {
	steps := map[Lost]*model.Upcast{}
	for i, u := range ir.Upcasts {
		steps[Lost{Stream: u.Stream, Event: u.Event, Version: u.Version}] = &ir.Upcasts[i]
	}
	var list []Lost
	for _, stream := range current.Streams {
		for _, e := range stream.Events {
			stored := Lost{Stream: stream.Name, Event: e.Name, Version: e.Version}
			if stored.Why = refusedBy(steps, stored); stored.Why != "" {
				list = append(list, stored)
			}
		}
	}
	return list
}

// refusedBy follows the upcasts from an event and returns why it cannot be said, empty when
// it can.
func refusedBy(steps map[Lost]*model.Upcast, at Lost) string {
	u := steps[at]
	if u == nil {
		return ""
	}
	for _, into := range u.Into {
		if why := refusedBy(steps, Lost{Stream: into.Stream, Event: into.Event, Version: into.Version}); why != "" {
			return why
		}
	}
	return u.Refuse
}
