package build

import (
	"context"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/release"
)

// event is what folding needs of a stored event.
type event struct {
	stream   uuid.UUID
	sequence int64
	stored   model.Stored
	state    bool // stored is not an event, but what events of the stream come to: its payload is the archived state
}

// batch is events with a place of their own for their payloads. It is used again and again.
type batch struct {
	events   []event
	payloads []byte
}

const (
	batchEvents = 1000
	batchBytes  = 1 << 20
	batches     = 4 // under way between reader and folder
)

// reading is a read under way in a goroutine of its own.
type reading struct {
	cancel context.CancelFunc
	full   chan *batch
	free   chan *batch
	err    error // valid when full is closed
}

// read begins to read the events of the pass.
func read(ctx context.Context, p *pass) *reading {
	ctx, cancel := context.WithCancel(ctx)
	r := &reading{cancel: cancel, full: make(chan *batch, batches), free: make(chan *batch, batches)}
	for range batches {
		r.free <- &batch{events: make([]event, 0, batchEvents)}
	}
	go func() {
		defer close(r.full)
		r.err = r.run(ctx, p)
	}()
	return r
}

func (r *reading) run(ctx context.Context, p *pass) error {
	if p.until == 0 || len(p.events) == 0 { // no types would be all
		return nil
	}
	current := <-r.free
	send := func() error {
		select {
		case r.full <- current:
		case <-ctx.Done():
			return ctx.Err()
		}
		select {
		case current = <-r.free:
		case <-ctx.Done():
			return ctx.Err()
		}
		return nil
	}
	err := es.StreamArchived(ctx, p.Builder, es.AccountRange{
		AccountID: p.job.AccountID, Until: p.until, Types: p.events, FromID: p.from, Generation: p.generation(),
	}, p.archives, func(e *es.Event) error {
		current.take(e)
		if len(current.events) == batchEvents || len(current.payloads) > batchBytes {
			return send()
		}
		return nil
	})
	if err == nil && len(current.events) > 0 {
		err = send()
	}
	return err
}

// take adds the event, with a copy of its payload.
func (b *batch) take(e *es.Event) {
	start := len(b.payloads)
	b.payloads = append(b.payloads, e.Payload...)
	kept := event{stream: e.StreamID, sequence: e.SequenceNumber, stored: release.Stored(e), state: e.IsState()}
	kept.stored.Payload = b.payloads[start:len(b.payloads):len(b.payloads)]
	b.events = append(b.events, kept)
}

// next returns the next batch, false at the end or after an error.
func (r *reading) next() (*batch, bool) {
	b, ok := <-r.full
	return b, ok
}

func (r *reading) giveBack(b *batch) {
	b.events, b.payloads = b.events[:0], b.payloads[:0]
	r.free <- b
}

// stop ends the read and waits for it.
func (r *reading) stop() {
	r.cancel()
	for range r.full { // until it is closed
	}
}
