package projection

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
)

// Status is how far one projection of an account has come.
type Status struct {
	AccountID      uuid.UUID `json:"accountId"`
	Projection     string    `json:"projection"`
	Table          string    `json:"table"`
	Helper         bool      `json:"helper,omitempty"`
	State          string    `json:"state"` // live, building, paused or parked
	SequenceNumber int64     `json:"sequenceNumber"`
	LagEvents      int64     `json:"lagEvents"`
	LagSeconds     float64   `json:"lagSeconds"` // age of the oldest event that is not applied; 0: all are
}

// List returns the status of each projection that the release has, for the account. The
// pool's role is admin. NotFound: the account is not on this store.
func List(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID, release *model.Release) ([]Status, error) {
	byTable, err := readCursors(ctx, admin, account)
	if err != nil {
		return nil, pg.Fault(err)
	}
	live, ok := byTable[""]
	if !ok {
		return nil, fault.New(fault.NotFound, "Account %s is not on this store", account)
	}
	out := make([]Status, 0, len(release.Projections()))
	for _, p := range release.Projections() {
		status, own := byTable[p.Table]
		for at := p.Feeder(); at != nil && !own; at = at.Feeder() {
			status, own = byTable[at.Table] // a chained table stands where what feeds it does
		}
		if !own {
			status = live
		}
		status.Projection, status.Table, status.Helper = p.Name, p.Table, p.Helper
		out = append(out, status)
	}
	return out, nil
}

// readCursors returns the account's cursors by table; the live one stands under "".
func readCursors(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID) (map[string]Status, error) {
	rows, err := admin.Query(ctx, listSQL, account)
	if err != nil {
		return nil, err
	}
	byTable := map[string]Status{}
	var head int64
	var table *string
	status := Status{AccountID: account}
	_, err = pgx.ForEachRow(rows, []any{&head, &table, &status.State, &status.SequenceNumber, &status.LagSeconds}, func() error {
		status.LagEvents = head - status.SequenceNumber
		key := ""
		if table != nil {
			key = *table
		}
		byTable[key] = status
		return nil
	})
	return byTable, err
}

// DeadLetter is the event at which a projection of an account was parked.
type DeadLetter struct {
	AccountID       uuid.UUID `json:"accountId"`
	Projection      string    `json:"projection"`
	Table           string    `json:"table"`
	SequenceNumber  int64     `json:"sequenceNumber"` // of the event that could not be applied
	PayloadItemName string    `json:"payloadItemName"`
	Error           string    `json:"error"`
	Release         string    `json:"release"` // digest of the release it failed under
	Attempts        int       `json:"attempts"`
	FirstFailedAt   time.Time `json:"firstFailedAt"`
	LastFailedAt    time.Time `json:"lastFailedAt"`
}

// DeadLetters returns the dead letters of the account, or of all accounts of the store for
// the zero account, the oldest first. The pool's role is admin.
func DeadLetters(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID) ([]DeadLetter, error) {
	letters, err := list[DeadLetter](ctx, admin, deadLettersSQL, account)
	return letters, pg.Fault(err)
}

// list reads what a statement gives of the account, or of all for the zero account.
func list[T any](ctx context.Context, admin *pgxpool.Pool, sql string, account uuid.UUID) ([]T, error) {
	var wanted *uuid.UUID
	if account != uuid.Nil {
		wanted = &account
	}
	rows, err := admin.Query(ctx, sql, wanted)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[T])
}
