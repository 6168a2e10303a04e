package projectionbench

import (
	"context"
	_ "embed" // the statement below
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	modelbench "github.com/polderhq/polder/bench/model"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/internal/upgrade"
)

const (
	wideAccounts = 8
	wideEvents   = 200 // of each account, every one of another type of stream
	wideCommits  = 200
)

//go:embed sql/wide_history.sql
var wideHistorySQL string

// wide is accounts with few events on a model with many tables, about to run on the next release of it.
type wide struct {
	*world
	next     *model.Release
	accounts []uuid.UUID
	tables   int // that the next release keeps otherwise
	plans    *projection.Plans
	commit   float64            // seconds that a small transaction takes
	took     map[string]float64 // seconds by step, over all accounts
}

// Wide measures what an account of a few events takes that goes to the next release of a model as
// large as that of AFAS, step by step, beside small transactions on the same disk.
func Wide(ctx context.Context, out io.Writer) (map[string]float64, error) {
	w := &wide{world: &world{}, took: map[string]float64{}}
	defer func() { w.close(ctx) }()
	if err := w.prepare(ctx, out); err != nil {
		return nil, err
	}
	began := time.Now()
	for _, account := range w.accounts {
		if err := w.upgrade(ctx, account); err != nil {
			return nil, fmt.Errorf("account %s: %w", account, err)
		}
	}
	whole := time.Since(began).Seconds()
	if err := w.commits(ctx); err != nil {
		return nil, err
	}
	perAccount := whole / float64(len(w.accounts))
	numbers := map[string]float64{
		"wide.tables":             float64(w.tables),
		"wide.account_ms":         1000 * perAccount,
		"wide.table_ms":           1000 * perAccount / float64(w.tables),
		"wide.table_ratio_commit": perAccount / float64(w.tables) / w.commit,
		"wide.commit_ms":          1000 * w.commit,
	}
	for step, seconds := range w.took {
		numbers["wide."+step+"_ms"] = 1000 * seconds / float64(len(w.accounts))
	}
	return numbers, nil
}

// prepare makes the accounts, with the rows of the release before.
func (w *wide) prepare(ctx context.Context, out io.Writer) (err error) {
	before, err := wideRelease(false)
	if err != nil {
		return err
	}
	if w.next, err = wideRelease(true); err != nil {
		return err
	}
	if w.world, err = open(ctx, out, before); err != nil {
		return err
	}
	began := time.Now()
	if err := projection.Expand(ctx, w.pools[pg.Owner], w.next); err != nil {
		return err
	}
	fmt.Fprintf(out, "  the tables of the next release are made, after %.1f s\n", time.Since(began).Seconds())
	number, err := strconv.Atoi(os.Getenv("ACCOUNTS"))
	if err != nil {
		number = wideAccounts
	}
	if w.accounts, err = w.newAccounts(ctx, number); err != nil {
		return err
	}
	streams, events := modelbench.Beginnings(before.IR())
	for _, account := range w.accounts {
		if err := w.exec(ctx, wideHistorySQL, account, streams, events, wideEvents); err != nil {
			return err
		}
	}
	if err := w.enroll(ctx, w.host(), w.accounts); err != nil {
		return err
	}
	p, err := w.start(ctx)
	if err != nil {
		return err
	}
	defer p.kill()
	if err := w.allApplied(ctx, 0); err != nil {
		return err
	}
	w.plans = projection.NewPlans(w)
	return w.settle(ctx)
}

// wideRelease is the generated model, or the one that follows it.
func wideRelease(next bool) (*model.Release, error) {
	compiled, err := compile.Compile(modelbench.Generate(modelbench.AFAS(), next))
	if err != nil {
		return nil, err
	}
	canonical, err := model.Canonical(compiled.IR)
	if err != nil {
		return nil, err
	}
	return model.Load(canonical)
}

// upgrade takes the account to the next release, and ends the grace.
func (w *wide) upgrade(ctx context.Context, account uuid.UUID) error {
	admin, builder := w.pools[pg.Admin], w.pools[pg.Builder]
	move := upgrade.Move{AccountID: account, From: w.release, To: w.next}
	missing := int64(0)
	fmt.Fprintf(w.log, "  %s:", account)
	defer fmt.Fprintln(w.log)
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"enter", func() (err error) { missing, err = move.Enter(ctx, admin); return err }},
		{"build", func() error { return w.build(ctx, account) }},
		{"switch", func() error { _, err := move.Switch(ctx, admin); return err }},
		{"contract", func() error {
			_, err := upgrade.Contract{AccountID: account, Keep: w.next, Leave: []*model.Release{w.release}}.Run(ctx, admin, builder)
			return err
		}},
	} {
		began := time.Now()
		if err := step.do(); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
		took := time.Since(began).Seconds()
		w.took[step.name] += took
		fmt.Fprintf(w.log, " %s %.0f ms", step.name, 1000*took)
	}
	w.tables = int(missing)
	return nil
}

func (w *wide) build(ctx context.Context, account uuid.UUID) error {
	results, err := build.Run(ctx, build.Config{Builder: w.pools[pg.Builder], Owner: w.pools[pg.Owner], Plans: w.plans},
		build.Job{AccountID: account, Release: w.next, Beside: []*model.Release{w.release}})
	for _, r := range results {
		if err == nil && !r.Live {
			err = fmt.Errorf("%s was not built: %s", r.Projection, r.Error)
		}
	}
	return err
}

// commits measures small transactions that the disk has to have.
func (w *wide) commits(ctx context.Context) error {
	began := time.Now()
	for range wideCommits {
		err := pgx.BeginFunc(ctx, w.pools[pg.Builder], func(tx pgx.Tx) error {
			_, err := tx.Exec(ctx, "SELECT pg_catalog.pg_logical_emit_message(true, 'bench', '')")
			return err
		})
		if err != nil {
			return err
		}
	}
	w.commit = time.Since(began).Seconds() / wideCommits
	return nil
}
