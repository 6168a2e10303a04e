package main

import (
	"context"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/diff"
	"github.com/polderhq/polder/internal/tenant"
)

// mayFollow refuses a new release that accounts could not be moved to: from the newest
// release of its model, or from one that an account runs on.
func (a *app) mayFollow(ctx context.Context, known []tenant.Release, ir *model.IR, p published) error {
	if !p.New {
		return nil
	}
	accounts, err := a.accountsInUse(ctx)
	if err != nil {
		return err
	}
	inUse := map[string]bool{}
	for _, account := range accounts {
		inUse[account.Release] = true
	}
	newest := true // none of the model was seen yet
	for _, release := range known {
		if release.Withdrawn() || !newest && !inUse[release.Digest] {
			continue
		}
		_, before, err := a.publishedRelease(ctx, release.Version)
		if err != nil {
			return err
		}
		if before.Name != ir.Name || before.TakesBack() {
			continue // another model, whose accounts stay with it, or a way back that the plan of an upgrade has made
		}
		newest = false
		if err := a.follows(release.Version, before, ir, p.Version); err != nil {
			return err
		}
	}
	return nil
}

// follows compares the model with a release before it.
func (a *app) follows(version string, before, ir *model.IR, wanted string) error {
	d := diff.Compare(before, ir)
	for i := range d.Refusals {
		d.Refusals[i].File = strings.ReplaceAll(d.Refusals[i].File, "<version>", wanted)
	}
	printRefusals(a.Err, d.Refusals)
	return advise(refusal(d, version, wanted), "", "see admin release diff "+version+" FOLDER")
}
