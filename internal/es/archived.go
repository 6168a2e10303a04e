package es

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"math"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
)

// ArchivedStream is what events of a stream come to, the first ones up to a revision. It may be read in
// their place by whoever folds them alike, which the fingerprint says.
type ArchivedStream struct {
	StreamID       uuid.UUID       `json:"streamId"`
	StreamType     string          `json:"streamType"` // in the release that archived it
	Fingerprint    string          `json:"fingerprint"`
	Revision       int             `json:"revision"`       // of the last event that is in the state
	SequenceNumber int64           `json:"sequenceNumber"` // and its number
	Until          int64           `json:"until"`          // up to this number of the account the stream has no event after it
	Events         []string        `json:"events"`         // types of events that there is something of in the state
	State          json.RawMessage `json:"state"`
	ArchivedAt     time.Time       `json:"archivedAt"`
}

// Archives are archived states that may come in the place of events. The zero value: none.
type Archives struct {
	Fingerprints []string
	Events       []string // of the states only those that have something of these types, as they call them

	OneIn func(states int64) int64 // of how many streams EachArchivedPage reads one as events in any case
}

// IsState reports whether it is an archived state that came in the place of events: the payload
// is the state, and revision and number are those of the last one of them. No event is without a name.
func (e *Event) IsState() bool { return e.PayloadItemName == "" }

// mostStates is how many archived states of an account are read in the place of events: their ids
// have to fit PostgreSQL's memory for one statement, which is what archivedMemory allows them. With more, the events are read.
const (
	mostStates     = 5_000_000
	archivedMemory = "SELECT pg_catalog.set_config('work_mem', '256MB', true)"
)

// StreamArchived is StreamAccount, but that archived states come in the place of the events that
// they stand for, before all events and in no order. Of the range the account, Until, Types, FromID and Generation count.
// The pool's role is builder or admin.
func StreamArchived(ctx context.Context, pool *pgxpool.Pool, r AccountRange, a Archives, do func(*Event) error) error {
	return a.read(ctx, pool, r, func(tx pgx.Tx, states int64) error {
		if states == 0 {
			return StreamAccount(ctx, tx, r, do)
		}
		_, args := r.statement()
		of := []any{args[0], args[2], args[4], args[6], a.Fingerprints} // account, until, from, generation
		for _, s := range []struct {
			sql  string
			last any
		}{{readArchivedSQL, a.Events}, {readUnarchivedSQL, args[3]}} {
			rows, err := tx.Query(ctx, s.sql, planned(append(of[:5:5], s.last))...)
			if err != nil {
				return err
			}
			if failed, err := eachEvent(rows, do); failed != nil || err != nil {
				return cmp.Or(failed, pg.Fault(err))
			}
		}
		return nil
	})
}

// EachArchivedPage is EachPage, but that an archived state comes in the place of the events that it
// stands for. The pool's role is builder.
func EachArchivedPage(ctx context.Context, pool *pgxpool.Pool, r StreamsRange, a Archives, do func([]Event) error) error {
	archived := false
	err := a.read(ctx, pool, AccountRange{AccountID: r.AccountID, Until: r.Until, Generation: r.Generation}, func(tx pgx.Tx, states int64) error {
		if states == 0 {
			return nil
		}
		archived = true
		until := upTo(r.Until, int64(math.MaxInt64))
		rows, err := tx.Query(ctx, readArchivedStreamsSQL, planned([]any{r.AccountID, until, r.Generation, a.Fingerprints, r.Types, a.Events, a.OneIn(states)})...)
		if err != nil {
			return err
		}
		return eachPageOf(rows, r.Limit, do)
	})
	if err != nil || archived {
		return err
	}
	return EachPage(ctx, pool, r, do)
}

// read runs do where nothing changes, with how many states stand for events of the range.
func (a Archives) read(ctx context.Context, pool *pgxpool.Pool, r AccountRange, do func(tx pgx.Tx, states int64) error) error {
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	err := pgx.BeginTxFunc(ctx, pool, options, func(tx pgx.Tx) error {
		states := int64(0)
		if len(a.Fingerprints) > 0 {
			_, args := r.statement()
			if err := tx.QueryRow(ctx, archivedThereSQL, args[0], args[2], args[4], args[6], a.Fingerprints).Scan(&states); err != nil {
				return err
			}
		}
		if states > mostStates {
			states = 0
		}
		if states > 0 {
			if _, err := tx.Exec(ctx, archivedMemory); err != nil {
				return err
			}
		}
		return do(tx, states)
	})
	return pg.Fault(err)
}

// ArchivedRange is a part of the archived states of an account.
type ArchivedRange struct {
	AccountID  uuid.UUID
	After      uuid.UUID // streams behind it
	Until      int64     // states of events up to and including that number; 0: all
	Limit      int       // at most so many
	Generation *int      // of the history; nil: the one in use
}

// ReadArchived returns the archived states of the range, in the order of their streams. The role of q is builder or admin.
func ReadArchived(ctx context.Context, q Querier, r ArchivedRange) ([]ArchivedStream, error) {
	rows, err := q.Query(ctx, archivedAfterSQL, r.AccountID, r.After, r.Limit, r.Generation, upTo(r.Until, int64(math.MaxInt64)))
	if err != nil {
		return nil, pg.Fault(err)
	}
	streams, err := pgx.CollectRows(rows, pgx.RowToStructByPos[ArchivedStream])
	return streams, pg.Fault(err)
}

// ReadArchivedStream returns what of the stream is archived, nil when nothing is. The role of q is builder or admin.
func ReadArchivedStream(ctx context.Context, q Querier, account, stream uuid.UUID) (*ArchivedStream, error) {
	rows, err := q.Query(ctx, archivedStreamSQL, account, stream)
	if err != nil {
		return nil, pg.Fault(err)
	}
	found, err := pgx.CollectOneRow(rows, pgx.RowToAddrOfStructByPos[ArchivedStream])
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return found, pg.Fault(err)
}
