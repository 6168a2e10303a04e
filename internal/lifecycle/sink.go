package lifecycle

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/seal"
)

// sink is the copy of a history on a store, up to a number.
type sink struct {
	builder    *pgxpool.Pool
	account    uuid.UUID
	generation int
	block      seal.Block // of all events in it
}

// openSink finds what is copied already.
func openSink(ctx context.Context, builder *pgxpool.Pool, s span) (*sink, error) {
	to := &sink{builder: builder, account: s.account, generation: s.generation}
	var last int64
	if err := builder.QueryRow(ctx, lastCopiedSQL, s.account, s.generation).Scan(&last); err != nil {
		return nil, pg.Fault(err)
	}
	err := es.StreamOriginals(ctx, builder, es.OriginalRange{AccountID: s.account, Generation: s.generation, Until: last}, func(e *es.Event) error {
		_, err := to.block.Add(e)
		return err
	})
	return to, err
}

var originalColumns = []string{"account_id", "generation", "sequence_number", "stream_type", "payload_item_name", "payload_version", "payload",
	"release", "actor", "transformed_at"}

// add stores the next events of the history in one transaction, with the seals that they complete.
func (s *sink) add(ctx context.Context, page []Event) error {
	var seals []*seal.Seal
	var changed []*Event
	for i := range page {
		made, err := s.block.Add(page[i].sealed())
		if err != nil {
			return fault.Wrap(err, fault.Rejected, "The history cannot be copied")
		}
		if made != nil {
			seals = append(seals, made)
		}
		if page[i].Original != nil {
			changed = append(changed, &page[i])
		}
	}
	return pg.Fault(pgx.BeginFunc(ctx, s.builder, func(tx pgx.Tx) error {
		err := es.CopyEvents(ctx, tx, es.Into{AccountID: s.account, Generation: s.generation}, len(page), func(i int) *es.Event { return &page[i].Event })
		if err != nil {
			return err
		}
		_, err = tx.CopyFrom(ctx, pgx.Identifier{"store", "transformed_events"}, originalColumns, pgx.CopyFromSlice(len(changed), func(i int) ([]any, error) {
			e, was := changed[i], changed[i].Original
			return []any{s.account, s.generation, e.SequenceNumber, was.StreamType, was.PayloadItemName, was.PayloadVersion, was.Payload,
				was.Release, was.Actor, was.TransformedAt}, nil
		}))
		if err != nil {
			return err
		}
		for _, made := range seals {
			if err := seal.Put(ctx, tx, s.account, s.generation, made); err != nil {
				return err
			}
		}
		return nil
	}))
}

// digestOf reads a history up to a number, and returns its digest.
func (r *Runner) digestOf(ctx context.Context, builder *pgxpool.Pool, s span, c *seal.Chain) error {
	for c.Number < s.until {
		part := es.OriginalRange{AccountID: s.account, Generation: s.generation, After: c.Number, Until: min(c.Number+seal.Every, s.until)}
		if err := es.StreamOriginals(ctx, builder, part, c.Add); err != nil {
			return err
		}
		if c.Number != part.Until {
			return fault.New(fault.Rejected, "Event %d of account %s is missing", c.Number+1, s.account)
		}
		r.told("comparing", c.Number, s.until)
	}
	return nil
}

// compare reads the copy again, from its store, and holds its digest against the one that it should have.
func (r *Runner) compare(ctx context.Context, to *sink, want seal.Digest) error {
	var c seal.Chain
	s := span{account: to.account, generation: to.generation, until: to.block.Number}
	if err := r.digestOf(ctx, to.builder, s, &c); err != nil {
		return err
	}
	if c.Digest != want {
		return fault.New(fault.Rejected, "The copy is not what was copied: its digest at event %d is %s, and should be %s", c.Number, c.Digest, want)
	}
	return nil
}
