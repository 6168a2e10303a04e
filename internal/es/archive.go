package es

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
)

// StreamEnd is how far a stream has come, and how much of it is archived.
type StreamEnd struct {
	StreamID         uuid.UUID
	Revision         int       // of the last event
	CommitTime       time.Time // of it
	Fingerprint      string    // under which it is archived; empty: it is not
	ArchivedRevision int
}

// StreamEnds returns the ends of the account's next streams, at most so many, in the order of their ids, from
// the one after on. The role of q is builder.
func StreamEnds(ctx context.Context, q Querier, account, after uuid.UUID, limit int) ([]StreamEnd, error) {
	rows, err := q.Query(ctx, streamEndsSQL, account, after, limit)
	if err != nil {
		return nil, pg.Fault(err)
	}
	ends, err := pgx.CollectRows(rows, pgx.RowToStructByPos[StreamEnd])
	return ends, pg.Fault(err)
}

// ArchiveStreams reads all events of the streams, stream by stream, has condense make states of them, and stores
// these in one transaction. Until is set here. Meanwhile no event of the account is changed in its place;
// appends go on. It returns how many states were stored: none when the account's history was rewritten, or it has left, just then. The
// pool's role is builder.
func ArchiveStreams(ctx context.Context, pool *pgxpool.Pool, account uuid.UUID, streams []uuid.UUID,
	condense func([]Event) ([]ArchivedStream, error)) (stored int64, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, lockArchiveSQL, account); err != nil {
			return err
		}
		into, head := Into{AccountID: account}, int64(0)
		// The head is asked for before the events, so that none up to it is missed.
		if err := tx.QueryRow(ctx, "SELECT generation, sequence_number FROM store.account_heads WHERE account_id = $1", account).Scan(&into.Generation, &head); err != nil {
			return err
		}
		events, err := ReadStreams(ctx, tx, StreamsRange{AccountID: account, Only: streams, Until: max(head, 1), Generation: &into.Generation})
		if err != nil {
			return err
		}
		states, err := condense(events)
		if err != nil || len(states) == 0 {
			return err
		}
		for i := range states {
			states[i].Until = head
		}
		stored, err = storeStates(ctx, tx, into, states, "active", "suspended")
		return err
	})
	return stored, pg.Fault(err)
}

// CopyArchived stores archived states as they are in another history, of an account that takes no appends yet, and returns how many: none
// when it does. What they stand for has to be there. The pool's role is builder.
func CopyArchived(ctx context.Context, pool *pgxpool.Pool, into Into, states []ArchivedStream) (stored int64, err error) {
	stored, err = storeStates(ctx, pool, into, states, "moving")
	return stored, pg.Fault(err)
}

// execer is a pool or a transaction.
type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// storeStates stores archived states of an account that is in one of the states of accounts.
func storeStates(ctx context.Context, q execer, into Into, states []ArchivedStream, of ...string) (int64, error) {
	n := len(states)
	ids, types, fingerprints := make([]uuid.UUID, n), make([]string, n), make([]string, n)
	revisions, numbers, untils := make([]int, n), make([]int64, n), make([]int64, n)
	events, texts := make([]string, n), make([]json.RawMessage, n)
	for i, s := range states {
		ids[i], types[i], fingerprints[i], revisions[i], numbers[i], untils[i] = s.StreamID, s.StreamType, s.Fingerprint, s.Revision, s.SequenceNumber, s.Until
		events[i], texts[i] = strings.Join(s.Events, ","), s.State
	}
	tag, err := q.Exec(ctx, archiveStreamsSQL, into.AccountID, into.Generation, of, ids, types, fingerprints, revisions, numbers, untils, events, texts)
	return tag.RowsAffected(), err
}

// Unarchive removes archived states of the account, of the stream types or of all when there are none, so many in
// one transaction, until none is left. It returns how many it removed. The pool's role is builder.
func Unarchive(ctx context.Context, pool *pgxpool.Pool, account uuid.UUID, streamTypes []string, most int) (removed int64, err error) {
	if len(streamTypes) == 0 {
		streamTypes = nil // NULL: all
	}
	err = pg.Drain(func() (int64, error) {
		tag, err := pool.Exec(ctx, unarchiveStreamsSQL, account, streamTypes, most)
		removed += tag.RowsAffected()
		return tag.RowsAffected(), err
	}, func() (left bool, err error) {
		err = pool.QueryRow(ctx, archivedLeftSQL, account, streamTypes).Scan(&left)
		return left, err
	})
	return removed, pg.Fault(err)
}
