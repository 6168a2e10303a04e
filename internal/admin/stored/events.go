package stored

import (
	"context"
	_ "embed"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

//go:embed events.sql
var eventsSQL string

// Events is how many events of a type and version an account has.
type Events struct {
	StreamType string `json:"streamType"`
	Event      string `json:"event"`
	Version    int    `json:"version"`
	Count      int64  `json:"count"`
}

// Count counts the account's events, sorted by what they are. It reads all of them. The pool's
// role is admin.
func Count(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID) ([]Events, error) {
	rows, err := admin.Query(ctx, eventsSQL, account)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[Events])
}
