package es

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
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
// these in one transaction. Until is theirs to leave out. Meanwhile no event of the account is changed in its place;
// appends go on. It returns how many states were stored: none when the account's history was rewritten, or it has left, just then. The
// pool's role is builder.
func ArchiveStreams(ctx context.Context, pool *pgxpool.Pool, account uuid.UUID, streams []uuid.UUID,
	condense func([]Event) ([]ArchivedStream, error)) (stored int64, err error) {
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, lockArchiveSQL, account); err != nil {
			return err
		}
		to := archiving{account: account}
		// The head is asked for before the events, so that none up to it is missed.
		if err := tx.QueryRow(ctx, "SELECT generation, sequence_number FROM store.account_heads WHERE account_id = $1", account).Scan(&to.generation, &to.head); err != nil {
			return err
		}
		events, err := ReadStreams(ctx, tx, StreamsRange{AccountID: account, Only: streams, Until: max(to.head, 1), Generation: &to.generation})
		if err != nil {
			return err
		}
		states, err := condense(events)
		if err != nil || len(states) == 0 {
			return err
		}
		stored, err = to.store(ctx, tx, states)
		return err
	})
	return stored, pg.Fault(err)
}

// archiving is where states are stored: the account, and its head from before their events were read.
type archiving struct {
	account    uuid.UUID
	generation int
	head       int64
}

func (a archiving) store(ctx context.Context, tx pgx.Tx, states []ArchivedStream) (int64, error) {
	n := len(states)
	ids, types, fingerprints := make([]uuid.UUID, n), make([]string, n), make([]string, n)
	revisions, numbers := make([]int, n), make([]int64, n)
	events, texts := make([]string, n), make([]json.RawMessage, n)
	for i, s := range states {
		ids[i], types[i], fingerprints[i], revisions[i], numbers[i] = s.StreamID, s.StreamType, s.Fingerprint, s.Revision, s.SequenceNumber
		events[i], texts[i] = strings.Join(s.Events, ","), s.State
	}
	tag, err := tx.Exec(ctx, archiveStreamsSQL, a.account, a.generation, a.head, ids, types, fingerprints, revisions, numbers, events, texts)
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
