package projection

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
)

// Skipped holds the numbers of the events that an operator told a table to leave out.
// Whatever folds the table's events leaves them out, so that all come to the same rows.
type Skipped map[int64]bool

// ReadSkipped returns what the account's table leaves out; for a chained projection that is
// what the table of its source leaves out (SourceOf). The transaction is bound to the
// account, or its role sees all of them.
func ReadSkipped(ctx context.Context, tx pgx.Tx, account uuid.UUID, table string) (Skipped, error) {
	all, err := ReadAllSkipped(ctx, tx, account)
	return all[table], err
}

// ReadAllSkipped is ReadSkipped for all tables of the account. Most leave nothing out and
// are not in it.
func ReadAllSkipped(ctx context.Context, tx pgx.Tx, account uuid.UUID) (map[string]Skipped, error) {
	rows, err := tx.Query(ctx, skippedSQL, account)
	if err != nil {
		return nil, err
	}
	all := map[string]Skipped{}
	var table string
	var number int64
	_, err = pgx.ForEachRow(rows, []any{&table, &number}, func() error {
		if all[table] == nil {
			all[table] = Skipped{}
		}
		all[table][number] = true
		return nil
	})
	return all, err
}

// Without returns the events that are not left out. It reuses their array.
func (s Skipped) Without(events []es.Event) []es.Event {
	if len(s) == 0 {
		return events
	}
	return slices.DeleteFunc(events, func(e es.Event) bool { return s[e.SequenceNumber] })
}

// SourceOf returns the projection whose events the named one's rows follow from: itself, or
// the one that begins the chain of those that feed it. Cursors, dead letters and skipped
// events stand under its table. NotFound: the release has no projection of the name.
func SourceOf(release *model.Release, name string) (*model.ProjectionType, error) {
	p := release.Projection(name)
	for p != nil && p.Of != "" {
		p = release.Projection(p.Of)
	}
	if p == nil {
		return nil, fault.New(fault.NotFound, "The account's release has no projection %s", name)
	}
	return p, nil
}

// Skip says which event a parked projection shall leave out, and why.
type Skip struct {
	AccountID  uuid.UUID
	Projection string         // its name in the release
	Release    *model.Release // the account's
	Event      int64          // the number of the event that stopped it
	Reason     string         // kept with the event; not empty
	Actor      string         // who decided it
}

// SkipDeadLetter notes the event as left out and takes the parked projection past it. It
// stays parked: RetryDeadLetter applies what follows. The pool's role is projector. A skip
// that was made already changes nothing. Invalid: there is no reason. NotFound: the
// projection is not parked. Conflict: another event stopped it.
func SkipDeadLetter(ctx context.Context, projector *pgxpool.Pool, s Skip) error {
	if strings.TrimSpace(s.Reason) == "" {
		return fault.New(fault.Invalid, "An event is skipped for a reason")
	}
	source, err := SourceOf(s.Release, s.Projection)
	if err != nil {
		return err
	}
	return pg.Fault(pg.InAccount(ctx, projector, s.AccountID, func(tx pgx.Tx) error {
		return s.apply(ctx, tx, source.Table)
	}))
}

func (s Skip) apply(ctx context.Context, tx pgx.Tx, table string) error {
	var live, own, stopped int64
	var state string
	batch := &pgx.Batch{}
	batch.Queue(holdLiveSQL, s.AccountID).QueryRow(func(row pgx.Row) error { return row.Scan(&live, nil, nil) })
	batch.Queue(ownCursorSQL, s.AccountID, table).QueryRow(func(row pgx.Row) error { return row.Scan(&own, &state) })
	batch.Queue(buriedSQL, s.AccountID, table).QueryRow(func(row pgx.Row) error { return row.Scan(&stopped) })
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return notParked(err, s.AccountID, s.Projection)
	}
	if stopped != s.Event {
		return fault.New(fault.Conflict, "Projection %s is parked at event %d, not at %d", s.Projection, stopped, s.Event)
	}
	if own >= stopped {
		return nil // a retry was cut off behind the skip
	}
	batch = &pgx.Batch{}
	batch.Queue(skipSQL, s.AccountID, table, stopped, s.Reason, s.Actor).Exec(moved)
	batch.Queue(advanceOwnSQL, s.AccountID, []string{table}, stopped-1, stopped).Exec(moved)
	return tx.SendBatch(ctx, batch).Close()
}

// SkippedEvent is an event that a table of an account leaves out.
type SkippedEvent struct {
	AccountID       uuid.UUID `json:"accountId"`
	Table           string    `json:"table"`
	SequenceNumber  int64     `json:"sequenceNumber"`
	PayloadItemName string    `json:"payloadItemName"`
	Error           string    `json:"error"`  // why it could not be applied
	Reason          string    `json:"reason"` // why it was skipped
	Actor           string    `json:"actor"`
	SkippedAt       time.Time `json:"skippedAt"`
}

// SkippedEvents returns what the account's tables leave out, or those of all accounts of
// the store for the zero account, the oldest skip first. The pool's role is admin.
func SkippedEvents(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID) ([]SkippedEvent, error) {
	events, err := list[SkippedEvent](ctx, admin, skippedEventsSQL, account)
	return events, pg.Fault(err)
}
