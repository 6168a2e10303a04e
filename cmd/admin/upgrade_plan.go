package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/upgrade"
)

// planFlags is what an upgrade is to be.
type planFlags struct {
	to       string
	accounts []string
	all      bool
	canaries []string
	waves    string
	workers  int
}

func (a *app) upgradePlanCommand() *cobra.Command {
	var f planFlags
	plan := &cobra.Command{
		Use: "plan", Args: takes(), Short: "Say what an upgrade takes, and enter it to be run",
		Long: `Reads every stored event of the accounts as the release does, and says what there is to do: what differs, which tables
are built from how many events, what speaks against it account by account, and an estimate of the time. No account
and no store is changed. What blocks the upgrade is listed, and the exit code is then 9; else the plan is entered
under an id, and admin upgrade run does it.

Waves are numbers or percents of accounts, each with those before it. Canaries come first, then small accounts.`,
		Example: "  admin upgrade plan --to 2026.12.1 --all --waves 1,10,100%\n  admin upgrade plan --to 2026.12.1 --account northwind",
	}
	plan.Flags().StringVar(&f.to, "to", "", "version of the release (default: the newest)")
	plan.Flags().StringSliceVar(&f.accounts, "account", nil, "name or id of an account; may be given again")
	plan.Flags().BoolVar(&f.all, "all", false, "all accounts that are not on the release")
	plan.Flags().StringSliceVar(&f.canaries, "canary", nil, "name or id of an account to begin with; may be given again")
	plan.Flags().StringVar(&f.waves, "waves", "1,10,100%", "how many accounts are let in, wave by wave")
	workersOf(plan, &f.workers, "accounts that are read at a time")
	plan.RunE = a.run(func(ctx context.Context, _ []string) error {
		made, err := a.planUpgrade(ctx, f)
		if err != nil {
			return err
		}
		if err := a.enterPlan(ctx, made); err != nil {
			return err
		}
		return a.printUpgradePlan(made)
	})
	return plan
}

func (a *app) planUpgrade(ctx context.Context, f planFlags) (*upgrade.Plan, error) {
	ask, err := a.asked(ctx, f)
	if err != nil {
		return nil, err
	}
	m, err := a.means(ctx, f.workers)
	if err != nil {
		return nil, err
	}
	said := a.Now()
	router := upgrade.Router{Catalog: m.catalog, Releases: m.library, By: a.config.actor}
	made, err := upgrade.Planner{Pools: m.pools, Releases: m.library, Route: router.Route, Workers: f.workers, Clock: a.Now,
		Progress: func(done, total int) {
			if a.Now().Sub(said) >= lineEvery {
				said = a.Now()
				a.note("read the events of %d of %d accounts", done, total)
			}
		}}.Plan(ctx, ask)
	if err != nil {
		return nil, databaseFault(err)
	}
	return made, nil
}

// asked finds the release and the accounts.
func (a *app) asked(ctx context.Context, f planFlags) (ask upgrade.Ask, err error) {
	if (len(f.accounts) > 0) == f.all {
		return ask, advise(fault.New(fault.Invalid, "Say which accounts: --account NAME, or --all"), "", "admin account list shows them")
	}
	if ask.Waves, err = upgrade.ParseWaves(f.waves); err != nil {
		return ask, advise(err, "--waves", "")
	}
	digest, err := a.chooseRelease(ctx, f.to)
	if err != nil {
		return ask, err
	}
	if ask.Release, err = a.releaseOfDigest(ctx, digest); err != nil {
		return ask, err
	}
	if f.all {
		ask.Accounts, err = a.accountsInUse(ctx)
	} else {
		ask.Accounts, err = a.accountsNamed(ctx, f.accounts)
	}
	if err != nil {
		return ask, err
	}
	canaries, err := a.accountsNamed(ctx, f.canaries)
	for _, canary := range canaries {
		ask.Canaries = append(ask.Canaries, canary.ID)
	}
	return ask, err
}

func (a *app) accountsNamed(ctx context.Context, names []string) ([]tenant.Account, error) {
	var accounts []tenant.Account
	seen := map[uuid.UUID]bool{}
	for _, name := range names {
		account, err := a.account(ctx, name)
		if err != nil {
			return nil, err
		}
		if !seen[account.ID] {
			seen[account.ID] = true
			accounts = append(accounts, account)
		}
	}
	return accounts, nil
}

func (a *app) releaseOfDigest(ctx context.Context, digest string) (tenant.Release, error) {
	catalog, err := a.catalog(ctx)
	if err != nil {
		return tenant.Release{}, err
	}
	known, err := catalog.Releases(ctx)
	for _, r := range known {
		if r.Digest == digest {
			return r, nil
		}
	}
	return tenant.Release{}, away(err, a.config.catalogURL)
}

// enterPlan gives the plan an id and enters it, unless something blocks it or there is nothing to do.
func (a *app) enterPlan(ctx context.Context, made *upgrade.Plan) error {
	if len(made.Accounts) == 0 || len(made.Blockers) > 0 {
		return nil
	}
	runs, err := a.runsOf(ctx)
	if err != nil {
		return err
	}
	known, err := runs.All(ctx)
	if err != nil {
		return away(err, a.config.catalogURL)
	}
	n := 1
	for _, run := range known {
		if run.Version == made.Version {
			n++
		}
	}
	made.ID = fmt.Sprintf("%s-%d", made.Version, n)
	text, err := json.Marshal(made)
	if err != nil {
		return err
	}
	planning, err := made.Planning(a.config.actor, text)
	if err != nil {
		return err
	}
	c := &change{action: "upgrade plan", parameters: map[string]any{"upgrade": made.ID, "accounts": len(made.Accounts)}}
	return a.record(ctx, c, func() error { return away(runs.Create(ctx, planning), a.config.catalogURL) })
}

func (a *app) printUpgradePlan(p *upgrade.Plan) error {
	if a.flags.output == "json" {
		if err := a.printJSON(p); err != nil {
			return err
		}
		return blocked(p)
	}
	if len(p.Accounts) == 0 {
		a.note("All these accounts are on %s.", p.Version)
		return blocked(p)
	}
	err := printList(a, p.Routes, "",
		left("from", func(r upgrade.Route) string { return r.FromVersion }),
		right("accounts", func(r upgrade.Route) string { return count(int64(r.Accounts)) }),
		left("class", func(r upgrade.Route) string { return string(r.Diff.Class) }),
		right("changes", func(r upgrade.Route) string { return count(int64(len(r.Diff.Changes))) }),
		right("tables to build", func(r upgrade.Route) string { return count(int64(len(r.Diff.Tables))) }),
		left("way back", wayBack))
	if err != nil {
		return err
	}
	for _, r := range p.Routes {
		printRefusals(a.Err, r.Diff.Refusals)
	}
	fmt.Fprintf(a.Out, "\n%s in %s, %s; builds read %s of them (%s)%s, and fill %s with about %s; about %s on this machine, with one worker\n",
		several(len(p.Accounts), "account"), waveText(p.Waves), several(p.Events, "event"), count(p.EventsToRead), percent(p.EventsToRead, p.Events), statesText(p.StatesToRead),
		several(p.Tables, "table"), sizeText(p.Bytes), duration(seconds(p.Seconds)))
	if p.Rewritten > 0 {
		fmt.Fprintf(a.Out, "%s are rewritten first, beside those in use: that takes their room once more until the upgrade is contracted\n", several(p.Rewritten, "event"))
	}
	if len(p.Blockers) == 0 {
		fmt.Fprintf(a.Out, "entered as %s: admin upgrade run %s\n", p.ID, p.ID)
	}
	return blocked(p)
}

// statesText says what builds read in the place of events that are not among those to read.
func statesText(states int64) string {
	if states == 0 {
		return ""
	}
	return " and " + several(states, "archived state")
}

func wayBack(r upgrade.Route) string {
	switch {
	case len(r.Diff.Refusals) > 0:
		return "-"
	case r.NoWayBack != "":
		return "none: " + r.NoWayBack
	case len(r.OneWay) > 0:
		return "until the first of: " + strings.Join(r.OneWay, "; ")
	}
	return "until it is contracted"
}

// blocked is the error of a plan that cannot be run.
func blocked(p *upgrade.Plan) error {
	if len(p.Blockers) == 0 {
		return nil
	}
	details := make([]fault.Detail, len(p.Blockers))
	for i, b := range p.Blockers {
		details[i] = fault.Detail{Rule: "upgrade", Message: b}
	}
	blocked := fault.New(fault.Rejected, "The upgrade to %s is blocked", p.Version)
	blocked.Details = details
	return blocked
}

// sizeText returns a size as people read it.
func sizeText(n int64) string {
	switch {
	case n >= 10<<30:
		return count(n>>30) + " GiB"
	case n >= 10<<20:
		return count(n>>20) + " MiB"
	}
	return count((n+1023)>>10) + " KiB"
}
