package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/internal/tenant"
)

// buildFlags is which projections of which accounts to build, and how fast.
type buildFlags struct {
	account  string
	all      bool
	every    bool
	workers  int
	throttle float64
}

// built is the outcome of one build.
type built struct {
	Account string `json:"account"`
	build.Result
}

// buildConnections is how many connections a build takes at once.
const buildConnections = 3

func (a *app) projectionBuildCommand() *cobra.Command {
	var f buildFlags
	command := &cobra.Command{
		Use: "build [PROJECTION]", Args: cobra.MaximumNArgs(1),
		Short: "Make the rows of projections out of all events, and put them live when they are proven",
		Long: `Without a name it builds what is missing: projections that an account's release brought and that have no live rows
yet, and builds that were cut off. A named projection is built with all that it feeds and that feeds it.

Where an account has live rows, they stay in use until the new ones are proven by a second fold of the events; then
the rows that differ are replaced. On a difference between the two folds the build stops and lists it, nothing is
replaced, and the exit code is 9. Cut off anywhere, the same command goes on.

Where another release of the account has rows of a projection, its build begins with these and reads only the events
that they lack something of; the proof is then a sample. With --all-projections all events are read.

Big accounts begin first; of several workers one takes the small accounts. Each build keeps up to 256 MiB of folded
events in memory, about twice that as a process. Progress is told on standard error: as bars on a terminal, else as a line
every five seconds, which with --output json is an object. An event that is folded counts half until it is proven. The login must be a member of polder_builder and polder_owner.`,
		Example: `  admin projection build --all --workers 2
  admin projection build Orders --account northwind
  admin projection build --all-projections --account northwind --throttle 20000`,
	}
	command.Flags().StringVar(&f.account, "account", "", "name or id of one account")
	command.Flags().BoolVar(&f.all, "all", false, "all accounts")
	command.Flags().BoolVar(&f.every, "all-projections", false, "all projections of the release, also those with live rows")
	workersOf(command, &f.workers, "accounts at a time")
	throttleFlag(command, &f.throttle, "throttle", "events per second that are read in all (0: as many as there are)")
	command.RunE = a.run(func(ctx context.Context, args []string) error { return a.buildProjections(ctx, args, f) })
	return command
}

func (a *app) buildProjections(ctx context.Context, names []string, f buildFlags) error {
	accounts, err := a.namedAccounts(ctx, f.account, f.all)
	if err != nil {
		return err
	}
	if len(names) > 0 && f.every {
		return fault.New(fault.Invalid, "Name a projection or say --all-projections, not both")
	}
	a.builders = f.workers
	meter := newCrewMeter(a, len(accounts))
	orders, err := a.orders(ctx, accounts, names, f)
	if err != nil {
		return err
	}
	for i := range orders {
		orders[i].Config.Progress = meter.of(orders[i])
	}
	var unrecorded error
	outcomes := build.RunAll(ctx, orders, a.builders, func(o build.Outcome) {
		meter.ended(o)
		if len(o.Results) == 0 && o.Err == nil {
			return // nothing was missing
		}
		if err := a.recordBuild(ctx, o, names); o.Err == nil && err != nil {
			unrecorded = err
		}
	})
	meter.end()
	if err := a.printBuilt(ctx, outcomes); err != nil {
		return err
	}
	return unrecorded
}

// namedAccounts returns the account, or all when the operator says so.
func (a *app) namedAccounts(ctx context.Context, name string, all bool) ([]tenant.Account, error) {
	if (name == "") != all {
		return nil, advise(fault.New(fault.Invalid, "Say which account: --account NAME, or --all"), "", "admin account list shows them")
	}
	return a.someAccounts(ctx, name)
}

// orders says what to build for each of the accounts. It opens all pools, so that workers
// find them.
func (a *app) orders(ctx context.Context, accounts []tenant.Account, names []string, f buildFlags) ([]build.Order, error) {
	heads, err := a.heads(ctx, accounts)
	if err != nil {
		return nil, err
	}
	throttle := build.NewThrottle(f.throttle, a.Now)
	orders := make([]build.Order, len(accounts))
	for i, account := range accounts {
		releases, err := a.releasesOf(ctx, account)
		if err != nil {
			return nil, err
		}
		builder, err := a.poolOf(ctx, account, pg.Builder)
		if err != nil {
			return nil, err
		}
		owner, err := a.poolOf(ctx, account, pg.Owner)
		if err != nil {
			return nil, err
		}
		orders[i] = build.Order{Name: account.Name, Events: heads[account.ID],
			Config: build.Config{Builder: builder, Owner: owner, Throttle: throttle, Clock: a.Now},
			Job:    build.Job{AccountID: account.ID, Release: releases[0], Beside: releases[1:], Projections: names, All: f.every}}
	}
	return orders, nil
}

// heads returns how many events the accounts have, with one question a store.
func (a *app) heads(ctx context.Context, accounts []tenant.Account) (map[uuid.UUID]int64, error) {
	byStore := map[string][]uuid.UUID{}
	for _, account := range accounts {
		byStore[account.StoreID] = append(byStore[account.StoreID], account.ID)
	}
	heads := make(map[uuid.UUID]int64, len(accounts))
	for id, some := range byStore {
		store, err := a.store(ctx, id)
		if err != nil {
			return nil, err
		}
		pool, err := a.storePool(ctx, store, pg.Admin)
		if err != nil {
			return nil, err
		}
		found, err := build.Heads(ctx, pool, some)
		if err != nil {
			return nil, advise(databaseFault(err), "store "+id, "")
		}
		for account, head := range found {
			heads[account] = head
		}
	}
	return heads, nil
}

// recordBuild writes the account's builds to the audit log and returns what went wrong.
func (a *app) recordBuild(ctx context.Context, o build.Outcome, names []string) error {
	outcomes := map[string]string{}
	for _, r := range o.Results {
		outcomes[r.Projection] = outcomeOf(r)
	}
	c := &change{action: "projection build", account: o.Order.Job.AccountID,
		parameters: map[string]any{"named": names, "all": o.Order.Job.All, "outcomes": outcomes}}
	return a.record(ctx, c, func() error { return databaseFault(o.Err) })
}

func outcomeOf(r build.Result) string {
	switch {
	case r.Live:
		return fmt.Sprintf("live at %s, %s", count(r.SequenceNumber), several(r.Rows, "row"))
	case r.Error == "":
		return "not ended"
	}
	return r.Error
}

func (a *app) printBuilt(ctx context.Context, outcomes []build.Outcome) error {
	var list []built
	var failed []error
	for _, o := range outcomes {
		for _, r := range o.Results {
			list = append(list, built{o.Order.Name, r})
			if o.Err == nil && !r.Live {
				failed = append(failed, advise(fault.New(fault.Rejected, "%s was not built", r.Projection), "account "+o.Order.Name,
					"mend its cause and run the same command again; admin deadletter list shows what is parked"))
			}
		}
		if o.Err != nil {
			failed = append(failed, advise(databaseFault(o.Err), "account "+o.Order.Name, afterBuild(o.Err)))
		}
	}
	if len(list) == 0 && len(failed) > 0 {
		return worst(failed)
	}
	err := printList(a, list, "Nothing is missing.",
		left("account", func(b built) string { return b.Account }),
		left("projection", func(b built) string { return b.Projection }),
		left("outcome", func(b built) string { return outcomeOf(b.Result) }),
		right("replaced", func(b built) string { return count(b.Replaced) }))
	if err == nil && a.flags.output != "json" {
		err = a.printUnproven(list)
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	return worst(failed)
}

// afterBuild is the next step of whoever met the error: what does not exist is looked up, and
// everything else goes on.
func afterBuild(err error) string {
	if fault.Is(err, fault.NotFound) {
		return "admin projection list"
	}
	return runAgain
}

// worst returns the first of the errors, and says how many more there are.
func worst(failed []error) error {
	switch len(failed) {
	case 0:
		return nil
	case 1:
		return failed[0]
	}
	return advise(failed[0], "", fmt.Sprintf("and %s more: the list says which", several(len(failed)-1, "problem")))
}

// printUnproven lists the values in which two folds of the same events differ.
func (a *app) printUnproven(list []built) error {
	var all []build.Difference
	for _, b := range list {
		all = append(all, b.Differences...)
	}
	if len(all) == 0 {
		return nil
	}
	return printList(a, all, "",
		left("table", func(d build.Difference) string { return d.Table }),
		left("key", func(d build.Difference) string { return d.Key.String() }),
		left("column", func(d build.Difference) string { return d.Column }),
		left("expected", func(d build.Difference) string { return shownText(d.Expected) }),
		left("found", func(d build.Difference) string { return shownText(d.Found) }))
}

func shownText(text *string) string {
	if text == nil {
		return "-"
	}
	return *text
}
