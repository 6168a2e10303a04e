package main

import (
	"context"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

func (a *app) accountCommand() *cobra.Command {
	list := &cobra.Command{
		Use: "list", Short: "List the accounts", Args: takes(),
		RunE: a.run(func(ctx context.Context, _ []string) error {
			catalog, err := a.catalog(ctx)
			if err != nil {
				return err
			}
			accounts, err := catalog.Accounts(ctx)
			if err != nil {
				return away(err, a.config.catalogURL)
			}
			return a.printAccounts(ctx, accounts)
		}),
	}
	show := &cobra.Command{
		Use: "show ACCOUNT", Short: "Show an account, by name or id, with its head on the store", Args: takes("ACCOUNT"),
		RunE: a.run(func(ctx context.Context, args []string) error {
			return a.showAccount(ctx, args[0])
		}),
	}
	return group("account", "Keep the accounts", a.accountCreateCommand(), list, show, a.accountReleaseCommand(), a.accountLimitsCommand(), a.accountPolicyCommand(), a.suspendCommand(), a.resumeCommand(),
		a.accountVerifyCommand(), a.accountExportCommand(), a.accountImportCommand(), a.accountCloneCommand(), a.accountRestoreCommand(),
		a.accountMoveCommand(), a.accountEraseCommand())
}

type newAccount struct {
	store, version, id string
	limits             tenant.Limits
}

func (a *app) accountCreateCommand() *cobra.Command {
	var n newAccount
	create := &cobra.Command{
		Use: "create NAME", Args: takes("NAME"),
		Short: "Create an account on a store, or complete one whose creation was interrupted",
		Long: `Enters the account in the catalog, then its head and cursor on the store. Until the second step is done the
store refuses its commands. When the first was done and the second not (doctor says so), the same command completes it;
on a complete account it changes nothing. Naming another store, release, id or other limits than the account has is a conflict.`,
		Example: "  admin account create northwind --store main",
	}
	create.Flags().StringVar(&n.store, "store", "", "store (default: the only one)")
	create.Flags().StringVar(&n.version, "release", "", "version of the release (default: the newest)")
	create.Flags().StringVar(&n.id, "id", "", "account id, a uuid (default: a new one)")
	addLimits(create, &n.limits)
	create.RunE = a.run(func(ctx context.Context, args []string) error {
		c := &change{action: "account create", parameters: map[string]any{"name": args[0]}}
		var account tenant.Account
		err := a.record(ctx, c, func() (err error) {
			account, c.written, err = a.createAccount(ctx, args[0], n)
			c.account = account.ID
			return err
		})
		if err != nil {
			return err
		}
		return a.showAccount(ctx, account.ID.String())
	})
	return create
}

// createAccount enters the account first and makes its head second: an account without a
// head takes no commands, is found by its name again, and is seen by doctor.
func (a *app) createAccount(ctx context.Context, name string, n newAccount) (account tenant.Account, entered bool, err error) {
	account, err = a.account(ctx, name)
	switch {
	case fault.Is(err, fault.NotFound):
		account, err = a.enterAccount(ctx, name, n)
		entered = err == nil
	case err == nil:
		err = a.sameAccount(ctx, account, n)
	}
	if err != nil {
		return account, entered, err
	}
	store, err := a.poolOf(ctx, account, pg.Admin)
	if err != nil {
		return account, entered, err
	}
	err = databaseFault(es.CreateAccount(ctx, store, account.ID, account.Epoch))
	return account, entered, advise(err, "store "+account.StoreID, "run the same command again to complete the account")
}

func (a *app) enterAccount(ctx context.Context, name string, n newAccount) (tenant.Account, error) {
	catalog, err := a.catalog(ctx)
	if err != nil {
		return tenant.Account{}, err
	}
	wanted := tenant.NewAccount{Name: name, Limits: n.limits}
	if n.id != "" {
		if wanted.ID, err = uuid.Parse(n.id); err != nil {
			return tenant.Account{}, fault.New(fault.Invalid, "--id is a uuid, not %q", n.id)
		}
	}
	if wanted.StoreID, err = a.chooseStore(ctx, n.store); err != nil {
		return tenant.Account{}, err
	}
	if wanted.Release, err = a.chooseRelease(ctx, n.version); err != nil {
		return tenant.Account{}, err
	}
	account, err := catalog.CreateAccount(ctx, wanted)
	return account, away(err, a.config.catalogURL)
}

// sameAccount refuses to take an existing account for the wanted one where they differ.
func (a *app) sameAccount(ctx context.Context, account tenant.Account, n newAccount) error {
	differs := ""
	if n.store != "" && n.store != account.StoreID {
		differs = "on store " + account.StoreID
	}
	if n.id != "" && n.id != account.ID.String() {
		differs = "under id " + account.ID.String()
	}
	if n.limits != (tenant.Limits{}) && n.limits != account.Limits {
		differs = "with other limits"
	}
	if n.version != "" {
		digest, err := a.chooseRelease(ctx, n.version)
		if err != nil {
			return err
		}
		if digest != account.Release {
			differs = "on another release"
		}
	}
	if differs == "" {
		return nil
	}
	return advise(fault.New(fault.Conflict, "Account %s exists already, %s", account.Name, differs), "catalog",
		"admin account show "+account.Name)
}

func (a *app) chooseStore(ctx context.Context, id string) (string, error) {
	if id != "" {
		store, err := a.store(ctx, id)
		return store.ID, err
	}
	stores, err := a.stores(ctx)
	switch {
	case err != nil:
		return "", err
	case len(stores) == 0:
		return "", advise(fault.New(fault.Precondition, "There is no store yet"), "catalog", "admin store add")
	case len(stores) > 1:
		return "", advise(fault.New(fault.Invalid, "There are %d stores", len(stores)), "catalog", "choose one by --store")
	}
	return stores[0].ID, nil
}

// chooseRelease returns the digest of the version, or of the newest release, which accounts can be put on.
func (a *app) chooseRelease(ctx context.Context, version string) (string, error) {
	catalog, err := a.catalog(ctx)
	if err != nil {
		return "", err
	}
	releases, err := catalog.Releases(ctx)
	if err != nil {
		return "", away(err, a.config.catalogURL)
	}
	for _, r := range releases {
		switch {
		case r.Version == version && r.Withdrawn():
			return "", advise(fault.New(fault.Precondition, "Release %s was withdrawn", version), "catalog",
				"choose another one (admin release list), or admin release reinstate "+version)
		case r.Version == version, version == "" && !r.Withdrawn():
			return r.Digest, nil
		}
	}
	if version == "" {
		return "", advise(fault.New(fault.Precondition, "No release is published yet"), "catalog", "admin model publish")
	}
	return "", advise(fault.New(fault.NotFound, "There is no release %q", version), "catalog", "admin release list")
}

// poolOf opens the account's store in the role.
func (a *app) poolOf(ctx context.Context, account tenant.Account, role pg.Role) (*pgxpool.Pool, error) {
	store, err := a.store(ctx, account.StoreID)
	if err != nil {
		return nil, err
	}
	return a.storePool(ctx, store, role)
}
