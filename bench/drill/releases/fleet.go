package drill

import (
	"context"
	_ "embed" // the statement below
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/test/traffic"
)

// history.sql stores events of an account.
//
//go:embed history.sql
var historySQL string

// fleet is the accounts of a site.
type fleet struct {
	ids      []uuid.UUID
	accounts []traffic.Account
}

// found makes the accounts on the release, each with its history and a key.
func (s *site) found(ctx context.Context, release tenant.Release, ir *model.IR) (*fleet, error) {
	catalog, f := tenant.NewCatalog(s.pool).As("drill"), &fleet{}
	var streams, events []string
	for _, b := range beginnings(ir) {
		streams, events = append(streams, b.stream), append(events, b.event)
	}
	conn, err := pgx.Connect(ctx, s.url()) // as a superuser: nobody else stores events but with a decision
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for i := range s.accounts {
		id := uuid.New()
		if err := es.CreateAccount(ctx, s.pool, id, 1); err != nil {
			return nil, err
		}
		account, err := catalog.CreateAccount(ctx, tenant.NewAccount{ID: id, Name: fmt.Sprintf("company-%d", i), StoreID: storeID, Release: release.Digest})
		if err != nil {
			return nil, err
		}
		if err := catalog.SetBudget(ctx, id, 100_000, 100_000); err != nil {
			return nil, err
		}
		_, token, err := catalog.CreateKey(ctx, id, "drill", []string{"*"})
		if err != nil {
			return nil, err
		}
		if _, err := conn.Exec(ctx, historySQL, id, streams, events, history); err != nil {
			return nil, err
		}
		f.ids, f.accounts = append(f.ids, id), append(f.accounts, traffic.Account{Name: account.Name, Token: token})
	}
	return f, nil
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
