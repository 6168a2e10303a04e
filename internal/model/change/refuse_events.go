package change

import "github.com/polderhq/polder/internal/model/compile/source"

// refusing is the kind of what no file can declare: events that have no way back.
const refusing = "refuse events"

// refuseEvents is in sets that take others back. Stored events of these types cannot be said
// any more.
type refuseEvents struct {
	Of       source.Word                      `yaml:"of" need:"yes" doc:"The type that they happened to"`
	Events   source.Dict[source.Dict[former]] `yaml:"events" need:"yes" doc:"The events, with what they carried"`
	Restores []source.Word                    `yaml:"restores" doc:"The events that there are again"`
	Why      source.Word                      `yaml:"why" need:"yes" doc:"Why they cannot be said"`
}

func (*refuseEvents) level() level { return ofEvents }

func (x *refuseEvents) undo(s *step) {
	for _, name := range x.Restores {
		s.takeEvent(name)
	}
	s.later(func() { s.now.streams[x.Of.Text] = true })
	for _, entry := range x.Events.Entries {
		s.giveEvent(entry.Key, &event{x.Of.Text, s.former.attributes(entry.Value)})
		s.outcome(entry.Key, true).refuse = x.Why.Text
	}
}

// inverse has the events again, where nothing took their place. A set that takes another back
// is itself taken back by the operations of that other.
func (x *refuseEvents) inverse(s *step) way {
	w := way{before: x.Events.Keys()}
	for _, name := range x.Events.Keys() {
		w.operations = append(w.operations, s.operation("add event", "event", name))
	}
	return w
}
