package change

import (
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// deleteStream says that there is a stream type no more. Its stored events say nothing.
type deleteStream struct {
	Stream source.Word                      `yaml:"stream" need:"yes" doc:"The type, as it was called before"`
	Events source.Dict[source.Dict[former]] `yaml:"events" need:"yes" doc:"The events that it had, with what they carried when a set before this one is about them"`
}

func (*deleteStream) level() level { return ofStreams }

func (x *deleteStream) gone() []string { return []string{x.Stream.Text} }

func (x *deleteStream) undo(s *step) {
	s.giveStream(x.Stream, nil)
	for _, entry := range x.Events.Entries {
		s.giveEvent(entry.Key, &event{x.Stream.Text, s.former.attributes(entry.Value)})
		s.outcome(entry.Key, true)
	}
}

// inverse has it again: nothing of it was stored since.
func (x *deleteStream) inverse(s *step) way {
	return way{before: x.Events.Keys(), operations: []model.Operation{s.operation("add stream", "stream", x.Stream.Text)}}
}
