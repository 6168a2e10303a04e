package change

import (
	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/model/compile/source"
)

// moveEvent says that an event happens to a stream of another type: the one that an
// attribute of it, or else of its stream, refers to.
type moveEvent struct {
	Event source.Word `yaml:"event" need:"yes" doc:"The event"`
	From  source.Word `yaml:"from" need:"yes" doc:"The type that it happened to"`
	To    source.Word `yaml:"to" need:"yes" doc:"The type that it happens to now"`
	By    source.Word `yaml:"by" need:"yes" doc:"The attribute, of the event or of another of its stream, that refers to the stream it moves to"`
	As    source.Word `yaml:"as" doc:"The attribute that refers to the stream it comes from"`
}

func (*moveEvent) level() level { return ofEvents }

func (x *moveEvent) undo(s *step) {
	if !s.stream(x.From) {
		return
	}
	if e := s.relocate(x.Event, x.From, x.To); e != nil && s.lead(e, x.Event, x.As) {
		s.reference(e, x.By, x.To)
	}
}

func (x *moveEvent) inverse(s *step) way { return s.rewritten(x.Event.Text) }

func (x *moveEvent) transform(s *step) transform {
	events := map[string]bool{x.Event.Text: true}
	return &mover{from: x.From.Text, to: x.To.Text, events: events, by: x.By.Text, as: x.As.Text,
		keep: s.carrying(events, x.By.Text), targets: map[uuid.UUID]uuid.UUID{}}
}
