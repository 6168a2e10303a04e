package history

import (
	"iter"
	"math"
	"time"

	"github.com/google/uuid"
)

// Check holds what the clients of one account did against its events. Events up to the number
// before were stored before the recording began, and no operation is wanted for them.
func Check(operations iter.Seq2[*Operation, error], stored iter.Seq2[Event, error], before int64) (*Findings, error) {
	c := &check{Findings: &Findings{}, before: before, index: map[uuid.UUID]int32{}, shown: map[uuid.UUID]struct{}{}}
	for o, err := range operations {
		if err != nil {
			return nil, err
		}
		c.take(o)
	}
	revisions := map[uuid.UUID]int32{}
	for e, err := range stored {
		if err != nil {
			return nil, err
		}
		c.follows(e, revisions)
		c.isWanted(e)
	}
	c.allStored()
	c.inOrder()
	for stream := range c.shown {
		if _, own := revisions[stream]; !own {
			c.breaks(Foreign, "stream %s is none of the account's", stream)
		}
	}
	for _, n := range []int64{c.told, c.heard} {
		if n > c.last {
			c.breaks(Ahead, "a client was told of event %d; there are %d", n, c.last)
		}
	}
	if c.Heard > 0 && c.heard < c.acknowledged {
		c.breaks(Untold, "event %d was acknowledged, and who listens has heard of %d at last", c.acknowledged, c.heard)
	}
	return c.Findings, nil
}

// check is a history that is looked at.
type check struct {
	*Findings
	before       int64
	commands     []command
	index        map[uuid.UUID]int32 // of commands
	shown        map[uuid.UUID]struct{}
	told         int64     // the highest number that an answer was of
	heard        int64     // and that a listener was told of
	acknowledged int64     // and that a command was told
	last         int64     // event
	at           time.Time // of the last event
	stored       []int32   // the command of each event after before; -1: nobody's
}

// command is what is kept of one.
type command struct {
	id, stream     uuid.UUID
	sequence       int64
	sent, answered time.Duration
	revision       int32
	stored         int32
	outcome        Outcome
}

func (c *check) take(o *Operation) {
	switch o.Kind {
	case Command:
		c.command(o)
	case Query:
		c.Queries++
		c.told = max(c.told, o.Sequence)
		if o.Sequence < o.Asked {
			c.breaks(Unseen, "an answer is of event %d, asked for was %d", o.Sequence, o.Asked)
		}
	case Row:
		c.Rows++
		c.shown[o.Stream] = struct{}{}
	case Heard:
		c.Heard++
		c.heard = max(c.heard, o.Sequence)
	}
}

func (c *check) command(o *Operation) {
	c.Commands++
	if o.Attempts > 1 {
		c.Repeated++
	}
	switch o.Outcome {
	case Acknowledged:
		c.Acknowledged++
		c.acknowledged = max(c.acknowledged, o.Sequence)
	case Refused:
		c.Refused++
	default:
		c.Unknown++
	}
	c.index[o.Command] = int32(len(c.commands))
	c.commands = append(c.commands, command{o.Command, o.Stream, o.Sequence, o.Sent, o.Answered, o.Revision, 0, o.Outcome})
}

// follows checks that the event is the next one, of the account and of its stream.
func (c *check) follows(e Event, revisions map[uuid.UUID]int32) {
	c.Events++
	if e.Sequence != c.last+1 {
		c.breaks(Gap, "event %d follows %d", e.Sequence, c.last)
	}
	c.last = e.Sequence
	if e.At.Before(c.at) {
		c.breaks(Backwards, "event %d is of %s, the one before of %s", e.Sequence, e.At, c.at)
	}
	c.at = e.At
	if was := revisions[e.Stream]; e.Revision != was+1 {
		c.breaks(Revisions, "revision %d of stream %s follows %d, at event %d", e.Revision, e.Stream, was, e.Sequence)
	}
	revisions[e.Stream] = e.Revision
}

// isWanted checks that the event is of a command that was sent, and is where its client was told.
func (c *check) isWanted(e Event) {
	if e.Sequence <= c.before {
		return
	}
	n, known := c.index[e.Command]
	if !known {
		c.breaks(Unasked, "event %d is of command %s, which nobody sent", e.Sequence, e.Command)
		c.stored = append(c.stored, -1)
		return
	}
	c.stored = append(c.stored, n)
	told := &c.commands[n]
	if told.stored++; told.stored > 1 {
		c.breaks(Doubled, "command %s is stored again, as event %d", e.Command, e.Sequence)
		return
	}
	switch {
	case told.outcome == Refused:
		c.breaks(Acted, "command %s was refused, and is event %d", e.Command, e.Sequence)
	case told.outcome == Acknowledged && (told.sequence != e.Sequence || told.stream != e.Stream || told.revision != e.Revision):
		c.breaks(Misplaced, "command %s was told event %d, revision %d of stream %s; it is event %d, revision %d of stream %s",
			e.Command, told.sequence, told.revision, told.stream, e.Sequence, e.Revision, e.Stream)
	}
}

func (c *check) allStored() {
	for i := range c.commands {
		if known := &c.commands[i]; known.outcome == Acknowledged && known.stored == 0 {
			c.breaks(Lost, "command %s was acknowledged as event %d", known.id, known.sequence)
		}
	}
}

// inOrder goes from the last event to the first. Whatever was acknowledged among the later ones
// before this one was sent ought to have the lower number.
func (c *check) inOrder() {
	earliest := time.Duration(math.MaxInt64)
	for i := len(c.stored) - 1; i >= 0; i-- {
		if c.stored[i] < 0 {
			continue
		}
		known := &c.commands[c.stored[i]]
		if known.sent > earliest {
			c.breaks(Order, "command %s was sent at %s, after a later event was acknowledged at %s", known.id, known.sent, earliest)
		}
		if known.outcome == Acknowledged {
			earliest = min(earliest, known.answered)
		}
	}
}
