package projectionbench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/pg"
)

const (
	fairAccounts = 99
	fairRate     = 200 // events a second over all of them
	fairTime     = 10 * time.Second
	fairRounds   = 5 // of each kind; one alone is at the mercy of a checkpoint
	floodEvents  = 200_000
)

// fairness compares how late the events of quiet accounts are applied while another account
// is quiet as well, and while it has a backlog.
func fairness(ctx context.Context, out io.Writer, numbers map[string]float64) error {
	w, err := openERP(ctx, out, "join")
	defer w.close(ctx)
	if err != nil {
		return err
	}
	teller, err := newStoryteller(w.release)
	if err != nil {
		return err
	}
	accounts, err := w.newAccounts(ctx, fairAccounts+1)
	if err != nil {
		return err
	}
	others, flooding := accounts[:fairAccounts], accounts[fairAccounts]
	f, err := w.follow(ctx)
	defer f.stop()
	if err != nil {
		return err
	}
	if err := f.loadFor(ctx, fairTime/2, fairRate, teller.placing(others)); err != nil { // to warm up
		return err
	}
	if err := w.fill(ctx, teller.history(flooding, floodEvents)); err != nil {
		return err
	}
	var rounds [2][]float64 // held, and not
	for range fairRounds {
		quiet, flooded, err := f.inTurns(ctx, teller, others, flooding)
		if err != nil {
			return err
		}
		rounds[0], rounds[1] = append(rounds[0], quiet), append(rounds[1], flooded)
	}
	quiet, flooded := median(rounds[0]), median(rounds[1])
	var left int64
	if err := w.super.QueryRow(ctx, "SELECT $2 - sequence_number FROM store.live_cursors WHERE account_id = $1", flooding, int64(floodEvents)).Scan(&left); err != nil {
		return err
	}
	fmt.Fprintf(out, "  p99 lag of the others: quiet %.1f ms, under a flood %.1f ms (%d events of it were left)\n", quiet, flooded, left)
	numbers["fair.quiet_p99_ms"], numbers["fair.flood_p99_ms"], numbers["fair.ratio"] = quiet, flooded, flooded/quiet
	return nil
}

// inTurns is how late the others' events are applied while the flooding account is held, and
// then while it is not.
func (f *following) inTurns(ctx context.Context, teller *storyteller, others []uuid.UUID, flooding uuid.UUID) (quiet, flooded float64, err error) {
	hold, err := f.hold(ctx, flooding)
	if err != nil {
		return 0, 0, err
	}
	quiet, err = f.lateness(ctx, teller, others)
	if err := errors.Join(err, hold.Rollback(ctx)); err != nil {
		return 0, 0, err
	}
	f.heads.Publish(notify.Signal{AccountID: flooding, SequenceNumber: floodEvents})
	flooded, err = f.lateness(ctx, teller, others)
	return quiet, flooded, err
}

// hold has a transaction claim the account, as a projector does that is at it.
func (f *following) hold(ctx context.Context, account uuid.UUID) (pgx.Tx, error) {
	tx, err := f.pools[pg.Builder].Begin(ctx)
	if err != nil {
		return nil, err
	}
	_, err = tx.Exec(ctx, "SELECT FROM store.live_cursors WHERE account_id = $1 FOR UPDATE", account)
	return tx, err
}

// lateness is the 99th percentile of the accounts' lag under a steady load, in milliseconds.
func (f *following) lateness(ctx context.Context, teller *storyteller, accounts []uuid.UUID) (float64, error) {
	f.lags.forget()
	if err := f.loadFor(ctx, fairTime, fairRate, teller.placing(accounts)); err != nil {
		return 0, err
	}
	_, p99, err := f.lags.percentiles(accounts...)
	return p99, err
}
