package lifecycle

import (
	"context"
	"maps"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/release"
)

// guards are what all guards of a release hold, as it follows from a history.
type guards struct {
	release *model.Release
	ledger  *model.Ledger
	series  map[string]int64
}

func newGuards(of *model.Release) *guards {
	return &guards{release: of, ledger: of.NewLedger(of.Guards()...), series: map[string]int64{}}
}

// take enters the next event.
func (g *guards) take(e *es.Event) error {
	said, err := g.release.Upcast(release.Stored(e))
	for i := 0; err == nil && i < len(said); i++ {
		if err = g.ledger.Take(e.StreamID, said[i]); err != nil {
			break
		}
		if series, number, numbered := g.release.Numbered(said[i]); numbered {
			g.series[series] = max(g.series[series], number)
		}
	}
	if err != nil {
		return fault.Wrap(err, fault.Rejected, "The guards cannot be made from event %d", e.SequenceNumber)
	}
	return nil
}

// write replaces the account's guards. The transaction's role is builder.
func (g *guards) write(ctx context.Context, tx pgx.Tx, account uuid.UUID) error {
	keys, sums, doubled := g.ledger.Held()
	if len(doubled) > 0 {
		d := doubled[0]
		return fault.New(fault.Rejected, "%s is not unique in the history: %d streams have %q", d.Guard, len(d.Streams), d.Key)
	}
	if _, err := tx.Exec(ctx, forgetGuardsSQL, account); err != nil {
		return err
	}
	_, err := tx.CopyFrom(ctx, pgx.Identifier{"store", "guard_unique"}, []string{"account_id", "guard", "key", "stream_id"},
		pgx.CopyFromSlice(len(keys), func(i int) ([]any, error) { return []any{account, keys[i].Guard, keys[i].Key, keys[i].Stream}, nil }))
	if err != nil {
		return err
	}
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"store", "guard_limit"}, []string{"account_id", "guard", "key", "used"},
		pgx.CopyFromSlice(len(sums), func(i int) ([]any, error) { return []any{account, sums[i].Guard, sums[i].Key, sums[i].Used}, nil }))
	if err != nil {
		return err
	}
	names := slices.Sorted(maps.Keys(g.series))
	_, err = tx.CopyFrom(ctx, pgx.Identifier{"store", "guard_series"}, []string{"account_id", "series", "last_number"},
		pgx.CopyFromSlice(len(names), func(i int) ([]any, error) { return []any{account, names[i], g.series[names[i]]}, nil }))
	return err
}
