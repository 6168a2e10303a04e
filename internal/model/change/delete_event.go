package change

import (
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// deleteEvent says that there is an event no more. Stored ones say nothing.
type deleteEvent struct {
	Event      source.Word         `yaml:"event" need:"yes" doc:"The event, as it was called before"`
	Of         source.Word         `yaml:"of" need:"yes" doc:"The type that it happened to, as it was called before"`
	Attributes source.Dict[former] `yaml:"attributes" doc:"What it carried, with types, when a set before this one is about it"`
}

func (*deleteEvent) level() level { return ofEvents }

func (x *deleteEvent) undo(s *step) {
	if !s.stream(x.Of) {
		return
	}
	s.giveEvent(x.Event, &event{x.Of.Text, s.former.attributes(x.Attributes)})
	s.outcome(x.Event, true)
}

// inverse has it again: none was stored since.
func (x *deleteEvent) inverse(s *step) way {
	return way{before: []string{x.Event.Text}, operations: []model.Operation{s.operation("add event", "event", x.Event.Text)}}
}
