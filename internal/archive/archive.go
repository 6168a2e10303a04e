package archive

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/release"
)

const (
	lookStreams  = 1000 // that are looked at together
	batchStreams = 200  // that are archived in one transaction
	batchEvents  = 5000 // of them, unless one stream has more
	removeRows   = 1000
	mostTold     = 10 // streams that cannot be archived are named
)

// Work is an account of which cold streams are to be archived.
type Work struct {
	Builder     *pgxpool.Pool // role builder
	AccountID   uuid.UUID
	Release     *model.Release // that the account runs on
	Before      time.Time      // a stream is cold when its last event was stored before
	StreamTypes []string       // as the release calls them; empty: all
	DryRun      bool           // count, and store nothing

	Wait     func(ctx context.Context, events int) error // nil: as fast as it goes
	Progress func(done, total int64)                     // events of streams that were looked at; nil: nobody is told
}

// Report says what became of the account's streams. In a dry run Archived and Events are what there is to do.
type Report struct {
	Streams  int64     `json:"streams"`  // that there are
	Archived int64     `json:"archived"` // by this run
	Events   int64     `json:"events"`   // that these states stand for
	Already  int64     `json:"already"`  // were archived before, as they are
	Warm     int64     `json:"warm"`     // something happened to them lately
	Short    int64     `json:"short"`    // would have a state that says nearly as much as their events: less than a third were saved
	Other    int64     `json:"other"`    // are of another type than was asked for
	Unfit    int64     `json:"unfit"`    // cannot be archived
	Reasons  []Refused `json:"reasons,omitempty"`
}

// Refused is a stream that cannot be archived, and why. Builds go on reading its events.
type Refused struct {
	StreamID uuid.UUID `json:"streamId"`
	Reason   string    `json:"reason"`
}

// Run archives what is cold. It may be cut off, and run again.
func (w Work) Run(ctx context.Context) (Report, error) {
	r := &run{Work: w, current: map[string]bool{}}
	for _, s := range w.Release.IR().Streams {
		if fingerprint := w.Release.ArchiveFingerprint(s.Name); fingerprint != "" {
			r.current[fingerprint] = true
		}
	}
	if r.Wait == nil {
		r.Wait = func(context.Context, int) error { return nil }
	}
	if r.Progress == nil {
		r.Progress = func(int64, int64) {}
	}
	if err := w.Builder.QueryRow(ctx, "SELECT coalesce(max(sequence_number), 0) FROM store.account_heads WHERE account_id = $1", w.AccountID).Scan(&r.total); err != nil {
		return r.report, err
	}
	for after := uuid.Nil; ; {
		ends, err := es.StreamEnds(ctx, w.Builder, w.AccountID, after, lookStreams)
		if err != nil || len(ends) == 0 {
			return r.report, err
		}
		if err := r.look(ctx, ends); err != nil {
			return r.report, err
		}
		after = ends[len(ends)-1].StreamID
	}
}

// run is a Work under way.
type run struct {
	Work
	report  Report
	done    int64
	total   int64
	current map[string]bool // fingerprints whose states the release can read
}

// look archives what is cold of the streams.
func (r *run) look(ctx context.Context, ends []es.StreamEnd) error {
	var batch []uuid.UUID
	events := 0
	flush := func() error {
		if len(batch) == 0 {
			return nil
		}
		streams, n := batch, events
		batch, events = nil, 0
		if err := r.Wait(ctx, n); err != nil {
			return err
		}
		return r.archive(ctx, streams)
	}
	for _, end := range ends {
		r.report.Streams++
		r.done += int64(end.Revision)
		if !r.due(end) {
			continue
		}
		if len(batch) == batchStreams || events+end.Revision > batchEvents {
			if err := flush(); err != nil {
				return err
			}
		}
		batch, events = append(batch, end.StreamID), events+end.Revision
	}
	err := flush()
	r.Progress(r.done, max(r.total, r.done))
	return err
}

// due reports whether the stream is one to be archived, as far as its last event says.
func (r *run) due(end es.StreamEnd) bool {
	switch {
	case !end.CommitTime.Before(r.Before):
		r.report.Warm++
	case end.Revision < 2:
		r.report.Short++
	case end.ArchivedRevision == end.Revision && r.current[end.Fingerprint]:
		r.report.Already++
	default:
		return true
	}
	return false
}

// archive archives the streams that are cold still when their events are read.
func (r *run) archive(ctx context.Context, streams []uuid.UUID) error {
	var made Report
	stored, err := es.ArchiveStreams(ctx, r.Builder, r.AccountID, streams, func(events []es.Event) (states []es.ArchivedStream, err error) {
		made = Report{}
		for own := range streamsOf(events) {
			if state := r.condense(own, &made); state != nil {
				states = append(states, *state)
				made.Archived++
				made.Events += int64(len(own))
			}
		}
		if r.DryRun {
			states = nil
		}
		return states, nil
	})
	if err != nil {
		return err
	}
	if stored == 0 && !r.DryRun {
		made.Archived, made.Events = 0, 0
	}
	r.report.add(&made)
	return nil
}

func (r *Report) add(other *Report) {
	r.Archived += other.Archived
	r.Events += other.Events
	r.Warm += other.Warm
	r.Short += other.Short
	r.Other += other.Other
	r.Unfit += other.Unfit
	r.Reasons = append(r.Reasons, other.Reasons[:min(len(other.Reasons), mostTold-len(r.Reasons))]...)
}

// streamsOf yields the events of one stream after another.
func streamsOf(events []es.Event) func(yield func([]es.Event) bool) {
	return func(yield func([]es.Event) bool) {
		for len(events) > 0 {
			n := slices.IndexFunc(events, func(e es.Event) bool { return e.StreamID != events[0].StreamID })
			if n < 0 {
				n = len(events)
			}
			if !yield(events[:n]) {
				return
			}
			events = events[n:]
		}
	}
}

// condense makes the state of a stream, nil when there is none to be stored, which is noted.
func (r *run) condense(events []es.Event, note *Report) *es.ArchivedStream {
	if !events[len(events)-1].CommitTime.Before(r.Before) {
		note.Warm++
		return nil
	}
	state, facts, err := condense(r.Release, events)
	switch {
	case err != nil:
		note.Unfit++
		note.Reasons = append(note.Reasons, Refused{events[0].StreamID, err.Error()})
	case 3*facts > 2*len(events):
		note.Short++
	case len(r.StreamTypes) > 0 && !slices.Contains(r.StreamTypes, state.StreamType):
		note.Other++
	default:
		return state
	}
	return nil
}

// Condense returns what the events of one stream, from the first one on, come to in the release; its Until is zero. An
// error says why nothing can stand for them.
func Condense(by *model.Release, events []es.Event) (*es.ArchivedStream, error) {
	state, _, err := condense(by, events)
	return state, err
}

// condense also returns how many facts the state has.
func condense(by *model.Release, events []es.Event) (*es.ArchivedStream, int, error) {
	happened := make([]model.Happened, len(events))
	for i := range events {
		e := &events[i]
		happened[i] = model.Happened{Stored: release.Stored(e), Revision: e.StreamRevision, SequenceNumber: e.SequenceNumber}
	}
	made, err := by.Archive(happened)
	if err != nil {
		return nil, 0, err
	}
	fingerprint := by.ArchiveFingerprint(made.Type.Name)
	if fingerprint == "" {
		return nil, 0, fmt.Errorf("what is stored as %s may be read as another type", made.Type.Name)
	}
	last := happened[len(happened)-1]
	return &es.ArchivedStream{StreamID: events[0].StreamID, StreamType: made.Type.Name, Fingerprint: fingerprint,
		Revision: last.Revision, SequenceNumber: last.SequenceNumber, Events: made.Events(), State: made.Encode()}, len(made.Facts), nil
}

// Undo removes archived states of the account, of the stream types or of all when there are none, and returns how
// many. Builds read the events again.
func Undo(ctx context.Context, builder *pgxpool.Pool, account uuid.UUID, streamTypes []string) (removed int64, err error) {
	return es.Unarchive(ctx, builder, account, streamTypes, removeRows)
}
