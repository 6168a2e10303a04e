package command

import (
	"context"

	"github.com/google/uuid"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/es"
)

// current returns the stream as the store has it now, and remembers it. Of a remembered
// stream only the events that came since are read.
func (h *Handler) current(ctx context.Context, p *Prepared, stream uuid.UUID) (*aggregate, error) {
	key := p.key(stream)
	known := h.memory.recall(key)
	var events []es.Event
	var err error
	if known != nil {
		events, err = p.store.ReadStream(ctx, es.StreamRange{AccountID: key.account, StreamID: stream, From: known.revision + 1})
	} else {
		known, events, err = h.load(ctx, p, stream)
	}
	if err != nil {
		return nil, err
	}
	return h.advance(p, key, known, events)
}

// load reads the newest snapshot of the stream and the events since. A snapshot that
// cannot be read is a lost cache: the stream is read from its beginning.
func (h *Handler) load(ctx context.Context, p *Prepared, stream uuid.UUID) (*aggregate, []es.Event, error) {
	account := p.Principal.Account.ID
	shot, tail, err := p.store.Load(ctx, account, stream, p.Principal.Account.Release)
	if err != nil || shot == nil {
		return blank(), tail, err
	}
	from, err := decodeSnapshot(p.release, shot)
	if err == nil {
		return from, tail, nil
	}
	h.config.Log.Warn("snapshot not readable", zap.Stringer("account_id", account), zap.Stringer("stream_id", stream), zap.Error(err))
	all, err := p.store.ReadStream(ctx, es.StreamRange{AccountID: account, StreamID: stream})
	return blank(), all, err
}

// advance folds events that are stored, remembers the outcome, and has a snapshot taken
// when the tail has grown long.
func (h *Handler) advance(p *Prepared, key streamKey, from *aggregate, events []es.Event) (*aggregate, error) {
	next, err := from.fold(p.release, events)
	if err != nil || !next.exists() {
		return next, err
	}
	if next.state != nil && next.tail >= h.config.SnapshotTail && h.snapshots.offer(snapshotJob{p.store, p.release, key, next}) {
		afterSnapshot := *next // the queued one must not change
		afterSnapshot.tail = 0
		next = &afterSnapshot
	}
	h.memory.keep(key, next)
	return next, nil
}
