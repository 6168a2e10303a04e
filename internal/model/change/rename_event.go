package change

import (
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// renameEvent gives an event another name.
type renameEvent struct {
	Event source.Word `yaml:"event" need:"yes" doc:"The event, as it was called before"`
	To    source.Word `yaml:"to" need:"yes" doc:"What it is called now"`
}

func (*renameEvent) level() level { return ofEvents }

func (x *renameEvent) undo(s *step) {
	if x.Event.Text == x.To.Text {
		s.report.Hint(x.To.At, problem.ChangeForm, "leave the operation out", "%s keeps its name", x.Event.Text)
		return
	}
	if e := s.takeEvent(x.To); e != nil {
		s.giveEvent(x.Event, e)
		s.renamed[x.Event.Text] = x.To.Text
		s.outcome(x.Event, false, &target{event: x.To.Text, at: x.Event.At})
	}
}

// inverse gives it its old name.
func (x *renameEvent) inverse(s *step) way {
	return s.back(x.Event.Text, s.operation("rename event", "event", x.To.Text, "to", x.Event.Text))
}
