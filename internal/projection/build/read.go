package build

import (
	"context"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/release"
)

// event is what folding needs of a stored event, or of one that it became.
type event struct {
	streamType string
	sequence   int64
	fact       model.Fact
	unreadable error // it could have been this event; who handles that cannot go on
}

// batch is events with a place of their own for their payloads. It is used again and again.
type batch struct {
	events   []event
	payloads []byte
	read     int   // stored events
	last     int64 // the number of the last of them
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
	err := es.StreamAccount(ctx, p.Builder, es.AccountRange{
		AccountID: p.job.AccountID, Until: p.until, Types: p.events, FromID: p.from, Generation: p.generation(),
	}, func(e *es.Event) error {
		current.read, current.last = current.read+1, e.SequenceNumber
		current.take(p.job.Release, e)
		if current.read == batchEvents || len(current.payloads) > batchBytes {
			return send()
		}
		return nil
	})
	if err == nil && current.read > 0 {
		err = send()
	}
	return err
}

// take adds what the event is in the release.
func (b *batch) take(r *model.Release, e *es.Event) {
	if release.Reads(r, e) {
		b.add(e, nil)
		return
	}
	events, err := release.Upcast(r, *e)
	for i := range events {
		b.add(&events[i], err)
	}
}

func (b *batch) add(e *es.Event, unreadable error) {
	start := len(b.payloads)
	b.payloads = append(b.payloads, e.Payload...)
	b.events = append(b.events, event{streamType: e.StreamType, sequence: e.SequenceNumber, unreadable: unreadable, fact: model.Fact{
		Stream: e.StreamID, Name: e.PayloadItemName, Version: e.PayloadVersion, Payload: b.payloads[start:len(b.payloads):len(b.payloads)],
	}})
}

// next returns the next batch, false at the end or after an error.
func (r *reading) next() (*batch, bool) {
	b, ok := <-r.full
	return b, ok
}

func (r *reading) giveBack(b *batch) {
	b.events, b.payloads, b.read = b.events[:0], b.payloads[:0], 0
	r.free <- b
}

// stop ends the read and waits for it.
func (r *reading) stop() {
	r.cancel()
	for range r.full { // until it is closed
	}
}
