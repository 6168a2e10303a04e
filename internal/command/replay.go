package command

import (
	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
)

// Step is what one stored event has made of its stream.
type Step struct {
	Event  *es.Event
	Before *model.State // nil: nothing is known of the stream
	After  *model.State // nil: the release has no such stream type
}

// Replay folds a stream from its first event on, as commands have it, and calls each with every step. Rejected: an
// event cannot be read by the release; the steps before it were told.
func Replay(by *model.Release, events []es.Event, each func(Step)) error {
	now := blank()
	for i := range events {
		next, err := now.fold(by, events[i:i+1])
		if err != nil && !fault.Is(err, fault.Rejected) {
			err = fault.Wrap(err, fault.Rejected, "The release cannot take the event of revision %d (%s)", events[i].StreamRevision, events[i].PayloadItemName)
		}
		if err != nil {
			return err
		}
		each(Step{Event: &events[i], Before: now.state, After: next.state})
		now = next
	}
	return nil
}
