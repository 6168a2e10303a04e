package change

import (
	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// splitStream gives some events of a type streams of their own: each stream that has any gets
// one beside it, whose id follows from its own.
type splitStream struct {
	Stream source.Word   `yaml:"stream" need:"yes" doc:"The type that is split"`
	Events []source.Word `yaml:"events" need:"yes" doc:"The events that go to the new type"`
	Into   source.Word   `yaml:"into" need:"yes" doc:"The new type"`
	As     source.Word   `yaml:"as" doc:"The attribute of these events that refers to the stream they come from"`
}

func (*splitStream) level() level { return ofEvents }

func (x *splitStream) undo(s *step) {
	if !s.stream(x.Stream) || !s.some(x.Events, x.Into) {
		return
	}
	for _, name := range x.Events {
		e := s.relocate(name, x.Stream, x.Into)
		if e == nil || !s.lead(e, name, x.As) {
			return
		}
	}
	s.later(func() {
		if left := s.now.of(x.Into.Text); len(left) > 0 {
			s.report.Hint(x.Into.At, problem.ChangeConflict, "list all its events, or use \"move event\"", "%s is not new: it has %s beside these", x.Into.Text, left[0])
		}
		delete(s.now.streams, x.Into.Text)
	})
}

func (x *splitStream) inverse(s *step) way {
	var names []string
	for _, w := range x.Events {
		names = append(names, w.Text)
	}
	return s.rewritten(names...)
}

func (x *splitStream) transform(*step) transform {
	return &mover{from: x.Stream.Text, to: x.Into.Text, events: setOf(x.Events), as: x.As.Text, keep: setOf(x.Events),
		id: func(id uuid.UUID) uuid.UUID { return uuid.NewSHA1(id, []byte(x.Into.Text)) }}
}
