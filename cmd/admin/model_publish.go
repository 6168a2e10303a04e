package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
)

// published is the outcome of a publish.
type published struct {
	tenant.Release
	New    bool     `json:"new"`    // it was not published before
	Again  bool     `json:"again"`  // it was withdrawn
	Stores []string `json:"stores"` // that have its tables
}

func (a *app) modelPublishCommand() *cobra.Command {
	var version string
	publish := &cobra.Command{
		Use: "publish [FOLDER]", Args: cobra.MaximumNArgs(1),
		Short: "Compile and test a model, make its tables on every store, and publish it as a release",
		Long: `Publishes a model whose examples all hold. Its tables are made on every store first and the release is entered
last, so that no account can be put on a release that a store is not ready for. Publishing the same content again
changes nothing, makes tables that are missing, and takes a release into use again that was withdrawn. No account changes
its release by this.

Before anything is written, the model is compared with the newest release of the same model and with those that
accounts run on. What admin release diff refuses is not published.`,
		Example: "  admin model publish\n  admin model publish ./models/erp --version 2026.11.3",
	}
	publish.Flags().StringVar(&version, "version", "", "the release's version (default: year.month.n, with the next free n)")
	publish.RunE = a.run(func(ctx context.Context, args []string) error {
		result, source, err := a.compileAndTest(args)
		if err != nil {
			return err
		}
		outcome, err := a.publish(ctx, result, source, version)
		if err != nil {
			return err
		}
		return a.printPublished(outcome)
	})
	return publish
}

func (a *app) publish(ctx context.Context, result *compile.Result, source, version string) (published, error) {
	catalog, err := a.catalog(ctx)
	if err != nil {
		return published{}, err
	}
	outcome := published{Release: tenant.Release{Digest: result.Digest, IR: result.Canonical, PublishedBy: a.config.actor}}
	c := &change{action: "model publish", parameters: map[string]any{"source": source, "digest": result.Digest}}
	err = a.record(ctx, c, func() error {
		known, err := catalog.Releases(ctx)
		if err != nil {
			return away(err, a.config.catalogURL)
		}
		outcome.Version, outcome.New, err = chooseVersion(known, result.Digest, version, a.Now())
		c.parameters["version"] = outcome.Version
		if err != nil {
			return err
		}
		if err := a.mayFollow(ctx, known, result.IR, outcome); err != nil {
			return err
		}
		outcome.Again = slices.ContainsFunc(known, func(r tenant.Release) bool { return r.Digest == result.Digest && r.Withdrawn() })
		c.written = outcome.New || outcome.Again // else the catalog has nothing to change, and writes nothing
		return a.enter(ctx, &outcome)
	})
	if err != nil {
		return outcome, err
	}
	outcome.Release, err = catalog.ReleaseByVersion(ctx, outcome.Version)
	return outcome, away(err, a.config.catalogURL)
}

// enter makes the release's tables on every store, and enters it.
func (a *app) enter(ctx context.Context, p *published) error {
	catalog, err := a.catalog(ctx)
	if err != nil {
		return err
	}
	err = catalog.PublishReleaseWith(ctx, p.Release, func() error {
		p.Stores, err = a.expandEverywhere(ctx, p.IR)
		return err
	})
	return away(err, a.config.catalogURL)
}

// chooseVersion returns the version that the content is or will be published under, and
// whether it is new. Without a wanted one that is the next of this month.
func chooseVersion(known []tenant.Release, digest, wanted string, now time.Time) (version string, fresh bool, err error) {
	month := fmt.Sprintf("%d.%d.", now.Year(), int(now.Month()))
	last := 0
	for _, r := range known {
		if r.Digest == digest && (wanted == "" || wanted == r.Version) {
			return r.Version, false, nil
		}
		if r.Digest == digest {
			return r.Version, false, advise(fault.New(fault.Conflict, "This content is published already, as %s", r.Version), "",
				"leave --version out to publish it again as that")
		}
		if r.Version == wanted {
			return wanted, false, advise(fault.New(fault.Conflict, "Version %s is published with another content", wanted), "",
				"choose another --version, or none")
		}
		if n, err := strconv.Atoi(strings.TrimPrefix(r.Version, month)); err == nil {
			last = max(last, n)
		}
	}
	if wanted == "" {
		wanted = month + strconv.Itoa(last+1)
	}
	return wanted, true, nil
}

// expandEverywhere makes the tables of the release with the IR on every store.
func (a *app) expandEverywhere(ctx context.Context, ir []byte) ([]string, error) {
	loaded, err := model.Load(ir)
	if err != nil {
		return nil, fmt.Errorf("compiled, and cannot be loaded: %w", err)
	}
	stores, err := a.stores(ctx)
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, store := range stores {
		var owner *pgxpool.Pool
		if owner, err = a.storePool(ctx, store, pg.Owner); err == nil {
			err = away(projection.Expand(ctx, owner, loaded), store.Location)
		}
		if err != nil {
			return nil, advise(err, "store "+store.ID, "run the same command again when the store is well (admin store check "+store.ID+")")
		}
		names = append(names, store.ID)
	}
	return names, nil
}

func (a *app) printPublished(p published) error {
	return printOne(a, p,
		left("release", func(p published) string { return p.Version }),
		left("digest", func(p published) string { return p.Digest }),
		left("published", func(p published) string {
			if p.New {
				return "now"
			}
			if p.Again {
				return "again; it was withdrawn"
			}
			return "before, " + a.age(p.PublishedAt) + ", by " + p.PublishedBy
		}),
		left("stores", func(p published) string { return strings.Join(p.Stores, ", ") }))
}
