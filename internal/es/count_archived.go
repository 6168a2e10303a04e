package es

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
)

// ArchivedCounts are what StreamArchived hands over in the place of events, and what it leaves out. Nil maps: all comes as events.
type ArchivedCounts struct {
	States int64                  // that have something of the events that are asked for
	Facts  map[ArchivedFact]int64 // states that have something of a type of event
	Events map[Kind]int64         // that states stand for, as they are stored
}

// ArchivedFact is a type of event as the release that archived the stream calls it.
type ArchivedFact struct{ StreamType, Event string }

// CountArchived counts the archived states of the account that may come in the place of events, and what they stand for. No payload
// is read. The pool's role is builder.
func CountArchived(ctx context.Context, pool *pgxpool.Pool, account uuid.UUID, a Archives) (counts ArchivedCounts, err error) {
	err = a.read(ctx, pool, AccountRange{AccountID: account}, func(tx pgx.Tx, states int64) error {
		if states == 0 {
			return nil
		}
		if err := tx.QueryRow(ctx, countArchivedSQL, account, a.Fingerprints, a.Events).Scan(&counts.States); err != nil {
			return err
		}
		if counts.Facts, err = countBy(ctx, tx, countArchivedFactsSQL, []any{account, a.Fingerprints}, (*ArchivedFact).columns); err != nil {
			return err
		}
		counts.Events, err = countBy(ctx, tx, countArchivedKindsSQL, []any{account, a.Fingerprints}, (*Kind).columns)
		return err
	})
	return counts, err
}

func (f *ArchivedFact) columns() []any { return []any{&f.StreamType, &f.Event} }

// countBy runs a statement whose rows are something and how many there are of it.
func countBy[K comparable](ctx context.Context, q Querier, sql string, args []any, columns func(*K) []any) (map[K]int64, error) {
	rows, err := q.Query(ctx, sql, args...)
	if err != nil {
		return nil, pg.Fault(err)
	}
	counts := map[K]int64{}
	var key K
	var n int64
	_, err = pgx.ForEachRow(rows, append(columns(&key), &n), func() error {
		counts[key] = n
		return nil
	})
	return counts, pg.Fault(err)
}
