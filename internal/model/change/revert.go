package change

import (
	"fmt"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// Lost is an event that a release cannot be told of.
type Lost struct {
	Stream  string `json:"stream"` // as it is stored, like Event and Version
	Event   string `json:"event"`
	Version int    `json:"version"`
	Why     string `json:"why"`
}

// Revert returns the set that takes back the IR's set of the version, and the events that it
// cannot take back: those are refused. It is an error when the IR has no such set.
func Revert(ir *model.IR, version string) (model.ChangeSet, []Lost, error) {
	out, err := solveIR(ir, 0)
	if err != nil {
		return model.ChangeSet{}, nil, err
	}
	for p, s := range slices.Backward(out.steps) {
		if s.set.Version == version {
			reverting, lost := out.revert(p, ir)
			return reverting, lost, nil
		}
	}
	return model.ChangeSet{}, nil, fmt.Errorf("the release has no changes of %q", version)
}

// solveIR solves the IR's own sets from the one of the number on.
func solveIR(ir *model.IR, from int) (*Solution, error) {
	sets, err := fromIR(ir.Changes[from:])
	if err != nil {
		return nil, err
	}
	scopes, err := model.NewScopes(ir)
	if err != nil {
		return nil, err
	}
	report := &source.Report{}
	out := Solve(ir, sets, scopes, report)
	return out, report.Problems.Err()
}

// revert returns the set that takes step p back. The names that sets have are those of ir.
func (out *Solution) revert(p int, ir *model.IR) (model.ChangeSet, []Lost) {
	s := out.steps[p]
	set := model.ChangeSet{Version: reverting(ir, s.set), Reverts: s.set.Version, Origin: s.set.origin}
	if taken := takenBack(ir, s.set); taken != nil {
		set.Operations = taken.Operations
		return set, nil
	}
	ways, refused := s.ways()
	for _, w := range ways {
		if !slices.ContainsFunc(w.after, func(name string) bool { return refused[name] != "" }) {
			set.Operations = append(set.Operations, w.operations...)
		}
	}
	var lost []Lost
	restored := map[string]bool{}
	for _, name := range sortedKeys(refused) {
		set.Operations = append(set.Operations, s.refusal(name, refused[name], restored))
		lost = append(lost, Lost{s.after.events[name].stream, name, out.counts[p+1][name], refused[name]})
	}
	return set, lost
}

// takenBack returns the set that the set took back, nil when it took none back.
func takenBack(ir *model.IR, set *Set) *model.ChangeSet {
	at := slices.IndexFunc(ir.Changes, func(c model.ChangeSet) bool { return c.Version == set.Version })
	for i := at - 1; i >= 0 && set.reverts != ""; i-- {
		if ir.Changes[i].Version == set.reverts {
			return &ir.Changes[i]
		}
	}
	return nil
}

// reverting is what the set is called that takes the set back: 2.0-back, and that in turn
// 2.0-again.
func reverting(ir *model.IR, set *Set) string {
	base, wasBack := strings.CutSuffix(set.Version, "-back")
	if wasBack && set.reverts != "" {
		return free(ir, base+"-again")
	}
	return free(ir, set.Version+"-back")
}

// free returns the name, or with a number behind it when a set has it.
func free(ir *model.IR, name string) string {
	free := name
	for n := 2; slices.ContainsFunc(ir.Changes, func(c model.ChangeSet) bool { return c.Version == free }); n++ {
		free = fmt.Sprintf("%s-%d", name, n)
	}
	return free
}

// ways returns the ways back of all operations, and why events have none.
func (s *step) ways() ([]way, map[string]string) {
	var ways []way
	refused := map[string]string{}
	for _, op := range s.set.operations {
		w := op.inverse(s)
		for _, name := range w.after {
			if w.none != "" && refused[name] == "" {
				refused[name] = w.none
			}
		}
		ways = append(ways, w)
	}
	return ways, refused
}

// refusal returns the operation that refuses an event of after. What it was before is there
// again; each event is restored once.
func (s *step) refusal(name, why string, restored map[string]bool) model.Operation {
	e := s.after.events[name]
	var events object
	events.add(name, attributesJSON(e.attributes))
	var restores []string
	for _, before := range sortedKeys(s.outcomes) {
		becomes := slices.ContainsFunc(s.outcomes[before].into, func(t *target) bool { return t.event == name })
		if becomes && !restored[before] {
			restored[before] = true
			restores = append(restores, quoted(before))
		}
	}
	return s.operation(refusing, "of", e.stream, "events", events.String(), "restores", "["+strings.Join(restores, ",")+"]", "why", why)
}
