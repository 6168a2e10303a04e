package projection

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
)

// Handover is units whose rows follow from another generation of an account's history than the
// one in use. They stand at one number together, and nobody reads them before that generation
// is in use. All is done within a transaction that holds the account's claim; its role is builder.
type Handover struct {
	AccountID  uuid.UUID
	Plan       *Plan
	Units      []*Unit
	Generation int
}

// Advance takes the units from one number to another. The streams again are those of which an
// event up to the first number has changed since it was applied: their rows are folded anew.
// Rejected: an event cannot be applied. Conflict: the units stand elsewhere.
func (h Handover) Advance(ctx context.Context, tx pgx.Tx, at, until int64, again []uuid.UUID) error {
	if len(h.Units) == 0 {
		return nil
	}
	skipped, err := ReadAllSkipped(ctx, tx, h.AccountID)
	if err != nil {
		return err
	}
	p := page{tx: tx, account: h.AccountID, plan: h.Plan}
	notLive := map[string]string{}
	batch := &pgx.Batch{}
	queueNotLive(batch, h.AccountID, notLive)
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	if len(again) > 0 && at > 0 {
		if err := h.refold(ctx, newWriter(p, notLive), skipped, again, at); err != nil {
			return err
		}
	}
	if until <= at {
		return nil
	}
	events, err := es.ReadAccountTx(ctx, tx, es.AccountRange{AccountID: h.AccountID, After: at, Until: until, Generation: &h.Generation})
	if err != nil {
		return err
	}
	w := newWriter(p, notLive)
	if parked, err := p.write(ctx, w, h.changes(events, skipped)); err != nil || len(parked) > 0 {
		return cannot(parked, err)
	}
	w.batch.Queue(advanceOwnSQL, h.AccountID, h.tables(), at, until).Exec(h.all)
	return w.flush(ctx)
}

// MakeLive makes the units' tables live; they stand at the number, as the live cursor does.
func (h Handover) MakeLive(ctx context.Context, tx pgx.Tx, at int64) error {
	if len(h.Units) == 0 {
		return nil
	}
	tag, err := tx.Exec(ctx, joinLiveSQL, h.AccountID, h.tables(), at)
	if err != nil {
		return err
	}
	return h.all(tag)
}

// all holds that a statement was about all of the tables: each has a cursor of its own.
func (h Handover) all(tag pgconn.CommandTag) error {
	if int(tag.RowsAffected()) != len(h.tables()) {
		return fault.New(fault.Conflict, "Somebody else works on tables of account %s that follow from its next history", h.AccountID)
	}
	return nil
}

func (h Handover) tables() (names []string) {
	for _, u := range h.Units {
		names = append(names, u.Tables()...)
	}
	return names
}

// changes is what the events do to the units; those that they do nothing to are left out.
func (h Handover) changes(events []es.Event, skipped map[string]Skipped) (all []*change) {
	for _, u := range h.Units {
		c := u.change(events)
		c.events = skipped[u.Root.Table.Name].Without(c.events)
		if len(c.events) > 0 {
			all = append(all, c)
		}
	}
	return all
}

// refold folds the streams' rows from nothing, up to the number, with all that follows.
func (h Handover) refold(ctx context.Context, w *writer, skipped map[string]Skipped, streams []uuid.UUID, until int64) error {
	events, err := es.ReadStreams(ctx, w.tx, es.StreamsRange{AccountID: h.AccountID, Only: streams, Until: until, Generation: &h.Generation})
	if err != nil {
		return err
	}
	changes := h.changes(events, skipped)
	units, deltas := make([]*Unit, len(changes)), make([]*delta, len(changes))
	batch := &pgx.Batch{}
	for i, c := range changes {
		d := c.fold() // nothing was loaded, so it begins with no row
		if c.poison != nil {
			return cannot([]*change{c}, nil)
		}
		units[i], deltas[i] = c.unit, d
		root := c.unit.Root
		batch.Queue(root.load, h.AccountID, streams).Query(root.scan(func(row *model.Row) { d.row(row.Key).before = row }))
	}
	if err := w.tx.SendBatch(ctx, batch).Close(); err != nil {
		return err
	}
	if err := w.settle(ctx, units, deltas); err != nil {
		return err
	}
	return w.flush(ctx)
}

// cannot is the error of events that units cannot take.
func cannot(parked []*change, err error) error {
	if err != nil || len(parked) == 0 {
		return err
	}
	c := parked[0]
	return fault.New(fault.Rejected, "%s cannot take event %d: %s", c.unit.Root.Projection.Name, c.poison.event.SequenceNumber, storable(c.poison.err))
}
