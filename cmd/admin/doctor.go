package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/admin/doctor"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/lifecycle"
	"github.com/polderhq/polder/internal/release"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/migrations"
)

// worksWithin is how long doctor looks for what was begun and has not ended, on stores that may be away.
const worksWithin = 10 * time.Second

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use: "doctor", Args: takes(),
		Short: "Examine the whole installation: one line per check, and the mend of what is not ok",
		Long: `Examines the catalog and every store: reachable, migrated, roles and rights, row-level security, settings,
clocks, transactions, works on accounts and upgrades that stand still, accounts in step with the catalog, tables of releases,
parked projections, lag. It changes nothing. It fails (exit code 9) when a check fails; a warning alone does not fail it.`,
		RunE: a.run(func(ctx context.Context, _ []string) error {
			a.anyVersion = true // it says so itself
			findings, err := a.examine(ctx)
			if err != nil {
				return err
			}
			return a.printFindings(findings)
		}),
	}
}

func (a *app) storeCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use: "check [STORE]", Args: cobra.MaximumNArgs(1),
		Short: "Examine one store, or all, as doctor does",
		RunE: a.run(func(ctx context.Context, args []string) error {
			a.anyVersion = true // it says so itself
			stores, err := a.stores(ctx)
			if err != nil {
				return err
			}
			if len(args) == 1 {
				store, err := a.store(ctx, args[0])
				if err != nil {
					return err
				}
				stores = []tenant.Store{store}
			}
			findings, err := a.examineStores(ctx, stores, examined{servers: map[string]bool{}})
			if err != nil {
				return err
			}
			return a.printFindings(findings)
		}),
	}
}

// examine looks at the catalog and, when that is sound enough to say what they are, at
// every store.
func (a *app) examine(ctx context.Context) ([]doctor.Finding, error) {
	database, err := a.catalogURL()
	if err != nil {
		return nil, err
	}
	findings := doctor.Examine(ctx, doctor.Database{
		Subject: "catalog", URL: database, Place: place(database), Schema: migrations.Catalog, Now: a.Now,
	})
	stores, err := a.stores(ctx)
	if err != nil {
		return append(findings, doctor.Finding{Subject: "catalog", Check: "stores", Level: doctor.Fail,
			Message: fmt.Sprintf("the stores cannot be listed, so none was examined: %v", err), Mend: "mend what is reported above, then look again"}), nil
	}
	works, underWay := a.examineWorks(ctx)
	more, err := a.examineStores(ctx, stores, examined{servers: map[string]bool{server(database): true}, underWay: underWay})
	return slices.Concat(findings, works, more), err
}

// examined is what is known before stores are examined.
type examined struct {
	servers  map[string]bool    // that were examined
	underWay map[uuid.UUID]bool // accounts of which an open work says how they are
}

// examineWorks looks at what was begun and has not ended.
func (a *app) examineWorks(ctx context.Context) ([]doctor.Finding, map[uuid.UUID]bool) {
	ctx, cancel := context.WithTimeout(ctx, worksWithin)
	defer cancel()
	open, err := a.openWorks(ctx)
	if err != nil {
		return []doctor.Finding{doctor.Unknown("catalog", "works", err)}, nil
	}
	underWay := map[uuid.UUID]bool{}
	for _, o := range open {
		underWay[o.AccountID] = true
	}
	findings := doctor.Works(open, a.Now())
	runs, err := a.runsOf(ctx)
	if err != nil {
		return append(findings, doctor.Unknown("catalog", "upgrades", err)), underWay
	}
	standing, err := runs.Standing(ctx)
	if err != nil {
		return append(findings, doctor.Unknown("catalog", "upgrades", err)), underWay
	}
	return append(findings, doctor.Upgrades(standing)...), underWay
}

func (a *app) openWorks(ctx context.Context) ([]lifecycle.Open, error) {
	locks, err := a.catalogPool(ctx)
	if err != nil {
		return nil, err
	}
	catalog, err := a.catalog(ctx)
	if err != nil {
		return nil, err
	}
	return (&lifecycle.Runner{Catalog: catalog, Locks: locks, Places: a.workPlace}).Open(ctx)
}

func (a *app) examineStores(ctx context.Context, stores []tenant.Store, known examined) ([]doctor.Finding, error) {
	catalog, err := a.catalog(ctx)
	if err != nil {
		return nil, err
	}
	accounts, err := catalog.Accounts(ctx)
	if err != nil {
		return nil, away(err, a.config.catalogURL)
	}
	tables, err := a.wantedTables(ctx, catalog)
	if err != nil {
		return nil, err
	}
	var findings []doctor.Finding
	for _, store := range stores {
		database, err := a.storeURL(store.Location)
		if err != nil {
			return nil, advise(err, "store "+store.ID, "correct it with admin store add")
		}
		findings = append(findings, doctor.Examine(ctx, doctor.Database{
			Subject: "store " + store.ID, URL: database, Place: place(database), Schema: migrations.Store,
			SkipServer: known.servers[server(database)], Accounts: onStore(accounts, store.ID), UnderWay: known.underWay, Tables: tables, Now: a.Now,
		})...)
		known.servers[server(database)] = true
	}
	return findings, nil
}

// wantedTables are the tables of read models that the published releases need on a store; withdrawn ones need none.
func (a *app) wantedTables(ctx context.Context, catalog *tenant.Catalog) (map[string]string, error) {
	releases, err := catalog.Releases(ctx)
	if err != nil {
		return nil, away(err, a.config.catalogURL)
	}
	pool, err := a.catalogPool(ctx)
	if err != nil {
		return nil, err
	}
	library, tables := release.New(pool), map[string]string{}
	for _, r := range releases {
		if r.Withdrawn() {
			continue
		}
		loaded, err := library.Get(ctx, r.Digest)
		if err != nil {
			return nil, advise(err, "release "+r.Version, "")
		}
		for _, projection := range loaded.Projections() {
			tables[projection.Table] = r.Version
		}
	}
	return tables, nil
}

func onStore(accounts []tenant.Account, store string) []tenant.Account {
	return slices.DeleteFunc(slices.Clone(accounts), func(a tenant.Account) bool { return a.StoreID != store })
}

// server names the server and login behind a database's URL.
func server(database string) string {
	u, err := url.Parse(database)
	if err != nil {
		return database
	}
	return u.User.Username() + "@" + u.Host
}

func (a *app) printFindings(findings []doctor.Finding) error {
	if a.flags.output == "json" {
		if err := a.printJSON(findings); err != nil {
			return err
		}
	} else if err := a.printFindingLines(findings); err != nil {
		return err
	}
	failed := 0
	for _, f := range findings {
		if f.Level == doctor.Fail {
			failed++
		}
	}
	if failed > 0 {
		return advise(fault.New(fault.Rejected, "%d of %s failed", failed, several(len(findings), "finding")), "",
			"mend them from the first on, then look again")
	}
	return nil
}

func (a *app) printFindingLines(findings []doctor.Finding) error {
	rows := make([][]string, len(findings))
	for i, f := range findings {
		rows[i] = []string{string(f.Level), f.Subject, f.Check, f.Message}
	}
	var text strings.Builder
	if err := writeRows(&text, rows, func(int) bool { return false }); err != nil {
		return err
	}
	i := 0
	for line := range strings.Lines(text.String()) {
		fmt.Fprint(a.Out, line)
		if mend := findings[i].Mend; mend != "" {
			fmt.Fprintln(a.Out, "      mend: "+mend)
		}
		i++
	}
	return nil
}
