package main

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

func (a *app) suspendCommand() *cobra.Command {
	var yes bool
	suspend := &cobra.Command{
		Use: "suspend ACCOUNT", Args: takes("ACCOUNT"),
		Short: "Refuse the account's commands from now on; it can still be read",
		Long: `Closes the account's head on the store first, so that not even an api with stale knowledge can append, and
then sets the state in the catalog. Interrupted in between, commands are refused already; the same command completes it.`,
		Example: "  admin account suspend northwind --yes",
	}
	addYes(suspend, &yes)
	suspend.RunE = a.run(func(ctx context.Context, args []string) error {
		account, err := a.account(ctx, args[0])
		if err != nil {
			return err
		}
		if err := confirm(yes, "Suspending account %s refuses all its commands", account.Name); err != nil {
			return err
		}
		return a.setState(ctx, account, tenant.Suspended)
	})
	return suspend
}

func (a *app) resumeCommand() *cobra.Command {
	return &cobra.Command{
		Use: "resume ACCOUNT", Args: takes("ACCOUNT"),
		Short: "Let a suspended account take commands again",
		Long: `Sets the state in the catalog first and opens the account's head on the store last: interrupted in between,
commands are still refused, and the same command completes it.`,
		RunE: a.run(func(ctx context.Context, args []string) error {
			account, err := a.account(ctx, args[0])
			if err != nil {
				return err
			}
			return a.setState(ctx, account, tenant.Active)
		}),
	}
}

// setState changes catalog and store in the order in which a crash in between leaves the
// account closed: the head is the first to close and the last to open.
func (a *app) setState(ctx context.Context, account tenant.Account, state tenant.State) error {
	if account.State != tenant.Active && account.State != tenant.Suspended {
		return advise(fault.New(fault.Conflict, "Account %s is %s", account.Name, account.State), "catalog",
			"wait until it is active or suspended")
	}
	store, err := a.poolOf(ctx, account, pg.Admin)
	if err != nil {
		return err
	}
	inCatalog, onStore, routed := a.catalogState(account, state), storeState(store, account, state), a.followEpoch(account)
	action, steps := "account resume", []func(context.Context) error{routed, inCatalog, onStore}
	if state == tenant.Suspended {
		action, steps = "account suspend", []func(context.Context) error{onStore, routed, inCatalog}
	}
	c := &change{action: action, account: account.ID, parameters: map[string]any{"name": account.Name}}
	err = a.record(ctx, c, func() error {
		for _, step := range steps {
			if err := step(ctx); err != nil {
				return advise(err, "account "+account.Name, "run the same command again to complete it")
			}
		}
		c.written = true // one of the steps was in the catalog
		return nil
	})
	if err != nil {
		return err
	}
	return a.showAccount(ctx, account.ID.String())
}

func (a *app) catalogState(account tenant.Account, state tenant.State) func(context.Context) error {
	return func(ctx context.Context) error {
		catalog, err := a.catalog(ctx)
		if err != nil {
			return err
		}
		return away(catalog.SetState(ctx, account.ID, state), a.config.catalogURL)
	}
}

func storeState(store *pgxpool.Pool, account tenant.Account, state tenant.State) func(context.Context) error {
	return func(ctx context.Context) error {
		return databaseFault(es.SetState(ctx, store, account.ID, string(state)))
	}
}

// followEpoch has the catalog follow the epoch of the head: who is refused finds it there.
func (a *app) followEpoch(account tenant.Account) func(context.Context) error {
	return func(ctx context.Context) error {
		head, err := a.head(ctx, account)
		if err != nil || head == nil || head.Epoch <= account.Epoch {
			return err
		}
		catalog, err := a.catalog(ctx)
		if err != nil {
			return err
		}
		return away(catalog.Route(ctx, account.ID, account.StoreID, head.Epoch), a.config.catalogURL)
	}
}
