package faults

import (
	"context"
	_ "embed" // the statements below
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"

	"github.com/polderhq/polder/test/traffic"
)

//go:embed moves.sql
var movesSQL string

//go:embed broken_moves.sql
var brokenMovesSQL string

//go:embed left_behind.sql
var leftBehindSQL string

// recordMoves has the database note every page that a projector commits.
func (p *place) recordMoves(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, p.URL())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, movesSQL)
	return err
}

// check holds everything against everything, once the load has ended and all is applied.
func (p *place) check(ctx context.Context, r *report) error {
	began := time.Now()
	for _, account := range p.accounts {
		found, err := p.load.Check(ctx, p.Builder, account, 0)
		if err != nil {
			return err
		}
		r.found.Add(account.Name, found)
		differences, err := traffic.Guards(ctx, p.Pool, account.ID)
		if err != nil {
			return err
		}
		for _, difference := range differences {
			r.wrong(&r.Guards, "%s: guard %s", account.Name, difference)
		}
	}
	r.CheckedPerSecond = float64(r.found.Operations()+r.found.Events) / time.Since(began).Seconds()
	orders := r.book.Orders()
	wrong, err := p.load.Shown(ctx, orders[max(0, len(orders)-asked):], false)
	if err != nil {
		return err
	}
	r.Orders = wrong
	if err := p.checkProjectors(ctx, r); err != nil {
		return err
	}
	return p.verify(ctx, r)
}

const (
	asked     = 300 // orders that are asked for at the end, of the last ones
	verifiers = 2   // at a time
)

// checkProjectors checks that pages follow each other, that none is missing, and that nothing is parked.
func (p *place) checkProjectors(ctx context.Context, r *report) error {
	conn, err := pgx.Connect(ctx, p.URL())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := conn.QueryRow(ctx, brokenMovesSQL).Scan(&r.Pages, &r.BrokenPages); err != nil {
		return err
	}
	return conn.QueryRow(ctx, leftBehindSQL).Scan(&r.Behind, &r.Parked)
}

// verify compares the rows of all accounts that were used with a fold of their events.
func (p *place) verify(ctx context.Context, r *report) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(verifiers)
	for _, account := range p.accounts {
		group.Go(func() error {
			var rows []struct{ Rows, Mismatches int }
			err := p.Operate(ctx, &rows, "projection", "verify", "--account", account.Name)
			r.mu.Lock()
			defer r.mu.Unlock()
			if err != nil {
				r.RowsWrong++
				r.Texts = append(r.Texts, fmt.Sprintf("%s: %v", account.Name, err))
			}
			for _, row := range rows {
				r.RowsWrong += row.Mismatches
				r.RowsCompared += row.Rows
			}
			return ctx.Err()
		})
	}
	return group.Wait()
}
