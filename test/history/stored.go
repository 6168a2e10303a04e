package history

import (
	"context"
	_ "embed" // the statement below
	"iter"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
)

//go:embed stored.sql
var storedSQL string

// Event is what the checks need of a stored event.
type Event struct {
	Sequence int64
	Stream   uuid.UUID
	Revision int32
	Command  uuid.UUID
	At       time.Time
}

// Stored are the account's events. The pool's role is builder.
func Stored(ctx context.Context, builder *pgxpool.Pool, account uuid.UUID) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		rows, err := builder.Query(ctx, storedSQL, account)
		if err != nil {
			yield(Event{}, err)
			return
		}
		defer rows.Close()
		for rows.Next() {
			var e Event
			if err := rows.Scan(&e.Sequence, &e.Stream, &e.Revision, &e.Command, &e.At); err != nil {
				yield(Event{}, err)
				return
			}
			if !yield(e, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(Event{}, err)
		}
	}
}
