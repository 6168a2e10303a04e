package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/tenant"
)

// shownRelease is a published release with what it consists of.
type shownRelease struct {
	tenant.Release
	Model       string   `json:"model"`
	Streams     int      `json:"streams"`
	Commands    int      `json:"commands"`
	Events      int      `json:"events"`
	Projections int      `json:"projections"`
	Queries     int      `json:"queries"`
	Changes     []string `json:"changes"`  // versions of the sets of changes that it carries, oldest first
	Accounts    []string `json:"accounts"` // that run on it, by name
}

func (a *app) releaseCommand() *cobra.Command {
	list := &cobra.Command{
		Use: "list", Short: "List the published releases, the newest first", Args: takes(),
		RunE: a.run(func(ctx context.Context, _ []string) error {
			releases, err := a.publishedReleases(ctx)
			if err != nil {
				return err
			}
			return a.printReleases(releases)
		}),
	}
	show := &cobra.Command{
		Use: "show VERSION", Args: takes("VERSION"),
		Short:   "Show a published release: what it consists of, the changes of stored events that it carries, and its accounts",
		Example: "  admin release show 2026.12.1",
		RunE: a.run(func(ctx context.Context, args []string) error {
			shown, err := a.showRelease(ctx, args[0])
			if err != nil {
				return err
			}
			return a.printRelease(shown)
		}),
	}
	return group("release", "Look at releases, compare them, and take them out of use", list, show, a.releaseDiffCommand(), a.releaseWithdrawCommand(), a.releaseReinstateCommand())
}

// publishedReleases returns the published releases, the newest first, without their content.
func (a *app) publishedReleases(ctx context.Context) ([]tenant.Release, error) {
	catalog, err := a.catalog(ctx)
	if err != nil {
		return nil, err
	}
	releases, err := catalog.Releases(ctx)
	return releases, away(err, a.config.catalogURL)
}

// publishedRelease returns the release of the version with its model.
func (a *app) publishedRelease(ctx context.Context, version string) (tenant.Release, *model.IR, error) {
	catalog, err := a.catalog(ctx)
	if err != nil {
		return tenant.Release{}, nil, err
	}
	found, err := catalog.ReleaseByVersion(ctx, version)
	if fault.Is(err, fault.NotFound) {
		return found, nil, advise(fault.New(fault.NotFound, "There is no release %q", version), "catalog", "admin release list")
	}
	if err != nil {
		return found, nil, away(err, a.config.catalogURL)
	}
	ir := &model.IR{}
	if err := json.Unmarshal(found.IR, ir); err != nil {
		return found, nil, fmt.Errorf("release %s: %w", version, err)
	}
	if !model.CanRun(ir.Format) {
		return found, nil, advise(fault.New(fault.Precondition, "Release %s has IR format %d; this binary reads formats 1 to %d", version, ir.Format, model.Format),
			"catalog", "use the binary that it was published with")
	}
	return found, ir, nil
}

func (a *app) showRelease(ctx context.Context, version string) (shownRelease, error) {
	found, ir, err := a.publishedRelease(ctx, version)
	if err != nil {
		return shownRelease{}, err
	}
	var counted checked
	counted.count(ir)
	shown := shownRelease{Release: found, Model: ir.Name, Streams: counted.Streams, Commands: counted.Commands, Events: counted.Events,
		Projections: counted.Projections, Queries: counted.Queries, Changes: []string{}, Accounts: []string{}}
	for _, set := range ir.Changes {
		shown.Changes = append(shown.Changes, set.Version)
	}
	accounts, err := a.accountsInUse(ctx)
	for _, account := range accounts {
		if account.Release == found.Digest {
			shown.Accounts = append(shown.Accounts, account.Name)
		}
	}
	return shown, err
}

// accountsInUse returns the accounts that may be served again.
func (a *app) accountsInUse(ctx context.Context) ([]tenant.Account, error) {
	catalog, err := a.catalog(ctx)
	if err != nil {
		return nil, err
	}
	all, err := catalog.Accounts(ctx)
	var accounts []tenant.Account
	for _, account := range all {
		if account.State != tenant.Erased {
			accounts = append(accounts, account)
		}
	}
	return accounts, away(err, a.config.catalogURL)
}

func (a *app) printReleases(releases []tenant.Release) error {
	return printList(a, releases, "No release is published yet: admin model publish.",
		left("release", func(r tenant.Release) string { return r.Version }),
		left("digest", func(r tenant.Release) string { return r.Digest[:12] }),
		left("published", func(r tenant.Release) string { return a.age(r.PublishedAt) }),
		left("by", func(r tenant.Release) string { return r.PublishedBy }),
		left("withdrawn", func(r tenant.Release) string { return a.withdrawnAge(r) }))
}

func (a *app) withdrawnAge(r tenant.Release) string {
	if !r.Withdrawn() {
		return "-"
	}
	return a.age(r.WithdrawnAt)
}

// namesShown is how many accounts a release is shown with by name.
const namesShown = 10

func (a *app) printRelease(shown shownRelease) error {
	return printOne(a, shown,
		left("release", func(r shownRelease) string { return r.Version }),
		left("digest", func(r shownRelease) string { return r.Digest }),
		left("published", func(r shownRelease) string { return a.age(r.PublishedAt) + ", by " + r.PublishedBy }),
		left("withdrawn", func(r shownRelease) string { return a.withdrawnAge(r.Release) }),
		left("model", func(r shownRelease) string {
			return fmt.Sprintf("%s: %d streams, %d commands, %d events, %d projections, %d queries", r.Model, r.Streams, r.Commands, r.Events, r.Projections, r.Queries)
		}),
		left("changes", func(r shownRelease) string { return names(r.Changes) }),
		left("accounts", func(r shownRelease) string {
			if len(r.Accounts) > namesShown {
				return strings.Join(r.Accounts[:namesShown], ", ") + fmt.Sprintf(" and %d more", len(r.Accounts)-namesShown)
			}
			return names(r.Accounts)
		}))
}
