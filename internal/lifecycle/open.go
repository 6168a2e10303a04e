package lifecycle

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

// Open is a work that was begun and has not ended.
type Open struct {
	tenant.Work
	Title  string // "move of account northwind to store east"
	GoOn   string // the command of admin that goes on with it
	Back   string // the one that takes it back; empty: nothing does
	AtWork bool   // a process works on it at this moment
	Fenced bool   // the account is in use, and its commands wait or are refused until the work goes on
	Kept   bool   // it is over, but for what was left to be looked at: a move that is not confirmed
}

// Open returns the works that were begun and have not ended, the oldest first. A store that does not answer is
// taken to be as the catalog has it.
func (r *Runner) Open(ctx context.Context) ([]Open, error) {
	works, err := r.Catalog.Works(ctx)
	if err != nil {
		return nil, err
	}
	names, err := r.names(ctx)
	if err != nil {
		return nil, err
	}
	held, err := r.held(ctx, works)
	if err != nil {
		return nil, err
	}
	var open []Open
	for _, w := range works {
		if w.State == stateErased {
			continue // what is left of it is a receipt
		}
		o := Open{Work: w, AtWork: held[w.AccountID]}
		switch w.Kind {
		case "move":
			r.openMove(ctx, &o, names[w.AccountID])
		case "erase":
			o.openErasure(names[w.AccountID])
		default:
			o.openCopy(names)
		}
		open = append(open, o)
	}
	return open, nil
}

// names are those of the accounts that the catalog knows.
func (r *Runner) names(ctx context.Context) (map[uuid.UUID]string, error) {
	accounts, err := r.Catalog.Accounts(ctx)
	names := map[uuid.UUID]string{}
	for _, a := range accounts {
		names[a.ID] = a.Name
	}
	return names, err
}

// held are the accounts that a process works on at this moment; see holding.
func (r *Runner) held(ctx context.Context, works []tenant.Work) (map[uuid.UUID]bool, error) {
	accounts, keys := make([]uuid.UUID, len(works)), make([]string, len(works))
	for i, w := range works {
		accounts[i], keys[i] = w.AccountID, lockKey(w.AccountID)
	}
	rows, err := r.Locks.Query(ctx, heldSQL, accounts, keys)
	if err != nil {
		return nil, pg.Fault(err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
	held := map[uuid.UUID]bool{}
	for _, account := range found {
		held[account] = true
	}
	return held, pg.Fault(err)
}

func (r *Runner) openMove(ctx context.Context, o *Open, name string) {
	o.Title = fmt.Sprintf("move of account %s to store %s", name, o.ToStore)
	o.GoOn = fmt.Sprintf("admin account move %s --to-store %s", name, o.ToStore)
	o.Fenced = o.State == stateFenced
	place, err := r.Places(ctx, o.FromStore)
	switch {
	case o.State != stateMoved:
		o.Back = fmt.Sprintf("admin account move %s --cancel", name)
		if err != nil {
			return
		}
		if now, err := readFacts(ctx, place, o.AccountID); err == nil {
			o.Fenced = now.State == string(tenant.Moving)
		}
	case err == nil:
		var left bool
		if err := place.Admin.QueryRow(ctx, leftSQL, o.AccountID).Scan(&left); err == nil && left {
			o.Kept, o.GoOn = true, fmt.Sprintf("admin account move %s --confirm --yes", name)
		}
	}
}

func (o *Open) openErasure(name string) {
	o.Title = "erasure of account " + name
	o.GoOn = fmt.Sprintf("admin account erase %s --yes", o.AccountID)
	o.Fenced = true
}

func (o *Open) openCopy(names map[uuid.UUID]string) {
	var c copying
	if err := json.Unmarshal(o.Parameters, &c); err != nil {
		o.Title, o.GoOn = "copy "+o.AccountID.String(), fmt.Sprintf("admin account erase %s --yes", o.AccountID)
		return
	}
	o.Back = fmt.Sprintf("admin account erase %s --yes", c.Name)
	source, known := names[c.Source]
	if !known {
		source = c.Source.String()
	}
	switch {
	case c.Digest != "":
		o.Title = fmt.Sprintf("import of account %s to store %s", c.Name, o.ToStore)
		o.GoOn = fmt.Sprintf("admin account import FOLDER --store %s --name %s --id %s", o.ToStore, c.Name, o.AccountID)
	case c.Until == 0:
		o.Title = fmt.Sprintf("clone %s of account %s, which had no events, on store %s", c.Name, source, o.ToStore)
		o.GoOn = fmt.Sprintf("admin account clone %s %s --store %s", source, c.Name, o.ToStore)
	default: // of a clone too: it goes on to the event that it was begun for
		o.Title = fmt.Sprintf("copy %s of account %s up to event %d, on store %s", c.Name, source, c.Until, o.ToStore)
		o.GoOn = fmt.Sprintf("admin account restore %s %s --sequence %d --store %s", source, c.Name, c.Until, o.ToStore)
	}
}
