package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection/explain"
	"github.com/polderhq/polder/internal/tenant"
)

func (a *app) projectionExplainCommand() *cobra.Command {
	var name string
	command := &cobra.Command{
		Use: "explain [NAME]", Args: cobra.MaximumNArgs(1),
		Short: "Show how projections are carried out: tables, shapes of columns, indexes, cost, fan-out",
		Long: `Shows the physical plan of all projections, or in detail that of one: its table and who shares it, what feeds it and
what it feeds, where each column's value comes from, the indexes with the queries they serve, and what an event costs.
Without --account it is the plan of the newest release; with it, that of the account's release, and the rows of the account are
counted: how many refer to each source row of a joined or copied column (p50, p99, max), and which shape that speaks for.
Counting reads the whole table once for each such column.`,
		Example: "  admin projection explain Orders --account northwind",
	}
	command.Flags().StringVar(&name, "account", "", "name or id of the account whose rows are counted")
	command.RunE = a.run(func(ctx context.Context, args []string) error {
		plans, err := a.explain(ctx, name, args)
		if err != nil {
			return err
		}
		switch {
		case a.flags.output == "json":
			return a.printJSON(plans)
		case len(args) == 0:
			return a.printPlans(plans)
		}
		return a.printPlan(plans[0])
	})
	return command
}

// explain returns the plans of all projections, or of the named one, with the fan-out that
// was measured for the account when one is named.
func (a *app) explain(ctx context.Context, accountName string, names []string) ([]explain.Projection, error) {
	var account tenant.Account
	var loaded *model.Release
	var err error
	if accountName != "" {
		if account, err = a.account(ctx, accountName); err == nil {
			loaded, err = a.releaseOf(ctx, account)
		}
	} else if account.Release, err = a.chooseRelease(ctx, ""); err == nil {
		loaded, err = a.releaseOf(ctx, account)
	}
	if err != nil {
		return nil, err
	}
	plans := explain.Release(loaded)
	if len(names) > 0 {
		if plans, err = pick(plans, names[0]); err != nil {
			return nil, err
		}
	}
	if accountName == "" {
		return plans, nil
	}
	store, err := a.poolOf(ctx, account, pg.Admin)
	if err != nil {
		return nil, err
	}
	for i := range plans {
		if err := explain.Measure(ctx, store, account.ID, loaded, &plans[i]); err != nil {
			return nil, advise(databaseFault(err), "account "+account.Name+", projection "+plans[i].Name, "")
		}
	}
	return plans, nil
}

func pick(plans []explain.Projection, name string) ([]explain.Projection, error) {
	for _, p := range plans {
		if p.Name == name {
			return []explain.Projection{p}, nil
		}
	}
	return nil, advise(fault.New(fault.NotFound, "The release has no projection %s", name), "", "admin projection explain")
}

// printPlans prints a line for each projection.
func (a *app) printPlans(plans []explain.Projection) error {
	shapes := func(p explain.Projection, shape explain.Shape) string {
		n := 0
		for _, c := range p.Columns {
			if c.Shape == shape {
				n++
			}
		}
		return fmt.Sprint(n)
	}
	return printList(a, plans, "The release has no projection.",
		left("projection", func(p explain.Projection) string { return p.Name }),
		left("table", func(p explain.Projection) string { return p.Table }),
		left("rows", func(p explain.Projection) string { return p.Rows }),
		left("shared with", func(p explain.Projection) string { return names(p.SharedWith) }),
		left("feeds", func(p explain.Projection) string { return names(p.Feeds) }),
		right("own", func(p explain.Projection) string { return shapes(p, explain.Own) }),
		right("copied", func(p explain.Projection) string { return shapes(p, explain.Copy) }),
		right("joined", func(p explain.Projection) string { return shapes(p, explain.Join) }),
		right("folded", func(p explain.Projection) string { return shapes(p, explain.Fold) }),
		right("indexes", func(p explain.Projection) string { return fmt.Sprint(len(p.Indexes)) }),
		right("tables written", func(p explain.Projection) string { return fmt.Sprint(len(p.Cost)) }))
}

func names(list []string) string { return firstNonEmpty(strings.Join(list, ", "), "-") }
