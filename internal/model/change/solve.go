package change

import (
	"cmp"
	"slices"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// Solution is what the sets come to for a model.
type Solution struct {
	Changes  []model.ChangeSet
	Upcasts  []model.Upcast
	Versions map[string]int // of the events of the model, by name

	steps   []*step
	current *schema
	counts  []map[string]int // versions of the events before each step, and after the last
}

// solver is what all steps share.
type solver struct {
	report *source.Report
	scopes *model.Scopes
	former *formers
	origin string // of the operation at hand
}

// Solve walks back from the model through the sets, which are in order, and returns what
// stored events become. It is nil when something is wrong, which is reported. Of the model it
// reads the values and the events of the streams.
func Solve(ir *model.IR, sets []*Set, scopes *model.Scopes, report *source.Report) *Solution {
	v := &solver{report: report, scopes: scopes, former: &formers{report, ir.Values, namesEver(ir, sets)}}
	out := &Solution{steps: make([]*step, len(sets))}
	out.current = schemaOf(ir.Streams)
	after := out.current
	for i, set := range slices.Backward(sets) {
		s := v.newStep(set, after)
		if s.undo(); len(report.Problems) == 0 {
			s.followStreams()
			s.checkRewritten()
		}
		if len(report.Problems) == 0 && !slices.ContainsFunc(sets[i+1:], func(later *Set) bool { return later.reverts == set.Version }) {
			s.build() // what is taken back is read as it was, without the expressions
		}
		if len(report.Problems) > 0 {
			return nil // older sets would be read against what is wrong
		}
		out.steps[i], after = s, s.now
	}
	for _, set := range sets {
		out.Changes = append(out.Changes, set.ir())
	}
	out.count(after)
	out.upcasts()
	return out
}

// namesEver returns the names of streams that a reference could lead to at some time.
func namesEver(ir *model.IR, sets []*Set) []string {
	var names []string
	for _, s := range ir.Streams {
		names = append(names, s.Name)
	}
	for _, set := range sets {
		for _, op := range set.operations {
			if gone, ok := op.operation.(interface{ gone() []string }); ok {
				names = append(names, gone.gone()...)
			}
		}
	}
	return names
}

// followStreams notes the events whose stream type alone is called otherwise.
func (s *step) followStreams() {
	for name, e := range s.now.events {
		after := s.after.events[s.calledAfter(name)]
		if s.outcomes[name] == nil && after != nil && after.stream != e.stream {
			s.outcome(source.Word{Text: name, At: s.set.at}, false, &target{event: s.calledAfter(name), at: s.set.at})
		}
	}
}

// count numbers the versions of events, from the oldest schema on.
func (out *Solution) count(oldest *schema) {
	last := map[string]int{}
	counts := map[string]int{}
	for name, e := range oldest.events {
		counts[name], last[key(e.stream, name)] = 1, 1
	}
	out.counts = []map[string]int{counts}
	for _, s := range out.steps {
		counts = s.count(counts, last)
		out.counts = append(out.counts, counts)
	}
	out.Versions = counts
}

// count returns the versions after the step; last is the highest that was ever given to a
// name.
func (s *step) count(before, last map[string]int) map[string]int {
	after, touched := make(map[string]int, len(s.after.events)), map[string]bool{}
	for name := range s.now.events {
		o := s.outcomes[name]
		if o == nil {
			after[name] = before[name]
			continue
		}
		for _, t := range o.into {
			after[t.event], touched[t.event] = max(after[t.event], before[name]+1), true
		}
	}
	for name, e := range s.after.events {
		k := key(e.stream, name)
		if touched[name] || after[name] == 0 {
			after[name] = max(after[name], last[k]+1)
		}
		last[k] = after[name]
	}
	return after
}

func key(stream, event string) string { return stream + "\x00" + event }

// upcasts puts together how each event that was ever stored is read in the version after it.
func (out *Solution) upcasts() {
	for p, s := range out.steps {
		for _, name := range sortedKeys(s.outcomes) {
			o, e := s.outcomes[name], s.now.events[name]
			u := model.Upcast{Stream: e.stream, Event: name, Version: out.counts[p][name], Origin: o.origin}
			switch end := out.revertedBy(p); {
			case end > 0 && out.same(end, name) != nil:
				u.Into = []model.Into{*out.same(end, name)}
			case o.refuse != "":
				u.Refuse = o.refuse
			default:
				u.Reads, u.Into = o.reads, slices.Clone(o.built)
				for i := range u.Into {
					u.Into[i].Version = out.counts[p+1][u.Into[i].Event]
				}
			}
			out.Upcasts = append(out.Upcasts, u)
		}
	}
	slices.SortFunc(out.Upcasts, func(a, b model.Upcast) int {
		return cmp.Or(cmp.Compare(a.Stream, b.Stream), cmp.Compare(a.Event, b.Event), cmp.Compare(a.Version, b.Version))
	})
}

// schema returns the schema before the step of the number, or after the last.
func (out *Solution) schema(moment int) *schema {
	switch {
	case moment > 0:
		return out.steps[moment-1].after
	case len(out.steps) > 0:
		return out.steps[0].now
	}
	return out.current
}

// revertedBy returns the number of the moment after the set that takes step p back, 0 when
// there is none.
func (out *Solution) revertedBy(p int) int {
	for q := p + 1; q < len(out.steps); q++ {
		if out.steps[q].set.reverts == out.steps[p].set.Version {
			return q + 1
		}
	}
	return 0
}

// same returns the event as it is at the moment, with all that it carries as it was; nil when
// there is none of the name.
func (out *Solution) same(moment int, name string) *model.Into {
	e := out.schema(moment).events[name]
	if e == nil {
		return nil
	}
	into := &model.Into{Stream: e.stream, Event: name, Version: out.counts[moment][name], Attributes: []model.Derive{}}
	for _, attribute := range sortedNames(e) {
		into.Attributes = append(into.Attributes, model.Derive{Name: attribute, From: attribute})
	}
	return into
}

func sortedNames(e *event) []string {
	names := e.names()
	slices.Sort(names)
	return names
}
