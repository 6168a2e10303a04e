package build

import (
	"context"
	"fmt"
	"hash/fnv"
	"strings"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/model"
)

// Of rows that were made of old ones a sample is folded from all events. A fold of all of them
// would take what the old rows save; that there are the same rows is compared of all.
const (
	sampleOneIn = 50
	sampleLeast = 40 // about so many, where there are: twenty, also when the hash is unkind
)

// proveSample compares the keys of all rows with those of the seed, and a sample of the rows
// with what their streams' events say. It digests all rows. errSeedGone: the seed is not live.
func (p *proof) proveSample(ctx context.Context) error {
	root := p.unit.filled.Root
	var rows int64
	err := p.inSnapshot(ctx, p.unit.seed, func(tx pgx.Tx) error {
		if err := p.proveKeys(ctx, tx); err != nil {
			return err
		}
		return tx.QueryRow(ctx, "SELECT pg_catalog.count(*) FROM "+root.Table.Quoted()+" WHERE account_id = $1", p.job.AccountID).Scan(&rows)
	})
	if err != nil {
		return err
	}
	var sample []*model.Row
	err = p.whole().scan(ctx, p.Builder, root, func(found *model.Row) error {
		if err := p.gate.proving(ctx, p.unit, share(found.Key)); err != nil {
			return err
		}
		if sampled(found.Key, uint64(oneIn(rows))) {
			sample = append(sample, found)
			if len(sample) < wholeStreams {
				return nil
			}
			taken := sample
			sample = nil
			return p.holdWhole(ctx, taken)
		}
		have, err := texts(root, found)
		if err != nil {
			return err
		}
		p.digest(found.Key, have)
		return nil
	})
	if err != nil || len(sample) == 0 {
		return err
	}
	return p.holdWhole(ctx, sample)
}

// oneIn is of how many one is in the sample.
func oneIn(all int64) int64 { return min(sampleOneIn, max(1, all/sampleLeast)) }

// sampled chooses one of so many keys, by a hash: the same ones each time, and not those of one day.
func sampled(key uuid.UUID, oneIn uint64) bool {
	h := fnv.New64a()
	_, _ = h.Write(key[:]) // never fails
	return h.Sum64()%oneIn == 0
}

// holdWhole compares the rows with what all events of their streams come to.
func (p *proof) holdWhole(ctx context.Context, rows []*model.Row) error {
	keys := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		keys[i] = row.Key
	}
	events, err := p.allOf(ctx, &p.unit.result.EventsProven, keys, p.unit.at)
	if err != nil {
		return err
	}
	r := &refold{proof: p, rows: map[uuid.UUID]*model.Row{}}
	for i := range events {
		if err := r.take(ctx, &events[i]); err != nil {
			return err
		}
	}
	if err := r.show(); err != nil {
		return err
	}
	for _, row := range rows {
		if err := p.hold(p.unit.filled.Root, row.Key, r.rows[row.Key], row); err != nil {
			return err
		}
	}
	return nil
}

// proveKeys finds rows of the one table that have none in the other. Old rows that a later
// event has changed may be of streams that began after the unit's last event.
func (p *proof) proveKeys(ctx context.Context, tx pgx.Tx) error {
	root, s := p.unit.filled.Root, p.unit.seed
	sql := strings.NewReplacer("{built}", root.Table.Quoted(), "{old}", s.from.Table.Quoted()).Replace(strangersSQL)
	rows, err := tx.Query(ctx, sql, p.job.AccountID, p.unit.at, s.Grows(), mostDifferences)
	if err != nil {
		return err
	}
	var key uuid.UUID
	var missing bool
	_, err = pgx.ForEachRow(rows, []any{&key, &missing}, func() error {
		there := "there"
		d := Difference{Table: root.Table.Name, Key: key, Column: "(row)"}
		if missing {
			d.Expected = &there
		} else {
			d.Found = &there
		}
		p.differ(d)
		return nil
	})
	if err != nil {
		return fmt.Errorf("compare the keys of %s: %w", p.unit.name(), err)
	}
	return nil
}
