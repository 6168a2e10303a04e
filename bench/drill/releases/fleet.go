package releases

import (
	"context"
	_ "embed" // the statement below

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/model"
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
	var streams, events []string
	for _, b := range beginnings(release.IR) {
		streams, events = append(streams, b.stream), append(events, b.event)
	}
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

// beginning is an event that a stream can begin with, and that need not say anything.
type beginning struct{ stream, event string }

// beginnings are those of the model, one for each type that has one.
func beginnings(ir *model.IR) []beginning {
	var all []beginning
	for _, s := range ir.Streams {
		silent := map[string]bool{}
		for _, e := range s.Events {
			silent[e.Name] = true
			for _, a := range e.Attributes {
				silent[e.Name] = silent[e.Name] && a.Optional
			}
		}
		for _, c := range s.Commands {
			if c.Creates && len(c.Raises) > 0 && silent[c.Raises[0].Event] {
				all = append(all, beginning{s.Name, c.Raises[0].Event})
				break
			}
		}
	}
	return all
}
