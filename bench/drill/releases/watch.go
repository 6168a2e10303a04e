package releases

import (
	"context"
	"time"

	"github.com/polderhq/polder/bench/drill"
	"github.com/polderhq/polder/internal/upgrade"
)

// summary is how far the upgrade is; nothing while nobody knows.
func (d *round) summary(ctx context.Context) (s upgrade.Summary, accounts []upgrade.Account) {
	run, err := d.runs.Get(ctx, d.upgrade)
	if err != nil {
		return s, nil
	}
	if accounts, err = d.runs.Accounts(ctx, d.upgrade); err != nil {
		return s, nil
	}
	return upgrade.Summarise(run, accounts, time.Now()), accounts
}

func (d *round) states() map[string]int {
	s, _ := d.summary(context.Background())
	return s.States
}

// collect takes the pauses and what was built from the report of the upgrade.
func (d *round) collect(ctx context.Context) {
	s, accounts := d.summary(ctx)
	d.report.summary = s
	for _, a := range accounts {
		if a.PauseMS != nil {
			d.report.pauses = append(d.report.pauses, *a.PauseMS)
		}
	}
	d.report.accounts = accounts
}

// tell says how far things are, until ctx ends.
func (d *round) tell(ctx context.Context) {
	ticker := time.NewTicker(sayEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		f := d.load.Book().Figures()
		d.Say("%d commands, %d queries, %d failed, %d sent again, %d not seen; accounts: %v", f.Acknowledged, f.Queries, f.Failures, f.Retried, f.Violations, d.states())
	}
}

// passes waits until clients have sent so many commands more.
func (d *round) passes(ctx context.Context, commands int) error {
	wanted := d.load.Book().Figures().Acknowledged + commands
	return drill.Until(ctx, "commands", func() (bool, error) { return d.load.Book().Figures().Acknowledged >= wanted, nil })
}
