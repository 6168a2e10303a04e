package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/upgrade"
)

// withdrawnRelease is a release that no account can be put on any more, and what went with it.
type withdrawnRelease struct {
	tenant.Release
	Dropped []droppedTables `json:"dropped"` // by this run
}

// droppedTables are tables that a store had.
type droppedTables struct {
	StoreID string   `json:"storeId"`
	Tables  []string `json:"tables"`
}

func (a *app) releaseWithdrawCommand() *cobra.Command {
	return &cobra.Command{
		Use: "withdraw VERSION", Args: takes("VERSION"),
		Short: "Take a release out of use, and drop the tables that no other release needs",
		Long: `From then on no account can be created on the release, copied to it, or moved to it. Then the tables that it has and no
other release has that is not withdrawn are dropped on every store. The release itself is kept: admin release reinstate, or
admin model publish of the same model, takes it into use again, and makes its tables anew.

Refused are releases that accounts run on, and those that an upgrade which is not over takes accounts to, from, or back to.
A run that was cut off is run again: it drops what is left.`,
		Example: "  admin release withdraw 2026.11.1",
		RunE: a.run(func(ctx context.Context, args []string) error {
			done, err := a.withdraw(ctx, args[0])
			if err != nil {
				return err
			}
			return a.printWithdrawn(done)
		}),
	}
}

func (a *app) releaseReinstateCommand() *cobra.Command {
	return &cobra.Command{
		Use: "reinstate VERSION", Args: takes("VERSION"),
		Short: "Take a release into use again that was withdrawn",
		Long: `Makes the release's tables on every store, and lets accounts be put on it again. On one that is in use it makes tables that
are missing, and changes nothing else.`,
		Example: "  admin release reinstate 2026.11.1",
		RunE: a.run(func(ctx context.Context, args []string) error {
			found, _, err := a.publishedRelease(ctx, args[0])
			if err != nil {
				return err
			}
			outcome := published{Release: found, Again: found.Withdrawn()}
			c := &change{action: "release reinstate", parameters: map[string]any{"version": found.Version}}
			if err := a.record(ctx, c, func() error { return a.enter(ctx, &outcome) }); err != nil {
				return err
			}
			return a.printPublished(outcome)
		}),
	}
}

func (a *app) withdraw(ctx context.Context, version string) (done withdrawnRelease, err error) {
	found, _, err := a.publishedRelease(ctx, version)
	if err != nil {
		return done, err
	}
	catalog, err := a.catalog(ctx)
	if err != nil {
		return done, err
	}
	c := &change{action: "release withdraw", parameters: map[string]any{"version": version}}
	err = a.record(ctx, c, func() error {
		c.written = true
		return catalog.WithdrawRelease(ctx, found, func(ctx context.Context) ([]tenant.Use, error) { return a.usesOnStores(ctx, found.Digest) })
	})
	if fault.Is(err, fault.Conflict) {
		return done, advise(err, "release "+version,
			"take its accounts to another release (admin upgrade plan --to VERSION), and end its upgrades (admin upgrade contract, or rollback)")
	}
	if err != nil {
		return done, away(err, a.config.catalogURL)
	}
	c = &change{action: "release tables drop", parameters: map[string]any{"version": version}}
	err = a.record(ctx, c, func() error {
		return catalog.Dropping(ctx, func() error {
			done.Dropped, err = a.dropUnneeded(ctx, found)
			c.parameters["dropped"], c.written = done.Dropped, err == nil && len(done.Dropped) == 0
			return err
		})
	})
	if err != nil {
		return done, advise(err, "", "the release is withdrawn; run the same command again to drop its tables")
	}
	done.Release, err = catalog.ReleaseByVersion(ctx, version)
	return done, away(err, a.config.catalogURL)
}

// usesOnStores returns accounts that need the release according to their store.
func (a *app) usesOnStores(ctx context.Context, digest string) ([]tenant.Use, error) {
	stores, err := a.stores(ctx)
	if err != nil {
		return nil, err
	}
	accounts, err := a.accountsInUse(ctx)
	if err != nil {
		return nil, err
	}
	var uses []tenant.Use
	for _, store := range stores {
		pool, err := a.storePool(ctx, store, pg.Admin)
		if err != nil {
			return nil, err
		}
		ids, err := upgrade.Needing(ctx, pool, digest)
		if err != nil {
			return nil, away(err, store.Location)
		}
		for _, id := range ids {
			name := id.String()
			if i := slices.IndexFunc(accounts, func(a tenant.Account) bool { return a.ID == id }); i >= 0 {
				name = accounts[i].Name
			}
			uses = append(uses, tenant.Use{Kind: "account", Name: name})
		}
	}
	return uses, nil
}

// dropUnneeded drops the tables of the release that no other has which is not withdrawn. Nobody enters a release meanwhile.
func (a *app) dropUnneeded(ctx context.Context, r tenant.Release) ([]droppedTables, error) {
	tables, err := a.unneeded(ctx, r)
	if err != nil {
		return nil, err
	}
	stores, err := a.stores(ctx)
	if err != nil {
		return nil, err
	}
	dropped := []droppedTables{}
	for _, store := range stores {
		owner, err := a.storePool(ctx, store, pg.Owner)
		if err != nil {
			return dropped, err
		}
		builder, err := a.storePool(ctx, store, pg.Builder)
		if err != nil {
			return dropped, err
		}
		gone, err := projection.Drop(ctx, owner, builder, tables)
		if len(gone) > 0 {
			dropped = append(dropped, droppedTables{store.ID, gone})
		}
		if err != nil {
			return dropped, away(err, store.Location)
		}
	}
	return dropped, nil
}

// unneeded are the tables of the release that no release has which is in use, or may be.
func (a *app) unneeded(ctx context.Context, r tenant.Release) ([]string, error) {
	catalog, err := a.catalog(ctx)
	if err != nil {
		return nil, err
	}
	wanted, err := a.wantedTables(ctx, catalog)
	if err != nil {
		return nil, err
	}
	loaded, err := model.Load(r.IR)
	if err != nil {
		return nil, fmt.Errorf("release %s: %w", r.Version, err)
	}
	return slices.DeleteFunc(projection.TableNames(loaded), func(table string) bool {
		_, needed := wanted[table]
		return needed
	}), nil
}

func (a *app) printWithdrawn(done withdrawnRelease) error {
	return printOne(a, done,
		left("release", func(r withdrawnRelease) string { return r.Version }),
		left("digest", func(r withdrawnRelease) string { return r.Digest }),
		left("withdrawn", func(r withdrawnRelease) string { return a.age(r.WithdrawnAt) }),
		left("tables dropped", func(r withdrawnRelease) string {
			var texts []string
			for _, d := range r.Dropped {
				texts = append(texts, fmt.Sprintf("%d on store %s", len(d.Tables), d.StoreID))
			}
			return firstNonEmpty(strings.Join(texts, ", "), "none")
		}))
}
