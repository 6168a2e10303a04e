package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

// What has become of an account on a store that was restored.
const (
	goesOn  = "goes on"
	missing = "missing" // it was created after the moment to which the store was restored
	stray   = "stray"   // it was moved or erased after that moment, and is here again
)

// restored is an account of a store that was restored.
type restored struct {
	AccountID      uuid.UUID `json:"accountId"`
	Account        string    `json:"account"` // empty: the catalog does not know it
	State          string    `json:"state"`   // goes on, missing, stray
	SequenceNumber int64     `json:"sequenceNumber"`
	Epoch          int64     `json:"epoch"`
}

func (a *app) storeRestoredCommand() *cobra.Command {
	var yes bool
	command := &cobra.Command{
		Use: "restored STORE", Args: takes("STORE"),
		Short: "Let the accounts of a store go on after it was restored to an earlier moment",
		Long: `Raises the epoch of every account on the store, so that nothing that a process remembers of the history that
is gone is believed: numbers that were given once are given again, to other events. The catalog follows with the
release that the store has each account on. Run it while api and projector are stopped, once for each time a store is
restored; interrupted, it is run again. Accounts that were created after the moment, and those that were moved away or
erased after it and are here again, are listed.`,
		Example: "  admin store restored main --yes",
	}
	addYes(command, &yes)
	command.RunE = a.run(func(ctx context.Context, args []string) error {
		store, err := a.store(ctx, args[0])
		if err != nil {
			return err
		}
		if err := confirm(yes, "Every account on store %s gets a new epoch: commands under way are refused once", store.ID); err != nil {
			return err
		}
		return a.storeRestored(ctx, store)
	})
	return command
}

func (a *app) storeRestored(ctx context.Context, store tenant.Store) error {
	pool, err := a.storePool(ctx, store, pg.Admin)
	if err != nil {
		return err
	}
	catalog, err := a.catalog(ctx)
	if err != nil {
		return err
	}
	accounts, err := catalog.Accounts(ctx)
	if err != nil {
		return away(err, a.config.catalogURL)
	}
	var all []restored
	err = a.record(ctx, &change{action: "store restored", parameters: map[string]any{"store": store.ID}}, func() error {
		heads, err := es.Heads(ctx, pool)
		if err != nil {
			return away(err, store.Location)
		}
		if all, err = a.goOn(ctx, pool, here(accounts, store.ID), heads); err != nil {
			return advise(err, "store "+store.ID, "run the same command again")
		}
		all = append(all, strays(accounts, store.ID, heads)...)
		return nil
	})
	if err != nil {
		return err
	}
	if err := a.printRestored(all); err != nil {
		return err
	}
	return unsettled(all)
}

// here are the accounts that the catalog routes to the store.
func here(accounts []tenant.Account, store string) []tenant.Account {
	return slices.DeleteFunc(slices.Clone(accounts), func(a tenant.Account) bool {
		return a.StoreID != store || a.State == tenant.Erased
	})
}

// goOn raises the epochs of the accounts, on the store first: from there on nobody who
// remembers the old one is believed, whatever becomes of the rest.
func (a *app) goOn(ctx context.Context, pool *pgxpool.Pool, accounts []tenant.Account, heads []es.Head) ([]restored, error) {
	catalog, err := a.catalog(ctx)
	if err != nil {
		return nil, err
	}
	var all []restored
	for _, account := range accounts {
		i := slices.IndexFunc(heads, func(h es.Head) bool { return h.AccountID == account.ID })
		if i < 0 {
			all = append(all, restored{AccountID: account.ID, Account: account.Name, State: missing})
			continue
		}
		epoch, err := es.RaiseEpoch(ctx, pool, account.ID, account.Epoch)
		if err != nil {
			return all, err
		}
		release := heads[i].Release
		if release == "" { // it was never switched on this store
			release = account.Release
		}
		if err := catalog.SetRelease(ctx, account.ID, release, epoch); err != nil {
			return all, err
		}
		all = append(all, restored{account.ID, account.Name, goesOn, heads[i].SequenceNumber, epoch})
	}
	return all, nil
}

// strays are the accounts that the store has and should not have any more.
func strays(accounts []tenant.Account, store string, heads []es.Head) (all []restored) {
	routed := here(accounts, store)
	for _, h := range heads {
		is := func(a tenant.Account) bool { return a.ID == h.AccountID }
		if slices.ContainsFunc(routed, is) {
			continue
		}
		found := restored{AccountID: h.AccountID, State: stray, SequenceNumber: h.SequenceNumber, Epoch: h.Epoch}
		if i := slices.IndexFunc(accounts, is); i >= 0 {
			found.Account = accounts[i].Name
		}
		all = append(all, found)
	}
	return all
}

func (a *app) printRestored(all []restored) error {
	return printList(a, all, "The store has no accounts.",
		left("account", func(r restored) string { return r.Account }),
		left("id", func(r restored) string { return r.AccountID.String() }),
		left("state", func(r restored) string { return r.State }),
		right("sequence number", func(r restored) string { return fmt.Sprint(r.SequenceNumber) }),
		right("epoch", func(r restored) string { return fmt.Sprint(r.Epoch) }))
}

// unsettled says what is left for a person to decide.
func unsettled(all []restored) error {
	count := func(state string) (n int) {
		for _, r := range all {
			if r.State == state {
				n++
			}
		}
		return n
	}
	var err error
	if n := count(missing); n > 0 {
		err = advise(fault.New(fault.Rejected, "%s created after the moment to which the store was restored, and without a history here", several(n, "account")),
			"", "admin account create NAME gives each an empty history")
	}
	if n := count(stray); n > 0 {
		err = advise(fault.New(fault.Rejected, "%s on this store that the catalog has elsewhere, or erased", several(n, "account")),
			"", "erase them here again, or restore the catalog to the same moment")
	}
	return err
}
