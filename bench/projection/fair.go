package projectionbench

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/notify"
)

const (
	fairAccounts = 99
	fairRate     = 200 // events a second over all of them
	fairTime     = 10 * time.Second
	fairRounds   = 3 // of each kind; one alone is at the mercy of a checkpoint
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
	quiet, err := f.lateness(ctx, teller, others)
	if err != nil {
		return err
	}
	flood := teller.history(flooding, floodEvents)
	if err := w.fill(ctx, flood); err != nil {
		return err
	}
	f.flood(flooding)
	flooded, err := f.lateness(ctx, teller, others)
	if err != nil {
		return err
	}
	var left int64
	if err := w.super.QueryRow(ctx, "SELECT $2 - sequence_number FROM store.live_cursors WHERE account_id = $1", flooding, int64(floodEvents)).Scan(&left); err != nil {
		return err
	}
	fmt.Fprintf(out, "  p99 lag of the others: quiet %.1f ms, under a flood %.1f ms (%d events of it were left)\n", quiet, flooded, left)
	numbers["fair.quiet_p99_ms"], numbers["fair.flood_p99_ms"], numbers["fair.ratio"] = quiet, flooded, flooded/quiet
	return nil
}

// flood tells the projector of the backlog.
func (f *following) flood(account uuid.UUID) {
	f.heads.Publish(notify.Signal{AccountID: account, SequenceNumber: floodEvents})
}

// lateness is the 99th percentile of the accounts' lag under a steady load, in milliseconds:
// the median of some rounds.
func (f *following) lateness(ctx context.Context, teller *storyteller, accounts []uuid.UUID) (float64, error) {
	var rounds []float64
	for range fairRounds {
		f.lags.forget()
		if err := f.loadFor(ctx, fairTime, fairRate, teller.placing(accounts)); err != nil {
			return 0, err
		}
		_, p99, err := f.lags.percentiles(accounts...)
		if err != nil {
			return 0, err
		}
		rounds = append(rounds, p99)
	}
	slices.Sort(rounds)
	return rounds[fairRounds/2], nil
}
