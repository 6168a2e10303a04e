package upgrade

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

// overHistory takes the account back to the release before, whose history was rewritten, in
// whatever step it is. What the rewrite made goes.
func (t *trip) overHistory(ctx context.Context) error {
	on, err := projection.RunsOn(ctx, t.admin, t.id)
	if err != nil {
		return err
	}
	if len(on) > 0 && on[0] == t.move.To.Digest() {
		if err := t.useBefore(ctx); err != nil {
			return err
		}
	}
	var now Switched
	if err := t.admin.QueryRow(ctx, headEpochSQL, t.id).Scan(&now.Epoch); err != nil {
		return err
	}
	if err := t.tell(ctx, t.move.From, now); err != nil {
		return err
	}
	if _, err := (Contract{t.id, t.move.From, []*model.Release{t.move.To}}).Run(ctx, t.admin, t.builder); err != nil {
		return err
	}
	return dropHistories(ctx, t.builder, t.id, true)
}

// useBefore puts the account on the generation before. Since the switch no event was stored, so
// its tables, which nobody wrote, are as right as they were.
func (t *trip) useBefore(ctx context.Context) error {
	g, err := t.guardsBefore(ctx)
	if err != nil {
		return err
	}
	return t.move.inMove(ctx, t.builder, func(tx pgx.Tx, s standing) error {
		var last int64
		var before int
		if err := tx.QueryRow(ctx, lastBeforeSQL, t.id).Scan(&last); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, generationSQL, t.id).Scan(&before); err != nil {
			return err
		}
		if last != s.number {
			return fault.New(fault.Rejected, "Account %s cannot go back: its event %d was stored after its history was rewritten, and the history before does not have it",
				t.name, last+1)
		}
		if g != nil {
			if err := g.write(ctx, tx); err != nil {
				return err
			}
		}
		batch := &pgx.Batch{}
		batch.Queue(returnSQL, t.id, without(t.move.From, t.move.To), last)
		batch.Queue(switchLiveSQL, t.id, t.move.From.Digest(), nil)
		useGeneration(batch, t.id, t.move.From, before-1)
		return tx.SendBatch(ctx, batch).Close()
	})
}

// guardsBefore makes the guards that the rewrite changed from the history before; nil: there are none.
func (t *trip) guardsBefore(ctx context.Context) (*guards, error) {
	set, err := Rewrites(t.move.From, t.move.To)
	if err != nil {
		return nil, err
	}
	also, err := guarded(t.move.From, t.move.To, set)
	if err != nil {
		return nil, err
	}
	g := newGuards(Move{AccountID: t.id, From: t.move.To, To: t.move.From}, also...)
	if g == nil {
		return nil, nil
	}
	var inUse int
	if err := t.builder.QueryRow(ctx, generationSQL, t.id).Scan(&inUse); err != nil {
		return nil, err
	}
	before := inUse - 1
	g.history = &before
	return g, g.read(ctx, t.builder)
}
