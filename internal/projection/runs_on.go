package projection

import (
	"context"
	_ "embed" // the statement below
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

//go:embed sql/runs_on.sql
var runsOnSQL string

// RunsOn returns the digests of the releases that the account's tables are of: the one that it
// runs on, then the one that it goes to or came from. None: it never changed its release, and
// the catalog says which one it is. The pool's role is admin. NotFound: it is not on this store.
func RunsOn(ctx context.Context, admin *pgxpool.Pool, account uuid.UUID) ([]string, error) {
	var c claim
	err := admin.QueryRow(ctx, runsOnSQL, account).Scan(&c.release, &c.next)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, fault.New(fault.NotFound, "Account %s is not on this store", account)
	}
	return c.digests(), pg.Fault(err)
}
