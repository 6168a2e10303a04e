package es

import (
	"errors"

	"github.com/google/uuid"
)

// verdict is what becomes of one append when its account's draft is stored.
type verdict struct {
	kind   verdictKind
	events []Event // accepted: to be stored
	err    error   // rejected
	first  int64   // repeated: sequence number of the first event of the first time
}

type verdictKind uint8

const (
	undecided verdictKind = iota // the source does not know enough
	accepted
	rejected
	repeated
)

// errUndecided ends an evaluation that needs a fact which the source does not know.
var errUndecided = errors.New("not known")

// evaluation decides the appends of one account, each on the changes of those before it.
// It does no input or output and reads no clock.
type evaluation struct {
	head     Head
	draft    draft
	trial    draft // of the append at hand; a rejected one leaves no trace
	events   []Event
	verdicts []verdict
}

// run decides the appends on what the source knows and is true at the head.
func (v *evaluation) run(head Head, known source, appends []*pending) {
	v.head = head
	v.draft.reset(known)
	v.verdicts = v.verdicts[:0]
	rows := 0
	for _, p := range appends {
		rows += p.size.rows
	}
	v.events = make([]Event, 0, rows) // handed to the callers, so not reused
	for _, p := range appends {
		v.trial.reset(&v.draft)
		v.verdicts = append(v.verdicts, v.decide(&p.append))
	}
}

func (v *evaluation) decide(a *Append) verdict {
	if a.Epoch != v.head.Epoch || v.head.State != activeState {
		return verdict{kind: rejected, err: &AccountError{AccountID: a.AccountID, Epoch: v.head.Epoch, State: v.head.State, Release: v.head.Release}}
	}
	if command, found := v.repeatOf(a); found {
		if command.hash != a.CommandHash {
			return verdict{kind: rejected, err: &CommandReusedError{CommandID: a.CommandID}}
		}
		return verdict{kind: repeated, first: command.first}
	}
	err := v.check(a)
	switch {
	case err == nil:
		return v.accept(a)
	case errors.Is(err, errUndecided) || !v.isNew(a):
		return verdict{kind: undecided}
	}
	return verdict{kind: rejected, err: err}
}

// repeatOf looks for the append's command in its own stream.
func (v *evaluation) repeatOf(a *Append) (commandFact, bool) {
	own, known := v.draft.stream(a.Writes[0].StreamID)
	if !known {
		return commandFact{}, false
	}
	return own.find(a.CommandID)
}

// isNew says whether it is certain that the append's command, which was not found, is not
// stored. Without that an append is not rejected: it may be a repeat of one that succeeded.
func (v *evaluation) isNew(a *Append) bool {
	own, known := v.draft.stream(a.Writes[0].StreamID)
	return known && own.complete(a.Writes[0].Expected.read())
}

// check returns nil when the append holds on the draft, and leaves its changes in the trial.
func (v *evaluation) check(a *Append) error {
	if own := a.Writes[0].Expected; own.kind == anyRevision || own.kind == someStream {
		if !v.isNew(a) {
			return errUndecided
		}
	}
	for _, w := range a.Writes {
		if err := v.checkWrite(w); err != nil {
			return err
		}
	}
	for _, r := range a.Reads {
		if err := v.checkRead(r); err != nil {
			return err
		}
	}
	return v.checkGuards(a)
}

func (v *evaluation) checkWrite(w Write) error {
	facts, known := v.trial.stream(w.StreamID)
	if known {
		return w.Expected.check(w.StreamID, facts.revision)
	}
	switch w.Expected.kind {
	case noStream:
		// The unique index on revision 1 decides, so nothing need be read.
		v.trial.streams.set(w.StreamID, streamFacts{since: 1})
	case exactRevision:
		v.assume(w.StreamID, w.Expected.revision)
	default:
		return errUndecided
	}
	return nil
}

func (v *evaluation) checkRead(r Read) error {
	facts, known := v.trial.stream(r.StreamID)
	switch {
	case r.Expected.kind == anyRevision:
		return nil
	case known:
		return r.Expected.check(r.StreamID, facts.revision)
	case r.Expected.kind == someStream:
		return errUndecided
	}
	v.assume(r.StreamID, r.Expected.revision)
	return nil
}

// assume takes a stream of which nothing is known to be where the append expects it, and
// has the store prove it.
func (v *evaluation) assume(stream uuid.UUID, revision int) {
	v.trial.probes = append(v.trial.probes, streamProbe{stream, revision})
	v.trial.streams.set(stream, streamFacts{revision: revision, since: revision + 1})
}

// accept gives the append's events their numbers.
func (v *evaluation) accept(a *Append) verdict {
	from := len(v.events)
	first := v.head.SequenceNumber + int64(from) + 1
	for i := range a.Writes {
		w := &a.Writes[i]
		facts, _ := v.trial.stream(w.StreamID)
		for j := range w.Events {
			v.events = append(v.events, v.event(a, w, j, facts.revision+j+1))
		}
		v.trial.streams.set(w.StreamID, facts.grow(len(w.Events), commandFact{a.CommandID, a.CommandHash, first}))
	}
	v.draft.merge(&v.trial)
	return verdict{kind: accepted, events: v.events[from:len(v.events):len(v.events)]}
}

func (v *evaluation) event(a *Append, w *Write, i, revision int) Event {
	e := &w.Events[i]
	payload := e.Payload
	if e.Number != nil {
		payload = withNumber(payload, e.Number, v.draw(e.Number.Series))
	}
	return Event{
		AccountID: a.AccountID, Generation: v.head.Generation, SequenceNumber: v.head.SequenceNumber + int64(len(v.events)) + 1,
		StreamID: w.StreamID, StreamRevision: revision, StreamType: w.StreamType,
		PayloadItemName: e.PayloadItemName, PayloadVersion: e.PayloadVersion, Payload: payload,
		CommandID: a.CommandID, CommandHash: a.CommandHash, CausationID: a.CausationID, CorrelationID: a.CorrelationID,
		Actor: a.Actor,
	}
}

// draw takes the next number of a series that checkGuards found to be known.
func (v *evaluation) draw(series string) int64 {
	last, _ := v.trial.series(series)
	v.trial.serials.set(series, last+1)
	return last + 1
}

// read is the revision up to which the caller has read the stream.
func (e Expected) read() int {
	if e.kind == exactRevision {
		return e.revision
	}
	return 0
}

func (e Expected) check(stream uuid.UUID, revision int) error {
	holds := true
	switch e.kind {
	case noStream:
		holds = revision == 0
	case someStream:
		holds = revision > 0
	case exactRevision:
		holds = revision == e.revision
	}
	if holds {
		return nil
	}
	return &ConflictError{StreamID: stream, Revision: revision}
}
