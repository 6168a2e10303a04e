package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/upgrade"
)

func (a *app) accountReleaseCommand() *cobra.Command {
	return &cobra.Command{
		Use: "release ACCOUNT VERSION", Args: takes("ACCOUNT", "VERSION"),
		Short: "Put an account on another release",
		Long: `Projections that both releases define alike keep their rows. The others have none for this account yet: they are
entered as being built before the release changes, and admin projection build --account ACCOUNT builds them. Until
then queries over them find an account that is behind.`,
		Example: "  admin account release northwind 2026.12.1",
		RunE: a.run(func(ctx context.Context, args []string) error {
			account, err := a.account(ctx, args[0])
			if err != nil {
				return err
			}
			digest, err := a.chooseRelease(ctx, args[1])
			if err != nil {
				return err
			}
			missing, err := a.changeRelease(ctx, account, digest, args[1])
			if err != nil {
				return err
			}
			if missing > 0 {
				a.note("%s to be built: admin projection build --account %s", several(missing, "table"), account.Name)
			}
			return a.showAccount(ctx, account.ID.String())
		}),
	}
}

// changeRelease enters what the new release lacks first: cut off in between, the account runs
// on its old release, which does not need it. Cut off before the catalog knows, the store's word
// counts, and the same command brings the catalog up to it.
func (a *app) changeRelease(ctx context.Context, account tenant.Account, digest, version string) (missing int64, err error) {
	if account.State == tenant.Moving || account.State == tenant.Erased {
		return 0, advise(fault.New(fault.Conflict, "Account %s is %s", account.Name, account.State), "catalog", "")
	}
	releases, err := a.releasesOf(ctx, account)
	if err != nil {
		return 0, err
	}
	library, err := a.library(ctx)
	if err != nil {
		return 0, err
	}
	to, err := library.Get(ctx, digest)
	if err != nil {
		return 0, away(err, a.config.catalogURL)
	}
	store, err := a.poolOf(ctx, account, pg.Admin)
	if err != nil {
		return 0, err
	}
	catalog, err := a.catalog(ctx)
	if err != nil {
		return 0, err
	}
	c := &change{action: "account release", account: account.ID, parameters: map[string]any{"name": account.Name, "release": version}}
	err = a.record(ctx, c, func() error {
		move := upgrade.Move{AccountID: account.ID, From: releases[0], To: to}
		err := catalog.WithRelease(ctx, digest, func() error {
			missing, err = move.Enter(ctx, store)
			return err
		})
		if err != nil {
			return databaseFault(err)
		}
		switched, err := move.SwitchAtOnce(ctx, store)
		if err != nil {
			return databaseFault(err)
		}
		c.written = true // the catalog writes its changes down itself
		return away(catalog.SetRelease(ctx, account.ID, digest, switched.Epoch), a.config.catalogURL)
	})
	return missing, advise(err, "account "+account.Name, "run the same command again")
}
