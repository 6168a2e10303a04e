package command

import (
	"fmt"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/release"
)

// aggregate is a folded stream. It is never changed in place, except that its command
// log, which all revisions of one stream share, learns of what was stored.
type aggregate struct {
	streamType string // empty: the stream does not exist
	state      *model.State
	revision   int
	sequence   int64 // of the stream's last event
	commands   *commandLog
	tail       int // events since the newest snapshot
}

// blank is a stream without events, ready to be folded.
func blank() *aggregate { return &aggregate{commands: newCommandLog()} }

func (a *aggregate) exists() bool { return a.revision > 0 }

// fold returns the aggregate after the events, which must follow its revision; events
// that it has folded already are passed over.
func (a *aggregate) fold(by *model.Release, events []es.Event) (*aggregate, error) {
	next := *a
	for i := range events {
		if events[i].StreamRevision <= next.revision {
			continue
		}
		if err := next.take(by, &events[i]); err != nil {
			return nil, err
		}
	}
	return &next, nil
}

// take takes a stored event. It counts as one, whatever it is in the release.
func (a *aggregate) take(by *model.Release, e *es.Event) error {
	if e.StreamRevision != a.revision+1 {
		return fmt.Errorf("stream %s: event of revision %d follows revision %d", e.StreamID, e.StreamRevision, a.revision)
	}
	if err := a.read(by, e); err != nil {
		return err
	}
	a.revision, a.sequence = e.StreamRevision, e.SequenceNumber
	a.commands.add(e)
	a.tail++
	return nil
}

// read applies what the stored event is in the release.
func (a *aggregate) read(by *model.Release, e *es.Event) error {
	if release.Reads(by, e) {
		return a.apply(by, e)
	}
	events, err := release.Upcast(by, *e)
	if err != nil {
		return unreadable(e, err)
	}
	for i := range events {
		if err := a.apply(by, &events[i]); err != nil {
			return err
		}
	}
	a.exist(by, e)
	return nil
}

// unreadable says what is wrong with an event without which nothing can be decided.
func unreadable(e *es.Event, err error) error {
	refused := fault.Reject(fault.Detail{Rule: "upcast", Message: fmt.Sprintf(
		"Nothing can be decided about stream %s: its event of revision %d is of another release, and %v", e.StreamID, e.StreamRevision, err)})
	refused.Cause = err
	return refused
}

// exist has the stream be there at the event's revision, though the release may know none of
// its events: of a stream type that is gone it then knows nothing.
func (a *aggregate) exist(by *model.Release, e *es.Event) {
	if a.state == nil {
		stream := by.Stream(e.StreamType)
		if stream == nil {
			return
		}
		a.streamType, a.state = e.StreamType, stream.Empty()
	}
	state := *a.state
	state.Revision = e.StreamRevision
	a.state = &state
}

func (a *aggregate) apply(by *model.Release, e *es.Event) error {
	stream := by.Stream(e.StreamType)
	if stream == nil {
		return fmt.Errorf("stream %s: release %s knows no stream type %s", e.StreamID, by.Digest(), e.StreamType)
	}
	if a.state == nil {
		a.state = stream.Empty()
	}
	state, err := stream.Apply(a.state, e.PayloadItemName, e.PayloadVersion, e.Payload)
	if err != nil {
		return fmt.Errorf("stream %s revision %d: %w", e.StreamID, e.StreamRevision, err)
	}
	state.Revision = e.StreamRevision // not the number of what the stored events became
	a.streamType, a.state = e.StreamType, state
	return nil
}
