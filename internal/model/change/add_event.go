package change

import (
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// addEvent says that an event is new. Nothing that is stored follows from it; it has to be
// said when an event of before had the name.
type addEvent struct {
	Event  source.Word `yaml:"event" need:"yes" doc:"The new event"`
	Forget source.Flag `yaml:"forget" doc:"A release from before may read over it; without that it refuses it"`
}

func (*addEvent) level() level { return ofEvents }

func (x *addEvent) undo(s *step) { s.takeEvent(x.Event) }

// inverse deletes the event when a release that does not know it may read over it.
func (x *addEvent) inverse(s *step) way {
	name := x.Event.Text
	if !x.Forget.Value {
		return way{none: "there was no " + name + " before " + s.set.Version, after: []string{name}}
	}
	e := s.after.events[name]
	return way{after: []string{name}, operations: []model.Operation{
		s.operation("delete event", "event", name, "of", e.stream, "attributes", attributesJSON(e.attributes)),
	}}
}
