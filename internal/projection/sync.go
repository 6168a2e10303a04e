package projection

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
)

// Syncs finds what has to be written in the transaction of an append: the rows of sync
// projections. The live page leaves their tables alone. It is safe for concurrent use.
type Syncs struct{ plans *Plans }

// NewSyncs returns an empty one, which learns releases as it meets them.
func NewSyncs(releases Releases) *Syncs { return &Syncs{NewPlans(releases)} }

// Within returns what is to be written within the append of an account that is on the
// release, nil when no sync projection reads one of its events.
func (s *Syncs) Within(release *model.Release, a *es.Append) es.Within {
	plan := s.plans.Of(release)
	for _, u := range plan.syncs {
		for _, w := range a.Writes {
			for _, e := range w.Events {
				if u.Root.Projection.Handles(w.StreamType, e.PayloadItemName) {
					return syncer{plan}
				}
			}
		}
	}
	return nil
}

// syncer writes the sync projections of one release. Two of the same release are equal.
type syncer struct{ plan *Plan }

// Apply implements es.Within: it folds the events into the rows, as the live page does with
// other projections. A table that is being built for the account is the builder's: it goes
// on from the cursor that it has, and takes the head's lock to hand the table over.
func (s syncer) Apply(ctx context.Context, tx es.Tx, account uuid.UUID, events []es.Event) error {
	changes, err := s.load(ctx, tx, account, events)
	if err != nil {
		return err
	}
	batch, written := &pgx.Batch{}, 0
	for _, c := range changes {
		d := c.fold()
		if c.poison != nil {
			return refusal(c.unit, c.poison)
		}
		arguments, err := d.arguments(account)
		if err != nil {
			return refusal(c.unit, &poison{event: c.events[len(c.events)-1], err: err})
		}
		batch.Queue(c.unit.Root.save, arguments...).Exec(func(pgconn.CommandTag) error { written++; return nil })
	}
	if len(changes) == 0 {
		return nil
	}
	if err = tx.SendBatch(ctx, batch).Close(); isData(err) {
		failed := changes[written]
		err = refusal(failed.unit, &poison{event: failed.events[len(failed.events)-1], err: err})
	}
	return err
}

// load returns what the events do to the tables that are live, with the rows as they are.
func (s syncer) load(ctx context.Context, tx es.Tx, account uuid.UUID, events []es.Event) ([]*change, error) {
	var all []*change
	notLive := map[string]string{}
	batch := &pgx.Batch{}
	queueNotLive(batch, account, notLive)
	for _, u := range s.plan.syncs {
		if c := u.change(events); len(c.events) > 0 {
			all = append(all, c)
			c.queueLoad(batch, account)
		}
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return nil, err
	}
	var live []*change
	for _, c := range all {
		if notLive[c.unit.Root.Table.Name] == "" {
			live = append(live, c)
		}
	}
	return live, nil
}

// refusal is why an append is not stored: what is written with it cannot be. That is what a
// projection takes upon itself that is to be read at once.
func refusal(u *Unit, p *poison) error {
	name := u.Root.Projection.Name
	refused := fault.Reject(fault.Detail{Path: name, Rule: "projection", Message: fmt.Sprintf(
		"Nothing was stored, because the projection %s, which is written with the event, cannot take %s", name, p.event.PayloadItemName)})
	refused.Cause = p.err
	return refused
}
