package upgrade

import (
	"context"
	"slices"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/change"
	"github.com/polderhq/polder/internal/model/diff"
	"github.com/polderhq/polder/internal/tenant"
)

// Router finds the releases that lead from one to another and back. They are published, because
// processes load what accounts run on from the catalog.
type Router struct {
	Catalog  *tenant.Catalog
	Releases interface {
		Get(ctx context.Context, digest string) (*model.Release, error)
	}
	By string // who publishes
}

// Route returns the way from the account's release to another. What the account runs on after
// it reads all that it has stored; what leads back reads all that is stored meanwhile.
func (r Router) Route(ctx context.Context, from tenant.Account, to *model.Release) (Route, error) {
	known, err := r.Catalog.Releases(ctx)
	if err != nil {
		return Route{}, err
	}
	before, err := r.Releases.Get(ctx, from.Release)
	if err != nil {
		return Route{}, err
	}
	route := Route{From: before.Digest(), FromVersion: versionOf(known, before.Digest()), OneWay: []string{}, from: before, to: to, To: to.Digest()}
	target := versionOf(known, to.Digest())
	forth := &leading{release: to}
	if before.IR().TakesBack() { // what follows from where it has gone back to does not know of that
		if forth, err = lead(to, before, target+"-from-"+route.FromVersion); err != nil {
			return Route{}, err
		}
	}
	route.Diff = diff.Compare(before.IR(), forth.release.IR())
	if len(route.Diff.Refusals) > 0 {
		return route, nil // what is refused is not made ready
	}
	route.to, route.To = forth.release, forth.release.Digest()
	switch route.Rewrite, err = Rewrites(before, route.to); {
	case fault.Is(err, fault.Rejected):
		route.Diff.Refusals = append(route.Diff.Refusals, diff.Refusal{What: err.Error(), Place: "changes"})
		return route, nil
	case err != nil:
		return Route{}, err
	case route.Rewrite != "":
		route.OneWay = append(route.OneWay, "any event: the history before the rewrite of "+route.Rewrite+" does not have it")
		return route, r.publish(ctx, known, forth)
	}
	back, err := lead(before, forth.release, route.FromVersion+"-after-"+target)
	if err != nil {
		route.NoWayBack = err.Error()
		return route, r.publish(ctx, known, forth)
	}
	route.Back = back.release.Digest()
	for _, l := range back.lost {
		route.OneWay = append(route.OneWay, l.Stream+"."+l.Event+": "+l.Why)
	}
	return route, r.publish(ctx, known, forth, back)
}

// leading is a release that accounts can go to, whichever was the older.
type leading struct {
	release *model.Release
	version string // to publish it under
	text    []byte // nil: it is published
	lost    []change.Lost
}

// lead returns the release as one that accounts can go to from the current one.
func lead(release, current *model.Release, version string) (*leading, error) {
	ir, lost, err := change.Onto(release.IR(), current.IR())
	if err != nil || ir == release.IR() {
		return &leading{release: release, lost: lost}, err
	}
	text, err := model.Canonical(ir)
	if err != nil {
		return nil, err
	}
	made, err := model.Load(text)
	return &leading{made, version, text, lost}, err
}

// publish enters those that are not in the catalog yet, or were withdrawn.
func (r Router) publish(ctx context.Context, known []tenant.Release, all ...*leading) error {
	for _, l := range all {
		digest := l.release.Digest()
		if l.text == nil || slices.ContainsFunc(known, func(k tenant.Release) bool { return k.Digest == digest && !k.Withdrawn() }) {
			continue
		}
		if err := r.Catalog.PublishRelease(ctx, tenant.Release{Digest: digest, Version: l.version, IR: l.text, PublishedBy: r.By}); err != nil {
			return err
		}
	}
	return nil
}

func versionOf(known []tenant.Release, digest string) string {
	for _, k := range known {
		if k.Digest == digest {
			return k.Version
		}
	}
	return digest[:12]
}
