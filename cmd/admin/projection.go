package main

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/release"
	"github.com/polderhq/polder/internal/tenant"
)

// accountStatus is a projection's status with the account's name.
type accountStatus struct {
	Account string `json:"account"`
	projection.Status
}

func (a *app) projectionCommand() *cobra.Command {
	var name string
	list := &cobra.Command{
		Use: "list", Args: takes(),
		Short: "Show how far each projection of each account has come",
		Long: `Shows state, cursor and lag of each projection. Lag is counted in events, and in time as the age of the
oldest event that is not applied. Live projections of an account share one cursor.`,
		Example: "  admin projection list --account northwind",
	}
	list.Flags().StringVar(&name, "account", "", "name or id of one account (default: all)")
	list.RunE = a.run(func(ctx context.Context, _ []string) error {
		accounts, err := a.someAccounts(ctx, name)
		if err != nil {
			return err
		}
		statuses, err := a.projectionStatuses(ctx, accounts)
		if err != nil {
			return err
		}
		return printList(a, statuses, "No account has a projection.",
			left("account", func(s accountStatus) string { return s.Account }),
			left("projection", func(s accountStatus) string { return s.Projection }),
			left("table", func(s accountStatus) string { return s.Table }),
			left("state", func(s accountStatus) string { return s.State }),
			right("cursor", func(s accountStatus) string { return count(s.SequenceNumber) }),
			right("lag", func(s accountStatus) string { return lag(s.Status) }))
	})
	return group("projection", "Look at projections, build and mend them", list, a.projectionExplainCommand(), a.projectionBuildCommand(),
		a.projectionBuildsCommand(), a.projectionPauseCommand(), a.projectionResumeCommand(), a.projectionVerifyCommand(), a.projectionRepairCommand())
}

func lag(s projection.Status) string {
	if s.LagEvents == 0 {
		return "none"
	}
	return several(s.LagEvents, "event") + ", " + duration(time.Duration(s.LagSeconds*float64(time.Second)))
}

func (a *app) projectionStatuses(ctx context.Context, accounts []tenant.Account) ([]accountStatus, error) {
	catalog, err := a.catalogPool(ctx)
	if err != nil {
		return nil, err
	}
	library, statuses := release.New(catalog), []accountStatus{}
	for _, account := range accounts {
		loaded, err := library.Get(ctx, account.Release)
		if err != nil {
			return nil, away(err, a.config.catalogURL)
		}
		store, err := a.poolOf(ctx, account, pg.Admin)
		if err != nil {
			return nil, err
		}
		list, err := projection.List(ctx, store, account.ID, loaded)
		if err != nil {
			return nil, advise(databaseFault(err), "account "+account.Name, "")
		}
		for _, status := range list {
			statuses = append(statuses, accountStatus{Account: account.Name, Status: status})
		}
	}
	return statuses, nil
}

// someAccounts returns the named account, or all that are not erased.
func (a *app) someAccounts(ctx context.Context, name string) ([]tenant.Account, error) {
	if name != "" {
		account, err := a.account(ctx, name)
		return []tenant.Account{account}, err
	}
	catalog, err := a.catalog(ctx)
	if err != nil {
		return nil, err
	}
	accounts, err := catalog.Accounts(ctx)
	if err != nil {
		return nil, away(err, a.config.catalogURL)
	}
	var alive []tenant.Account
	for _, account := range accounts {
		if account.State != tenant.Erased {
			alive = append(alive, account)
		}
	}
	return alive, nil
}

// account finds an account by its name or its id.
func (a *app) account(ctx context.Context, name string) (tenant.Account, error) {
	catalog, err := a.catalog(ctx)
	if err != nil {
		return tenant.Account{}, err
	}
	id, err := uuid.Parse(name)
	if err != nil {
		account, err := catalog.AccountByName(ctx, name)
		if fault.Is(err, fault.NotFound) {
			return account, noAccount(name)
		}
		return account, away(err, a.config.catalogURL)
	}
	accounts, err := catalog.Accounts(ctx)
	if err != nil {
		return tenant.Account{}, away(err, a.config.catalogURL)
	}
	for _, account := range accounts {
		if account.ID == id {
			return account, nil
		}
	}
	return tenant.Account{}, noAccount(name)
}

func noAccount(name string) error {
	return advise(fault.New(fault.NotFound, "There is no account %q", name), "catalog", "admin account list")
}
