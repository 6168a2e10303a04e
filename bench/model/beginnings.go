package modelbench

import "github.com/polderhq/polder/internal/model"

// Beginnings are the model's types of streams that can begin with an event that need not say anything, with
// that event of each.
func Beginnings(ir *model.IR) (streams, events []string) {
	for _, s := range ir.Streams {
		silent := map[string]bool{}
		for _, e := range s.Events {
			silent[e.Name] = true
			for _, a := range e.Attributes {
				silent[e.Name] = silent[e.Name] && a.Optional
			}
		}
		for _, c := range s.Commands {
			if c.Creates && len(c.Raises) > 0 && silent[c.Raises[0].Event] {
				streams, events = append(streams, s.Name), append(events, c.Raises[0].Event)
				break
			}
		}
	}
	return streams, events
}
