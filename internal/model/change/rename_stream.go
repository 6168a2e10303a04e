package change

import (
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// renameStream gives a stream type another name. All its events are read under it.
type renameStream struct {
	Stream source.Word `yaml:"stream" need:"yes" doc:"The type, as it was called before"`
	To     source.Word `yaml:"to" need:"yes" doc:"What it is called now"`
}

func (*renameStream) level() level { return ofStreams }

func (x *renameStream) gone() []string { return []string{x.Stream.Text} }

func (x *renameStream) undo(s *step) {
	if x.Stream.Text == x.To.Text {
		s.report.Hint(x.To.At, problem.ChangeForm, "leave the operation out", "%s keeps its name", x.Stream.Text)
		return
	}
	if events, ok := s.takeStream(x.To); ok {
		s.giveStream(x.Stream, events)
	}
}

// inverse gives it its old name.
func (x *renameStream) inverse(s *step) way {
	return way{operations: []model.Operation{s.operation("rename stream", "stream", x.To.Text, "to", x.Stream.Text)}}
}
