package change

import (
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// addStream says that a stream type is new, and all its events with it. Nothing that is
// stored follows from it; it has to be said when a type of before had the name.
type addStream struct {
	Stream source.Word `yaml:"stream" need:"yes" doc:"The new type"`
	Forget source.Flag `yaml:"forget" doc:"A release from before may read over its events; without that it refuses them"`
}

func (*addStream) level() level { return ofStreams }

func (x *addStream) undo(s *step) { s.takeStream(x.Stream) }

// inverse deletes the type when a release that does not know it may read over its events.
func (x *addStream) inverse(s *step) way {
	names := s.after.of(x.Stream.Text)
	if !x.Forget.Value {
		return way{none: "there was no " + x.Stream.Text + " before " + s.set.Version, after: names}
	}
	var events object
	for _, name := range names {
		events.add(name, attributesJSON(s.after.events[name].attributes))
	}
	return way{after: names, operations: []model.Operation{s.operation("delete stream", "stream", x.Stream.Text, "events", events.String())}}
}
