package main

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/projection/build"
)

// accountBuild is a build under way with the account's name.
type accountBuild struct {
	Account string `json:"account"`
	build.Status
}

// progress says how much is built, how fast, and what is left.
func (b accountBuild) progress() string {
	return pace(b.ChangedAt.Sub(b.StartedAt), b.EventsRead, b.EventsRead, b.Until)
}

func (a *app) projectionBuildsCommand() *cobra.Command {
	var account string
	builds := &cobra.Command{
		Use: "builds", Args: takes(),
		Short: "Show the builds that are under way or failed, with their rate and the time that is left",
		Long: `Shows what is built beside live rows too, of which list shows the live ones. Each line is a projection with all that it
feeds, and pause and resume call it by that name. An event that is folded counts half until it is proven; the rate is that since the
build began, pauses included.`,
		Example: "  admin projection builds --account northwind",
	}
	builds.Flags().StringVar(&account, "account", "", "name or id of one account (default: all)")
	builds.RunE = a.run(func(ctx context.Context, _ []string) error { return a.printBuilds(ctx, account) })
	return builds
}

func (a *app) projectionPauseCommand() *cobra.Command {
	return a.pausing("pause", true, "Make builds wait, before their next batch of events",
		`Whoever runs the build goes on running and waits, whatever it is at. A build that is paused keeps what it has folded or proven for a
minute, then only what is written. Live projections are not touched.`)
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
		accounts, err := a.namedAccounts(ctx, account, all)
		if err != nil {
			return err
		}
		name := ""
		if len(args) > 0 {
			name = args[0]
		}
		c := &change{action: "projection " + use, parameters: map[string]any{"projection": name, "account": account}}
		if !all {
			c.account = accounts[0].ID
		}
		err = a.record(ctx, c, func() error {
			found := int64(0)
			_, _, err := ofStores(ctx, a, account, func(ctx context.Context, admin *pgxpool.Pool, id uuid.UUID) ([]build.Status, error) {
				n, err := build.Pause(ctx, admin, id, name, pause)
				found += n
				return nil, err
			})
			if err == nil && found == 0 && name != "" {
				return advise(fault.New(fault.NotFound, "No build of %s is under way", name), "", "admin projection builds")
			}
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
		left("events", accountBuild.progress),
		right("rows", func(b accountBuild) string { return count(b.Rows) }),
		left("began", func(b accountBuild) string { return a.age(b.StartedAt) }),
		left("error", func(b accountBuild) string { return shownText(b.Error) }))
}
