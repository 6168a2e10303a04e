package change

import (
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// step undoes one set: now begins as the schema after it and ends as the one before.
type step struct {
	*solver
	set        *Set
	after, now *schema
	renamed    map[string]string   // events: as called before -> after
	outcomes   map[string]*outcome // by event as called before
	taken      map[string]*source.Node
	pending    []func() // what the operations of a level give back, once all of them have taken
}

// outcome is what an event of before becomes.
type outcome struct {
	at     *source.Node // of the operation that touched it first
	origin string
	whole  bool // the operation says what becomes of the event altogether
	times  int  // operations that are about it
	into   []*target
	refuse string
	backs  []expectation

	built []model.Into // without versions
	reads []model.Attribute
}

// target is an event of after that an event of before becomes.
type target struct {
	event  string
	at     *source.Node
	when   source.Word
	from   map[string]string // attribute of after -> of before, where the names differ
	values map[string]derived
}

// expectation is an expression of a way back, over the event of after that it starts from.
type expectation struct {
	text  source.Word
	event string
	want  model.Type
}

func (v *solver) newStep(set *Set, after *schema) *step {
	return &step{
		solver: v, set: set, after: after, now: after.clone(), renamed: map[string]string{},
		outcomes: map[string]*outcome{}, taken: map[string]*source.Node{},
	}
}

// undo undoes the set's operations.
func (s *step) undo() {
	for _, l := range []level{ofStreams, ofEvents, ofAttributes} {
		for _, op := range s.set.operations {
			if op.level() == l {
				s.origin = op.origin
				op.undo(s)
			}
		}
		for _, give := range s.pending {
			give()
		}
		s.pending = nil
	}
}

// later is done when all operations of the level have taken what is theirs.
func (s *step) later(give func()) { s.pending = append(s.pending, give) }

// once reports that two operations are about the same; what is a name with what it is of.
func (s *step) once(what string, at source.Word) bool {
	if other := s.taken[what]; other != nil {
		s.report.Hint(at.At, problem.ChangeConflict, "say in one operation what becomes of it, or put the two into sets of their own",
			"Line %d already says what becomes of %q", other.Line, at.Text)
		return false
	}
	s.taken[what] = at.At
	return true
}

// carrier returns the event that an operation on attributes is about, and its outcome; nil
// when there is none.
func (s *step) carrier(of source.Word) (*event, *outcome) {
	e := s.now.events[of.Text]
	if e == nil {
		s.noEvent(of, s.now)
		return nil, nil
	}
	o := s.outcomes[of.Text]
	if o == nil {
		o = s.outcome(of, false, &target{event: s.calledAfter(of.Text), at: of.At})
		o.times = 0
	}
	if o.times++; o.whole {
		s.report.Hint(of.At, problem.ChangeConflict, "say there what becomes of its attributes",
			"Line %d already says what becomes of %s", o.at.Line, of.Text)
		return nil, nil
	}
	return e, o
}

func (s *step) outcome(of source.Word, whole bool, into ...*target) *outcome {
	o := &outcome{at: of.At, origin: s.origin, whole: whole, times: 1}
	for _, t := range into {
		o.add(t)
	}
	s.outcomes[of.Text] = o
	return o
}

// add adds an event that the one of before becomes.
func (o *outcome) add(t *target) {
	if t.from == nil {
		t.from = map[string]string{}
	}
	if t.values == nil {
		t.values = map[string]derived{}
	}
	o.into = append(o.into, t)
}

// calledAfter returns what the event of before is called after; it is one that is not
// deleted, merged or split.
func (s *step) calledAfter(event string) string {
	if name, ok := s.renamed[event]; ok {
		return name
	}
	return event
}

// noEvent reports that the schema has no event of the name.
func (s *step) noEvent(of source.Word, among *schema) {
	hint := problem.DidYouMean(of.Text, among.eventNames())
	for before, after := range s.renamed {
		if after == of.Text {
			hint = "before " + s.set.Version + " it was called " + before
		}
	}
	s.report.Hint(of.At, problem.ChangeOf, hint, "There is no event %q at this point", of.Text)
}

// takeAttribute takes an attribute of after from the event; false when it has none.
func (s *step) takeAttribute(of, name source.Word) (model.Attribute, bool) {
	if !s.once("after "+of.Text+"."+name.Text, name) {
		return model.Attribute{}, false
	}
	e := s.now.own(of.Text)
	a := e.attribute(name.Text)
	if a == nil {
		s.report.Hint(name.At, problem.ChangeOf, problem.DidYouMean(name.Text, e.names()),
			"%s has no attribute %q after %s", of.Text, name.Text, s.set.Version)
		return model.Attribute{}, false
	}
	taken := *a
	e.remove(name.Text)
	return taken, true
}

// giveAttribute gives the event an attribute that it had before.
func (s *step) giveAttribute(of, name source.Word, a model.Attribute) {
	if !s.once("before "+of.Text+"."+name.Text, name) {
		return
	}
	s.later(func() {
		e := s.now.own(of.Text)
		if e.attribute(a.Name) != nil {
			s.report.Hint(name.At, problem.ChangeConflict, "if it is new under the same name, declare \"add attribute\" in this set or a later one",
				"%s still has the attribute %q after %s", of.Text, a.Name, s.set.Version)
			return
		}
		e.attributes = append(e.attributes, a)
	})
}

// takeEvent takes an event of after; nil when there is none.
func (s *step) takeEvent(name source.Word) *event {
	if !s.once("after "+name.Text, name) {
		return nil
	}
	e := s.now.events[name.Text]
	if e == nil {
		s.report.Hint(name.At, problem.ChangeOf, problem.DidYouMean(name.Text, s.now.eventNames()),
			"There is no event %q after %s", name.Text, s.set.Version)
		return nil
	}
	delete(s.now.events, name.Text)
	return e
}

// giveEvent brings back an event of before.
func (s *step) giveEvent(name source.Word, e *event) {
	if !s.once("before "+name.Text, name) {
		return
	}
	s.later(func() {
		if s.now.events[name.Text] != nil {
			s.report.Hint(name.At, problem.ChangeConflict, "if a new event has the name, declare \"add event\" in this set or a later one",
				"There still is an event %q after %s", name.Text, s.set.Version)
			return
		}
		s.now.events[name.Text] = e
	})
}

// stream reports whether there was a stream type of the name before.
func (s *step) stream(name source.Word) bool {
	if !s.now.streams[name.Text] {
		s.report.Hint(name.At, problem.ChangeOf, problem.DidYouMean(name.Text, s.now.streamNames()), "There is no type %q before %s", name.Text, s.set.Version)
	}
	return s.now.streams[name.Text]
}

// takeStream takes a stream type of after with its events; false when there is none.
func (s *step) takeStream(name source.Word) (map[string]*event, bool) {
	if !s.once("after stream "+name.Text, name) {
		return nil, false
	}
	if !s.now.streams[name.Text] {
		s.report.Hint(name.At, problem.ChangeOf, problem.DidYouMean(name.Text, s.now.streamNames()),
			"There is no type %q after %s", name.Text, s.set.Version)
		return nil, false
	}
	events := map[string]*event{}
	for _, event := range s.now.of(name.Text) {
		events[event] = s.now.events[event]
		delete(s.now.events, event)
	}
	delete(s.now.streams, name.Text)
	return events, true
}

// giveStream brings back a stream type of before, with events.
func (s *step) giveStream(name source.Word, events map[string]*event) {
	if !s.once("before stream "+name.Text, name) {
		return
	}
	s.later(func() {
		if s.now.streams[name.Text] {
			s.report.Hint(name.At, problem.ChangeConflict, "if a new type has the name, declare \"add stream\" in this set or a later one",
				"There still is a type %q after %s", name.Text, s.set.Version)
			return
		}
		s.now.streams[name.Text] = true
		for of, e := range events {
			s.now.events[of] = &event{name.Text, e.attributes}
		}
	})
}
