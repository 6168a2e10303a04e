package releases

import (
	"context"
	_ "embed" // the statement below

	"github.com/jackc/pgx/v5"

	modelbench "github.com/polderhq/polder/bench/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/test/traffic"
)

// history.sql stores events of an account.
//
//go:embed history.sql
var historySQL string

// found makes the accounts on the release, each with its past and a key.
func (d *round) found(ctx context.Context, release *compile.Result) ([]traffic.Account, error) {
	accounts, err := d.Found(ctx, d.settings.accounts, release.Digest)
	if err != nil {
		return nil, err
	}
	streams, events := modelbench.Beginnings(release.IR)
	conn, err := pgx.Connect(ctx, d.URL()) // as a superuser: nobody else stores events but with a decision
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, account := range accounts {
		if _, err := conn.Exec(ctx, historySQL, account.ID, streams, events, past); err != nil {
			return nil, err
		}
	}
	return accounts, nil
}
