package es

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

// Head is where an account stands.
type Head struct {
	AccountID      uuid.UUID
	Generation     int   // the copy of the history that is in use; 0 in most accounts for ever
	SequenceNumber int64 // of the last event; 0: no event yet
	Epoch          int64
	State          string
	CommitTime     time.Time // of the last event, or of the account's creation
	Release        string    // digest of the one that appends are decided on; empty: it was never switched here
}

// equal compares instants, not time zones: what is remembered and what is read may differ
// in the latter.
func (h Head) equal(other Head) bool {
	sameTime := h.CommitTime.Equal(other.CommitTime)
	h.CommitTime = other.CommitTime
	return sameTime && h == other
}

// activeState is the only state in which an account takes appends.
const activeState = "active"

// Head returns where the account stands; fault.NotFound when it is not on this store.
func (s *Store) Head(ctx context.Context, account uuid.UUID) (Head, error) {
	var head Head
	err := pg.Read(ctx, s.reader, account, func(rows pgx.Rows) (err error) {
		head, err = pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Head])
		return err
	}, readHeadSQL, account)
	if errors.Is(err, pgx.ErrNoRows) {
		return Head{}, fault.Wrap(err, fault.NotFound, "The account does not exist here")
	}
	return head, pg.Fault(err)
}

// CreateAccount makes room for an account on a store: its head and its live cursor. An
// account that is there already stays as it is. The pool is in role admin.
func CreateAccount(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID, epoch int64) error {
	batch := &pgx.Batch{}
	batch.Queue(createHeadSQL, account, epoch)
	batch.Queue(createLiveCursorSQL, account)
	return pg.Fault(admin.SendBatch(ctx, batch).Close())
}

// SetState changes the account's state on its store, from where it fences appends at
// once; fault.NotFound when the account is not there. To suspend raises the epoch, which the catalog
// then has to follow: a statement that a broken connection held back, and whose caller was refused,
// must not be stored when the account is active again. The pool is in role admin.
func SetState(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID, state string) error {
	tag, err := admin.Exec(ctx, setStateSQL, account, state)
	if err == nil && tag.RowsAffected() == 0 {
		return fault.New(fault.NotFound, "The account does not exist here")
	}
	return pg.Fault(err)
}

// Heads returns where all accounts of the store stand. The pool is in role admin.
func Heads(ctx context.Context, admin *pgxpool.Pool) ([]Head, error) {
	rows, _ := admin.Query(ctx, allHeadsSQL) // CollectRows returns the query's error
	heads, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Head])
	return heads, pg.Fault(err)
}

// RaiseEpoch fences everybody who knows the account under the epoch that it has, or under the
// known one, and returns the next; fault.NotFound when the account is not there. The pool is
// in role admin.
func RaiseEpoch(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID, known int64) (epoch int64, err error) {
	const sql = "UPDATE store.account_heads SET epoch = greatest(epoch, $2) + 1 WHERE account_id = $1 RETURNING epoch"
	err = admin.QueryRow(ctx, sql, account, known).Scan(&epoch)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, fault.Wrap(err, fault.NotFound, "The account does not exist here")
	}
	return epoch, pg.Fault(err)
}
