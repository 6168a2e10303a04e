package main

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/projection/build"
)

// accountBuild is a build under way with the account's name.
type accountBuild struct {
	Account string `json:"account"`
	build.Status
}

func (a *app) projectionPauseCommand() *cobra.Command {
	return a.pausing("pause", true, "Make builds wait, before their next batch of events",
		`Whoever runs the build goes on running and waits. A build that is paused keeps what it has folded for a minute, then
only what is written. Live projections are not touched.`)
}

func (a *app) projectionResumeCommand() *cobra.Command {
	return a.pausing("resume", false, "Let paused builds go on", `Where the build's process has ended meanwhile, run admin projection build again.`)
}

func (a *app) pausing(use string, pause bool, short, long string) *cobra.Command {
	var account string
	var all bool
	command := &cobra.Command{
		Use: use + " [PROJECTION]", Args: cobra.MaximumNArgs(1), Short: short, Long: long,
		Example: "  admin projection " + use + " --account northwind",
	}
	command.Flags().StringVar(&account, "account", "", "name or id of one account")
	command.Flags().BoolVar(&all, "all", false, "all accounts")
	command.RunE = a.run(func(ctx context.Context, args []string) error {
		if _, err := a.namedAccounts(ctx, account, all); err != nil {
			return err
		}
		name := ""
		if len(args) > 0 {
			name = args[0]
		}
		c := &change{action: "projection " + use, parameters: map[string]any{"projection": name, "account": account}}
		err := a.record(ctx, c, func() error {
			_, _, err := ofStores(ctx, a, account, func(ctx context.Context, admin *pgxpool.Pool, id uuid.UUID) ([]build.Status, error) {
				_, err := build.Pause(ctx, admin, id, name, pause)
				return nil, err
			})
			return err
		})
		if err != nil {
			return err
		}
		return a.printBuilds(ctx, account)
	})
	return command
}

// printBuilds answers with the builds under way, of the account or of all.
func (a *app) printBuilds(ctx context.Context, account string) error {
	statuses, names, err := ofStores(ctx, a, account, build.List)
	if err != nil {
		return err
	}
	list := make([]accountBuild, len(statuses))
	for i, s := range statuses {
		list[i] = accountBuild{Account: names[s.AccountID], Status: s}
	}
	return printList(a, list, "No projection is being built.",
		left("account", func(b accountBuild) string { return b.Account }),
		left("projection", func(b accountBuild) string { return b.Projection }),
		left("phase", func(b accountBuild) string {
			if b.Paused {
				return b.Phase + ", paused"
			}
			return b.Phase
		}),
		right("events", func(b accountBuild) string { return count(b.EventsRead) + " of " + count(b.Until) }),
		right("rows", func(b accountBuild) string { return count(b.Rows) }),
		left("began", func(b accountBuild) string { return a.age(b.StartedAt) }),
		left("error", func(b accountBuild) string { return shownText(b.Error) }))
}
