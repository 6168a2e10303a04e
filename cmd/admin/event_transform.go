package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/upgrade"
)

func (a *app) eventTransformCommand() *cobra.Command {
	var account string
	var yes, dry bool
	transform := &cobra.Command{
		Use: "transform", Args: takes(), Short: "Store an account's events in the shape of its release, in their places",
		Long: `Events of older shapes are read through the changes that releases declare, at every reading. This stores them as they are
read, so that nothing is to be done at reading any more. Only what the account's policy leaves open is touched
(admin account policy); the originals are kept in store.transformed_events. Releases from before the account's own cannot
read its events then; the release that leads back from an upgrade can. It may be cut off, and run again.`,
		Example: "  admin event transform --account northwind --dry-run\n  admin event transform --account northwind --yes",
	}
	transform.Flags().StringVar(&account, "account", "", "name or id of the account")
	transform.Flags().BoolVar(&dry, "dry-run", false, "count only")
	addYes(transform, &yes)
	_ = transform.MarkFlagRequired("account")
	transform.RunE = a.run(func(ctx context.Context, _ []string) error {
		if err := confirm(yes || dry, "Transforming changes stored events of account %s", account); err != nil {
			return err
		}
		done, err := a.transform(ctx, account, dry)
		if err != nil {
			return err
		}
		return printOne(a, done,
			left("events", func(t upgrade.Transformed) string { return count(t.Events) }),
			left("transformed", func(t upgrade.Transformed) string { return count(t.Transformed) }),
			left("closed by the policy", func(t upgrade.Transformed) string { return count(t.Closed) }),
			left("read as none or several", func(t upgrade.Transformed) string { return count(t.Kept) }))
	})
	return transform
}

func (a *app) transform(ctx context.Context, name string, dry bool) (done upgrade.Transformed, err error) {
	account, err := a.account(ctx, name)
	if err != nil {
		return done, err
	}
	releases, err := a.releasesOf(ctx, account)
	if err != nil {
		return done, err
	}
	admin, err := a.poolOf(ctx, account, pg.Admin)
	if err != nil {
		return done, err
	}
	builder, err := a.poolOf(ctx, account, pg.Builder)
	if err != nil {
		return done, err
	}
	job := upgrade.InPlace{AccountID: account.ID, Release: releases[0], Actor: a.config.actor, DryRun: dry}
	c := &change{action: "event transform", account: account.ID, parameters: map[string]any{"release": releases[0].Digest(), "dry run": dry}}
	err = a.record(ctx, c, func() error {
		done, err = job.Run(ctx, admin, builder)
		c.parameters["transformed"] = done.Transformed
		return err
	})
	return done, advise(err, "account "+account.Name, "admin account policy "+account.Name)
}
