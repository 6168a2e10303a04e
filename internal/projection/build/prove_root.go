package build

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
)

// The proof reads so many pages of events, and each of its workers compares so many rows, at
// once: with what is under way to each worker that is all that it keeps in memory.
const (
	proofPages   = 4
	proofRows    = 1000
	proofWorkers = 2  // beside the reader; each of the three takes a connection
	fewOf        = 10 // events: where one of so many is the unit's, or fewer, they are few
)

// stretch is streams that lie next to each other, with their events as they are read. A stream
// is in one stretch, however long it is.
type stretch struct {
	from   uuid.UUID
	before *uuid.UUID      // nil: to the end. Valid once events is closed
	events chan []es.Event // in the order of the streams' keys
}

// proveRoot reads the streams in the order of their keys, so that a stretch of them is a range of
// the table's rows. Stretches are folded and compared side by side: what comes of one does
// not depend on another, and neither does the digest.
func (p *proof) proveRoot(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	stretches := make(chan *stretch)
	group.Go(func() error {
		defer close(stretches)
		return p.readStretches(ctx, stretches)
	})
	parts := make([]proof, proofWorkers)
	for i := range parts {
		parts[i] = proof{build: p.build, unit: p.unit}
		group.Go(func() error {
			for s := range stretches {
				if err := parts[i].proveStretch(ctx, s); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i := range parts {
		p.add(&parts[i])
	}
	return nil
}

// add takes in what another part of the same proof found.
func (p *proof) add(part *proof) {
	p.rows += part.rows
	for i, b := range part.sum {
		p.sum[i] ^= b
	}
	p.differences = append(p.differences, part.differences...)
	slices.SortStableFunc(p.differences, func(a, b Difference) int { return compareIDs(a.Key, b.Key) })
	p.differences = p.differences[:min(len(p.differences), mostDifferences)]
}

// readStretches reads the events, and begins another stretch with each page that does.
func (p *proof) readStretches(ctx context.Context, out chan<- *stretch) error {
	at, err := begin(ctx, out, uuid.Nil)
	if err != nil {
		return err
	}
	defer func() {
		if at != nil {
			close(at.events)
		}
	}()
	if p.unit.at == 0 { // it would be all events
		return nil
	}
	r := es.StreamsRange{AccountID: p.job.AccountID, Until: p.unit.at, Types: p.unit.live.Root.Projection.StoredEvents(), Limit: proofPages * p.PageEvents,
		Few: p.few(), Generation: p.generation()}
	var last uuid.UUID // the stream that the page before ended in
	return es.EachArchivedPage(ctx, p.Builder, r, p.archives(), func(page []es.Event) error {
		if err := p.Throttle.Take(ctx, len(page)); err != nil || len(page) == 0 {
			return err
		}
		events, err := p.unarchived(page)
		if err != nil || len(events) == 0 {
			return err
		}
		if cut := slices.IndexFunc(events, func(e es.Event) bool { return e.StreamID != last }); cut >= 0 && last != uuid.Nil {
			if at, err = at.next(ctx, out, events[:cut], events[cut].StreamID); err != nil {
				return err
			}
			events = events[cut:]
		}
		last = events[len(events)-1].StreamID
		if err := p.gate.proving(ctx, p.unit, share(last)); err != nil {
			return err
		}
		return at.send(ctx, events)
	})
}

// few reports whether the fold has met the unit's events to be a small part of all. After one
// that another run made that is not known.
func (p *proof) few() bool { return p.unit.passed > 0 && p.unit.passed*fewOf <= p.unit.at }

func begin(ctx context.Context, out chan<- *stretch, from uuid.UUID) (*stretch, error) {
	s := &stretch{from: from, events: make(chan []es.Event, 1)}
	select {
	case out <- s:
		return s, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *stretch) send(ctx context.Context, events []es.Event) error {
	select {
	case s.events <- events:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// next ends the stretch with the rest of its last stream, where another begins. When it
// fails, it returns what is still open.
func (s *stretch) next(ctx context.Context, out chan<- *stretch, rest []es.Event, from uuid.UUID) (*stretch, error) {
	if err := s.send(ctx, rest); err != nil {
		return s, err
	}
	s.before = &from
	close(s.events) // before the next one begins: a worker may have to end this one for it
	return begin(ctx, out, from)
}

// proveStretch folds the streams one after another, and compares their rows.
func (p *proof) proveStretch(ctx context.Context, s *stretch) error {
	r := &refold{proof: p, from: s.from, rows: map[uuid.UUID]*model.Row{}}
	for events := range s.events {
		for i := range events {
			if err := r.take(ctx, &events[i]); err != nil {
				return err
			}
		}
	}
	if err := r.show(); err != nil {
		return err
	}
	r.before = s.before
	return r.compare(ctx)
}
