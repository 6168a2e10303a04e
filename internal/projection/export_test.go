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
	own := []string{parked}
	job := []any{account, "copying", "source", row}
	out := map[string]AccountStatement{
		"claim":           {claimSQL, []any{account}, false},
		"not live":        {notLiveSQL, []any{account}, false},
		"advance":         {advanceSQL, []any{account, at, at + 1}, true},
		"park":            {parkSQL, []any{account, "another", at}, true},
		"park again":      {parkSQL, []any{account, parked, at}, true},
		"bury":            {burySQL, []any{account, "another", "P", at, "E", "x", "r"}, true},
		"bury again":      {burySQL, []any{account, parked, "P", at, "E", "x", "r"}, true},
		"own cursor":      {ownCursorSQL, []any{account, parked}, false},
		"own cursors":     {ownCursorsSQL, []any{account, own, int64(0)}, false},
		"occupied":        {occupiedSQL([]string{release.Projection("Orders").Table}), []any{account}, false},
		"hold live":       {holdLiveSQL, []any{account}, false},
		"advance own":     {advanceOwnSQL, []any{account, own, int64(0), int64(1)}, true},
		"join live":       {joinLiveSQL, []any{account, own, int64(0)}, true},
		"buried":          {buriedSQL, []any{account, parked}, false},
		"skip":            {skipSQL, []any{account, parked, int64(1), "reason", "actor"}, true},
		"skipped":         {skippedSQL, []any{account}, false},
		"skipped events":  {skippedEventsSQL, []any{account}, false},
		"list":            {listSQL, []any{account}, false},
		"dead letters":    {deadLettersSQL, []any{account}, false},
		"all the letters": {deadLettersSQL, []any{nil}, false},
		"next fan-out":    {nextFanOutSQL, []any{account, []string{"copying"}}, false},
		"advance fan-out": {advanceFanOutSQL, append(job[:4:4], row, 5), true},
		"end fan-out":     {endFanOutSQL, job, true},
		"adopt fan-outs":  {adoptFanOutsSQL, []any{account, "copying", "another"}, true},
		"fail fan-out":    {failFanOutSQL, append(job[:4:4], "x"), true},
	}
	plan := NewPlan(release)
	for _, projection := range release.Projections() {
		t := plan.Target(projection.Name)
		arguments := []any{account, []uuid.UUID{row}, []*string{nil}}
		if t.Table.sequenced {
			arguments = append(arguments, []int64{at})
		}
		for range t.cells {
			arguments = append(arguments, []*string{nil})
		}
		out["load "+projection.Name] = AccountStatement{t.load, []any{account, []uuid.UUID{row}}, false}
		out["save "+projection.Name] = AccountStatement{t.save, arguments, true}
		out["remove "+projection.Name] = AccountStatement{t.remove, []any{account, []uuid.UUID{row}}, true}
		for _, f := range t.follows {
			out["fan out "+projection.Name] = AccountStatement{f.start, []any{account, t.Table.Name, f.ref.SQL, []uuid.UUID{row}, true}, true}
			out["batch "+projection.Name] = AccountStatement{f.batch, []any{account, row, uuid.Nil, 10}, false}
		}
	}
	return out
}

// ApplyAsZombie writes a page of the account as a worker would that lost its claim without
// knowing: it believes that the cursor is where it was not any more.
func ApplyAsZombie(ctx context.Context, pool *pgxpool.Pool, release *model.Release, account uuid.UUID, from int64) error {
	p := page{account: account, plan: NewPlan(release), limits: limitsOf(0, 0)}
	return pg.InAccount(ctx, pool, account, func(tx pgx.Tx) error {
		p.tx = tx
		events, _, err := readPage(ctx, tx, es.AccountRange{AccountID: account, After: from}, p.limits)
		if err != nil {
			return err
		}
		w := newWriter(p, map[string]string{})
		if _, err = p.write(ctx, w, p.plan.distribute(events, func(*Unit) bool { return false })); err != nil {
			return err
		}
		w.batch.Queue(advanceSQL, account, from, events[len(events)-1].SequenceNumber).Exec(moved)
		return w.flush(ctx)
	})
}

// ErrLost is what a zombie gets.
var ErrLost = errLost

// StepOf says what Step works on.
type StepOf struct {
	Account uuid.UUID
	Events  int // in the page; zero: 500
	Beside  []*model.Release
}

// Step applies a page and a batch of a fan-out, as a worker does that is killed after it.
func Step(ctx context.Context, projector *pgxpool.Pool, release *model.Release, of StepOf) error {
	p := page{account: of.Account, plan: NewPlan(release, of.Beside...), limits: limitsOf(of.Events, 0)}
	if done, err := applyPage(ctx, projector, p); err != nil || !done.fanOuts {
		return err
	}
	_, err := applyFanOut(ctx, projector, p)
	return err
}

// OccupiedSQL is the statement that asks tables whether they have rows of an account.
var OccupiedSQL = occupiedSQL
