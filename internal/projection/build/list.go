package build

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/pg"
)

// Status is a build under way, or one that failed, as the store has it.
type Status struct {
	AccountID  uuid.UUID `json:"accountId"`
	Table      string    `json:"table"`
	Projection string    `json:"projection"`
	Until      int64     `json:"until"`
	EventsRead int64     `json:"eventsRead"` // of Until; one that is folded counts half, until it is proven
	Rows       int64     `json:"rows"`
	Phase      string    `json:"phase"`
	Paused     bool      `json:"paused"`
	Error      *string   `json:"error,omitempty"`
	StartedAt  time.Time `json:"startedAt"`
	ChangedAt  time.Time `json:"changedAt"`
}

// List returns the builds of the account, or of all accounts of the store for the zero
// account, the oldest first. The pool's role is admin.
func List(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID) ([]Status, error) {
	rows, err := admin.Query(ctx, listSQL, optional(account))
	if err != nil {
		return nil, pg.Fault(err)
	}
	statuses, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Status])
	return statuses, pg.Fault(err)
}

// Pause makes builds wait before their next batch, or go on; of the account, or of all
// accounts of the store for the zero account, and of the projection, or of all when it is
// empty. It returns how many there are. The pool's role is admin.
func Pause(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID, projection string, pause bool) (int64, error) {
	var name *string
	if projection != "" {
		name = &projection
	}
	tag, err := admin.Exec(ctx, pauseSQL, optional(account), name, pause)
	return tag.RowsAffected(), pg.Fault(err)
}

func optional(account uuid.UUID) *uuid.UUID {
	if account == uuid.Nil {
		return nil
	}
	return &account
}
