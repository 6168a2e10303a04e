package es

import (
	"context"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Within writes what follows from events in the transaction that stores them: both are
// there, or neither is. Appends that bring one along are stored the slow way, under the
// head's lock, because it reads rows that memory does not have; all others are as fast as
// they were. Values are compared: what is equal is given the events of several appends at once.
type Within interface {
	// Apply writes what follows from the events, which are of one account, in order, and
	// have all but their commit time. It runs again when the transaction has to, and never
	// for events that are stored already. Its error refuses the append, unless it is the
	// store that is away.
	Apply(ctx context.Context, tx Tx, account uuid.UUID, events []Event) error
}

// Tx is what can be done in a transaction that others begin and end.
type Tx interface {
	SendBatch(ctx context.Context, batch *pgx.Batch) pgx.BatchResults
}

// hasWithin reports whether one of the work's appends writes more than events.
func (w *work) hasWithin() bool {
	return slices.ContainsFunc(w.appends, func(p *pending) bool { return p.append.Within != nil })
}

// applyWithin writes what follows from the works' accepted appends. Appends in a row that
// bring the same are applied at once.
func applyWithin(ctx context.Context, tx Tx, works []*work) error {
	for _, w := range works {
		if !w.hasWithin() {
			continue
		}
		if err := w.applyWithin(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) applyWithin(ctx context.Context, tx Tx) error {
	var within Within
	var events []Event
	apply := func() error {
		if len(events) == 0 {
			return nil
		}
		return within.Apply(ctx, tx, w.account, events)
	}
	for i, p := range w.appends {
		v := &w.evaluation.verdicts[i]
		if v.kind != accepted || p.append.Within == nil {
			continue
		}
		if p.append.Within != within {
			if err := apply(); err != nil {
				return err
			}
			within, events = p.append.Within, nil
		}
		events = append(events, v.events...)
	}
	return apply()
}
