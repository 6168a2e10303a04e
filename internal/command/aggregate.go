package command

import (
	"fmt"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
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
func (a *aggregate) fold(release *model.Release, events []es.Event) (*aggregate, error) {
	next := *a
	for i := range events {
		if events[i].StreamRevision <= next.revision {
			continue
		}
		if err := next.apply(release, &events[i]); err != nil {
			return nil, err
		}
	}
	return &next, nil
}

func (a *aggregate) apply(release *model.Release, e *es.Event) error {
	if e.StreamRevision != a.revision+1 {
		return fmt.Errorf("stream %s: event of revision %d follows revision %d", e.StreamID, e.StreamRevision, a.revision)
	}
	stream := release.Stream(e.StreamType)
	if stream == nil {
		return fmt.Errorf("stream %s: release %s knows no stream type %s", e.StreamID, release.Digest(), e.StreamType)
	}
	if a.state == nil {
		a.state = stream.Empty()
	}
	state, err := stream.Apply(a.state, e.PayloadItemName, e.PayloadVersion, e.Payload)
	if err != nil {
		return fmt.Errorf("stream %s revision %d: %w", e.StreamID, e.StreamRevision, err)
	}
	a.streamType, a.state, a.revision, a.sequence = e.StreamType, state, e.StreamRevision, e.SequenceNumber
	a.commands.add(e)
	a.tail++
	return nil
}
