package projection

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
)

// AccountStatement is a statement that names an account, with arguments that make it act
// on what the account has.
type AccountStatement struct {
	SQL       string
	Arguments []any
	Writes    bool
}

// AccountStatements returns every statement of the roles that are bound to an account, for
// one parked projection of the account and one row of each table.
func AccountStatements(release *model.Release, account uuid.UUID, parked string, row uuid.UUID, at int64) map[string]AccountStatement {
	out := map[string]AccountStatement{
		"claim":           {claimSQL, []any{account}, false},
		"not live":        {notLiveSQL, []any{account}, false},
		"advance":         {advanceSQL, []any{account, at, at + 1}, true},
		"park":            {parkSQL, []any{account, "another", at}, true},
		"park again":      {parkSQL, []any{account, parked, at}, true},
		"bury":            {burySQL, []any{account, "another", "P", at, "E", "x", "r"}, true},
		"bury again":      {burySQL, []any{account, parked, "P", at, "E", "x", "r"}, true},
		"parked cursor":   {parkedCursorSQL, []any{account, parked}, false},
		"live cursor":     {liveCursorSQL, []any{account}, false},
		"hold live":       {holdLiveSQL, []any{account}, false},
		"advance parked":  {advanceParkedSQL, []any{account, parked, int64(0), int64(1)}, true},
		"join live":       {joinLiveSQL, []any{account, parked, int64(0)}, true},
		"buried":          {buriedSQL, []any{account, parked}, false},
		"skip":            {skipSQL, []any{account, parked, int64(1), "reason", "actor"}, true},
		"skipped":         {skippedSQL, []any{account, parked}, false},
		"skipped events":  {skippedEventsSQL, []any{account}, false},
		"list":            {listSQL, []any{account}, false},
		"dead letters":    {deadLettersSQL, []any{account}, false},
		"all the letters": {deadLettersSQL, []any{nil}, false},
	}
	for _, projection := range release.Projections() {
		t := newTarget(projection)
		arguments := []any{account, []uuid.UUID{row}, []int64{at}, []*string{nil}}
		for range t.cells {
			arguments = append(arguments, []*string{nil})
		}
		out["load "+projection.Name] = AccountStatement{t.load, []any{account, []uuid.UUID{row}}, false}
		out["save "+projection.Name] = AccountStatement{t.save, arguments, true}
	}
	return out
}

// ApplyAsZombie writes a page of the account as a worker would that lost its claim without
// knowing: it believes that the cursor is where it was not any more.
func ApplyAsZombie(ctx context.Context, pool *pgxpool.Pool, release *model.Release, account uuid.UUID, from int64) error {
	p := page{account: account, plan: newPlan(release), limits: limitsOf(0, 0)}
	return pg.InAccount(ctx, pool, account, func(tx pgx.Tx) error {
		p.tx = tx
		events, _, err := readPage(ctx, tx, es.AccountRange{AccountID: account, After: from}, p.limits)
		if err != nil {
			return err
		}
		changes := p.plan.distribute(events, nil)
		if err := load(ctx, tx, account, changes); err != nil {
			return err
		}
		_, err = p.write(ctx, changes, outcome{from: from, to: events[len(events)-1].SequenceNumber})
		return err
	})
}

// ErrLost is what a zombie gets.
var ErrLost = errLost
