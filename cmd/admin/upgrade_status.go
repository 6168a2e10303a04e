package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/upgrade"
)

// upgradeShown is a run with its accounts and what they come to.
type upgradeShown struct {
	upgrade.Run
	Accounts []upgrade.Account `json:"accounts"`
	Summary  upgrade.Summary   `json:"summary"`
}

func (a *app) upgradeStatusCommand() *cobra.Command {
	var watch bool
	status := &cobra.Command{
		Use: "status [UPGRADE]", Aliases: []string{"report"}, Args: cobra.MaximumNArgs(1), Short: "Show the upgrades, or how far one is and what it took",
		Long: `Of one upgrade it shows each wave with its accounts by state, what failed and why, how many events were read and rows
written, how long appends waited, and while it runs how long it will take by the rate so far.`,
		Example: "  admin upgrade status\n  admin upgrade status 2026.12.1-1 --watch\n  admin upgrade report 2026.12.1-1 --output json",
	}
	status.Flags().BoolVar(&watch, "watch", false, "show it again every two seconds until it comes to rest")
	status.RunE = a.run(func(ctx context.Context, args []string) error {
		if len(args) == 0 {
			return a.listUpgrades(ctx)
		}
		for {
			shown, err := a.upgradeOf(ctx, args[0])
			if err != nil {
				return err
			}
			if err := a.printUpgrade(shown); err != nil {
				return err
			}
			if !watch || shown.State != upgrade.Running && shown.State != upgrade.RollingBack {
				return nil
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(2 * time.Second):
			}
		}
	})
	return status
}

func (a *app) listUpgrades(ctx context.Context) error {
	runs, err := a.runsOf(ctx)
	if err != nil {
		return err
	}
	all, err := runs.All(ctx)
	if err != nil {
		return away(err, a.config.catalogURL)
	}
	return printList(a, all, "No upgrade was planned yet: admin upgrade plan.",
		left("upgrade", func(r upgrade.Run) string { return r.ID }),
		left("to", func(r upgrade.Run) string { return r.Version }),
		left("state", func(r upgrade.Run) string { return r.State }),
		left("wave", func(r upgrade.Run) string { return fmt.Sprintf("%d of %d", r.OpenWave+1, len(r.Waves)) }),
		left("planned", func(r upgrade.Run) string { return a.age(r.CreatedAt) + ", by " + r.CreatedBy }))
}

func (a *app) upgradeOf(ctx context.Context, id string) (upgradeShown, error) {
	runs, err := a.runsOf(ctx)
	if err != nil {
		return upgradeShown{}, err
	}
	var shown upgradeShown
	if shown.Run, err = runs.Get(ctx, id); err != nil {
		return shown, advise(err, "catalog", "admin upgrade status")
	}
	if shown.Accounts, err = runs.Accounts(ctx, id); err != nil {
		return shown, away(err, a.config.catalogURL)
	}
	shown.Summary = upgrade.Summarise(shown.Run, shown.Accounts, a.Now())
	return shown, nil
}

func (a *app) showUpgrade(ctx context.Context, id string) error {
	shown, err := a.upgradeOf(ctx, id)
	if err != nil {
		return err
	}
	return a.printUpgrade(shown)
}

func (a *app) printUpgrade(shown upgradeShown) error {
	if a.flags.output == "json" {
		return a.printJSON(shown)
	}
	s := shown.Summary
	fmt.Fprintf(a.Out, "upgrade %s to %s: %s\n", shown.ID, shown.Version, shown.State)
	columns := []column[upgrade.WaveSummary]{
		left("wave", func(w upgrade.WaveSummary) string { return fmt.Sprint(w.Wave + 1) }),
		right("accounts", func(w upgrade.WaveSummary) string { return count(int64(w.Accounts)) }),
	}
	for _, state := range []string{upgrade.Pending, upgrade.Building, upgrade.Verified, upgrade.OnRelease, upgrade.Contracted, upgrade.RolledBack, upgrade.Failed} {
		if s.States[state] > 0 {
			columns = append(columns, right(state, func(w upgrade.WaveSummary) string { return count(int64(w.States[state])) }))
		}
	}
	if err := printList(a, s.Waves, "It has no accounts.", columns...); err != nil {
		return err
	}
	if shown.Waits != "" {
		fmt.Fprintln(a.Out, shown.Waits)
	}
	for _, account := range shown.Accounts {
		if account.Error != "" {
			fmt.Fprintf(a.Out, "%s %s: %s\n", account.Name, account.State, account.Error)
		}
	}
	fmt.Fprintf(a.Out, "%s built from %s events (%s of all), %s rows; appends waited %.1f ms at p99\n",
		several(s.Tables, "table"), count(s.EventsRead), percent(s.EventsRead, s.Events), count(s.Rows), s.PauseP99)
	if s.Elapsed > 0 {
		line := "it took " + duration(s.Elapsed)
		if s.Left > 0 {
			line = duration(s.Elapsed) + " so far, about " + duration(s.Left) + " to go"
		}
		fmt.Fprintln(a.Out, line)
	}
	return nil
}

func waveText(waves []int) string {
	texts := make([]string, len(waves))
	for i, n := range waves {
		texts[i] = fmt.Sprint(n)
	}
	if len(waves) == 1 {
		return "one wave"
	}
	return fmt.Sprintf("%d waves (%s)", len(waves), strings.Join(slices.Clip(texts), ", "))
}

func percent(part, whole int64) string {
	if whole == 0 {
		return "0 %"
	}
	return fmt.Sprintf("%.0f %%", 100*float64(part)/float64(whole))
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
