package change

import (
	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// mergeStreams makes the streams of one type part of those of another: each goes to the one
// that an attribute of its events refers to, or that has its id.
type mergeStreams struct {
	Stream source.Word   `yaml:"stream" need:"yes" doc:"The type that is no more"`
	Events []source.Word `yaml:"events" need:"yes" doc:"Its events, which happen to the other now"`
	Into   source.Word   `yaml:"into" need:"yes" doc:"The type that they are part of now"`
	By     source.Word   `yaml:"by" doc:"The attribute of its events that refers to the stream it becomes part of; without it that is the one with the same id"`
}

func (*mergeStreams) level() level { return ofEvents }

func (x *mergeStreams) gone() []string { return []string{x.Stream.Text} }

func (x *mergeStreams) undo(s *step) {
	if !s.stream(x.Into) || !s.some(x.Events, x.Stream) {
		return
	}
	if left := s.now.of(x.Stream.Text); len(left) > 0 {
		s.report.Hint(x.Stream.At, problem.ChangeConflict, "use \"move event\" when the type stays", "There still is a type %q after %s", x.Stream.Text, s.set.Version)
		return
	}
	s.now.streams[x.Stream.Text] = true
	for _, name := range x.Events {
		if e := s.relocate(name, x.Stream, x.Into); e != nil && x.By.Given() {
			s.reference(e, x.By, x.Into)
		}
	}
}

func (x *mergeStreams) inverse(s *step) way {
	var names []string
	for _, w := range x.Events {
		names = append(names, w.Text)
	}
	return s.rewritten(names...)
}

func (x *mergeStreams) transform(s *step) transform {
	events := setOf(x.Events)
	return &mover{from: x.Stream.Text, to: x.Into.Text, events: events, by: x.By.Text, keep: s.carrying(events, x.By.Text),
		id: func(id uuid.UUID) uuid.UUID { return id }, targets: map[uuid.UUID]uuid.UUID{}}
}
