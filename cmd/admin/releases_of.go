package main

import (
	"context"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/release"
	"github.com/polderhq/polder/internal/tenant"
)

// releasesOf loads the release that the account runs on, and then the one that it goes to or came
// from, if there is one.
func (a *app) releasesOf(ctx context.Context, account tenant.Account) ([]*model.Release, error) {
	library, err := a.library(ctx)
	if err != nil {
		return nil, err
	}
	store, err := a.poolOf(ctx, account, pg.Admin)
	if err != nil {
		return nil, err
	}
	digests, err := projection.RunsOn(ctx, store, account.ID)
	if err != nil {
		return nil, databaseFault(err)
	}
	if len(digests) == 0 {
		digests = []string{account.Release}
	}
	var all []*model.Release
	for _, digest := range digests {
		loaded, err := library.Get(ctx, digest)
		if err != nil {
			return nil, away(err, a.config.catalogURL)
		}
		all = append(all, loaded)
	}
	return all, nil
}

// releaseOf loads the release that the catalog has the account on.
func (a *app) releaseOf(ctx context.Context, account tenant.Account) (*model.Release, error) {
	library, err := a.library(ctx)
	if err != nil {
		return nil, err
	}
	loaded, err := library.Get(ctx, account.Release)
	return loaded, away(err, a.config.catalogURL)
}

// library keeps the releases that this run has loaded.
func (a *app) library(ctx context.Context) (*release.Library, error) {
	if a.releases == nil {
		catalog, err := a.catalogPool(ctx)
		if err != nil {
			return nil, err
		}
		a.releases = release.New(catalog)
	}
	return a.releases, nil
}
