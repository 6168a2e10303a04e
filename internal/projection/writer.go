package projection

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// writer brings the tables of an account to a new state within one transaction, which holds
// the account's claim. Given are the changes of some sources' rows; what others copy of
// them, and what they feed, follows.
type writer struct {
	tx      pgx.Tx
	account uuid.UUID
	plan    *Plan
	notLive map[string]string // states of the tables that are not live
	deltas  map[*Target]*delta
	batch   *pgx.Batch // statements that travel with the next question
	fanOuts bool       // a job was started
}

// States of a table that is not live for an account.
const (
	building = "building"
	parked   = "parked"
)

func newWriter(p page, notLive map[string]string) *writer {
	return &writer{tx: p.tx, account: p.account, plan: p.plan, notLive: notLive, deltas: map[*Target]*delta{}, batch: &pgx.Batch{}}
}

// settle writes the deltas of the units' roots, and all that follows.
func (w *writer) settle(ctx context.Context, units []*Unit, deltas []*delta) error {
	for _, d := range deltas {
		w.deltas[d.target] = d
	}
	if err := w.resolveSources(ctx, deltas); err != nil {
		return err
	}
	for _, d := range deltas {
		d.dropUnchanged()
		w.startFanOuts(d) // before any row is written: what changes along with its source has its copies already
	}
	for _, d := range deltas {
		if err := w.save(d); err != nil {
			return err
		}
	}
	for _, u := range units {
		if err := w.settleChain(ctx, u); err != nil {
			return err
		}
	}
	return nil
}

// resolveSources brings the copies in all sources' rows up to date, those first that others copy on.
func (w *writer) resolveSources(ctx context.Context, deltas []*delta) error {
	most := 0
	for _, d := range deltas {
		for _, f := range d.target.follows {
			most = max(most, f.level)
		}
	}
	for level := 1; level <= most; level++ {
		for _, d := range deltas {
			if err := w.resolveLevel(ctx, d, level); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *writer) resolveLevel(ctx context.Context, d *delta, level int) error {
	for _, f := range d.target.follows {
		if f.level != level {
			continue
		}
		if err := f.resolve(ctx, w, d); err != nil {
			return err
		}
	}
	return nil
}

// settleChain derives and writes the rows of what the unit's root feeds.
func (w *writer) settleChain(ctx context.Context, u *Unit) error {
	for _, t := range u.Chain {
		fed := w.deltas[t.feeder]
		if fed == nil || len(fed.keys) == 0 || w.notLive[t.Table.Name] != "" && w.notLive[u.Root.Table.Name] == "" {
			continue // a chained table that is being built anew is not the live page's
		}
		d, err := w.derive(ctx, t, fed)
		if err != nil {
			return err
		}
		w.deltas[t] = d
		for _, f := range t.follows {
			if err := f.resolve(ctx, w, d); err != nil {
				return err
			}
		}
		d.dropUnchanged()
		if err := w.write(d); err != nil {
			return err
		}
	}
	return nil
}

// write brings the table to the delta's state, and leaves the jobs that follow.
func (w *writer) write(d *delta) error {
	err := w.save(d)
	w.startFanOuts(d)
	return err
}

// save queues the statements that bring the table to the delta's state.
func (w *writer) save(d *delta) error {
	arguments, err := d.arguments(w.account)
	if err != nil {
		return err
	}
	if arguments != nil {
		w.batch.Queue(d.target.save, arguments...)
	}
	if gone := d.removed(); len(gone) > 0 {
		w.batch.Queue(d.target.remove, w.account, gone)
	}
	return nil
}

// flush sends what is queued and waits for it.
func (w *writer) flush(ctx context.Context) error {
	batch := w.batch
	w.batch = &pgx.Batch{}
	if batch.Len() == 0 {
		return nil
	}
	return w.tx.SendBatch(ctx, batch).Close()
}
