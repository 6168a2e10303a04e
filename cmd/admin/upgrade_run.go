package main

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/upgrade"
)

func (a *app) upgradeRunCommand() *cobra.Command {
	var f runnerFlags
	run := &cobra.Command{
		Use: "run UPGRADE", Args: takes("UPGRADE"), Short: "Work on a planned upgrade until all accounts are on the release",
		Long: `Takes the accounts to the release, wave by wave: builds what each lacks beside what it has, proves it, and switches the
account in one transaction. Requests go on all the while; an account's appends wait for milliseconds.

The next wave is let in when the accounts of the last one are well: none failed, nothing was parked, no projector is
far behind, no auditor found wrong rows; and where a Prometheus is given, no more requests are answered 5xx and none take
longer than before the upgrade. Several processes may run the same upgrade at once, and any may be killed at
any moment: run it again. When all accounts are on the release, each can still go back (admin upgrade rollback)
until the upgrade is contracted (admin upgrade contract).`,
		Example: "  admin upgrade run 2026.12.1-1\n  admin upgrade run 2026.12.1-1 --workers 4 --settle 15m --prometheus http://prometheus:9090",
	}
	f.add(run)
	run.Flags().DurationVar(&f.gates.Settle, "settle", 10*time.Second, "how long a wave is on the release before the next one is let in")
	run.Flags().Int64Var(&f.gates.Lag, "lag", 500, "how many events a projector may be behind for the next wave")
	var requests upgrade.Requests
	var prometheus string
	run.Flags().StringVar(&prometheus, "prometheus", "", "URL of the Prometheus that scrapes the api (default: POLDER_PROMETHEUS_URL)")
	run.Flags().StringVar(&requests.Selector, "selector", "", "labels of this installation's api in that Prometheus, as in 'namespace=\"polder\"' (default: all api processes)")
	run.Flags().Float64Var(&requests.Errors, "errors", 0.01, "part of the requests that may be answered 5xx beyond what was before the upgrade")
	run.Flags().Float64Var(&requests.Slower, "slower", 2, "how many times the latency of before the upgrade requests may take at p99")
	run.RunE = a.run(func(ctx context.Context, args []string) (err error) {
		if f.gates.Requests, err = a.requests(firstNonEmpty(prometheus, a.config.prometheusURL), requests); err != nil {
			return err
		}
		return a.work(ctx, "run", args[0], f, func(ctx context.Context, r *upgrade.Runner) error { return r.Forward(ctx) })
	})
	return run
}

// requests is what tells of requests; nil, and it is said, when no Prometheus is given.
func (a *app) requests(url string, want upgrade.Requests) (*upgrade.Requests, error) {
	if url == "" {
		a.note("errors and latency of requests are not looked at between waves: --prometheus, or POLDER_PROMETHEUS_URL, says who knows them")
		return nil, nil
	}
	r, err := upgrade.NewRequests(url)
	if err != nil {
		return nil, err
	}
	r.Selector, r.Errors, r.Slower = want.Selector, want.Errors, want.Slower
	return r, nil
}

func (a *app) upgradeRollbackCommand() *cobra.Command {
	var f runnerFlags
	var account string
	rollback := &cobra.Command{
		Use: "rollback UPGRADE", Args: takes("UPGRADE"), Short: "Take the accounts of an upgrade back to where they came from",
		Long: `Accounts that were switched go back at once: their tables of the release before were kept up to date. What was written
meanwhile stays, and is read as the release before can say it. An account with an event that it cannot say stays where
it is; admin upgrade plan and status name these events before they happen. Accounts under way are left as they were.`,
		Example: "  admin upgrade rollback 2026.12.1-1\n  admin upgrade rollback 2026.12.1-1 --account northwind",
	}
	f.add(rollback)
	rollback.Flags().StringVar(&account, "account", "", "name or id of one account (default: all of the upgrade)")
	rollback.RunE = a.run(func(ctx context.Context, args []string) error {
		var only *uuid.UUID
		if account != "" {
			found, err := a.account(ctx, account)
			if err != nil {
				return err
			}
			only = &found.ID
		}
		return a.work(ctx, "rollback", args[0], f, func(ctx context.Context, r *upgrade.Runner) error { return r.Back(ctx, only) })
	})
	return rollback
}

func (a *app) upgradeContractCommand() *cobra.Command {
	var f runnerFlags
	contract := &cobra.Command{
		Use: "contract UPGRADE", Args: takes("UPGRADE"), Short: "End the grace of an upgrade: remove what only the release before needs",
		Long:    "Removes, account by account and in small transactions, the rows of tables that the release does not have. There is no way back behind it.",
		Example: "  admin upgrade contract 2026.12.1-1 --yes",
	}
	var yes bool
	f.add(contract)
	addYes(contract, &yes)
	contract.RunE = a.run(func(ctx context.Context, args []string) error {
		if err := confirm(yes, "Contracting upgrade %s ends the way back, for good", args[0]); err != nil {
			return err
		}
		return a.work(ctx, "contract", args[0], f, func(ctx context.Context, r *upgrade.Runner) error { return r.Contract(ctx) })
	})
	return contract
}

// work has this process do its part, and shows where the run stands then.
func (a *app) work(ctx context.Context, use, id string, f runnerFlags, do func(context.Context, *upgrade.Runner) error) error {
	r, err := a.runner(ctx, id, f)
	if err != nil {
		return err
	}
	c := &change{action: "upgrade " + use, parameters: map[string]any{"upgrade": id}}
	failed := a.record(ctx, c, func() error { return do(ctx, r) })
	if ctx.Err() == nil {
		if err := a.showUpgrade(ctx, id); failed == nil && err != nil {
			return err
		}
	}
	next := "admin upgrade status " + id
	if fault.Is(failed, fault.NotFound) {
		next = "admin upgrade status"
	}
	return advise(failed, "upgrade "+id, next)
}
