package main

import (
	"context"
	"fmt"
	"time"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

// listedAccount is an account with the version of its release.
type listedAccount struct {
	tenant.Account
	Version string `json:"version"`
}

// shownAccount is an account with what its store says of it.
type shownAccount struct {
	listedAccount
	Head *shownHead `json:"head"` // null: it is missing
}

// shownHead is where the account stands on its store.
type shownHead struct {
	Generation     int       `json:"generation"`
	SequenceNumber int64     `json:"sequenceNumber"`
	Epoch          int64     `json:"epoch"`
	State          string    `json:"state"`
	CommitTime     time.Time `json:"commitTime"`
}

func (a *app) printAccounts(ctx context.Context, accounts []tenant.Account) error {
	list := make([]listedAccount, len(accounts))
	versions, err := a.releaseVersions(ctx)
	if err != nil {
		return err
	}
	for i, account := range accounts {
		list[i] = listedAccount{Account: account, Version: versions[account.Release]}
	}
	return printList(a, list, "There is no account yet: admin account create.",
		left("account", func(l listedAccount) string { return l.Name }),
		left("id", func(l listedAccount) string { return l.ID.String() }),
		left("state", func(l listedAccount) string { return string(l.State) }),
		left("store", func(l listedAccount) string { return l.StoreID }),
		left("release", func(l listedAccount) string { return l.Version }),
		right("budget", func(l listedAccount) string { return budget(l.Limits) }),
		left("created", func(l listedAccount) string { return a.age(l.CreatedAt) }))
}

// showAccount answers with the account as catalog and store have it now.
func (a *app) showAccount(ctx context.Context, name string) error {
	account, err := a.account(ctx, name)
	if err != nil {
		return err
	}
	versions, err := a.releaseVersions(ctx)
	if err != nil {
		return err
	}
	head, err := a.head(ctx, account)
	if err != nil {
		return err
	}
	shown := shownAccount{listedAccount{account, versions[account.Release]}, head}
	return printOne(a, shown,
		left("account", func(s shownAccount) string { return s.Name }),
		left("id", func(s shownAccount) string { return s.ID.String() }),
		left("state", func(s shownAccount) string { return string(s.State) }),
		left("store", func(s shownAccount) string { return s.StoreID }),
		left("release", func(s shownAccount) string { return s.Version }),
		left("epoch", func(s shownAccount) string { return fmt.Sprint(s.Epoch) }),
		left("budget", func(s shownAccount) string { return budget(s.Limits) }),
		left("created", func(s shownAccount) string { return a.age(s.CreatedAt) }),
		left("head", func(s shownAccount) string { return a.headText(s.Head) }))
}

// head returns nil where the store has none.
func (a *app) head(ctx context.Context, account tenant.Account) (*shownHead, error) {
	pool, err := a.poolOf(ctx, account, pg.Admin)
	if err != nil {
		return nil, err
	}
	store := es.New(es.Config{Reader: pool})
	defer store.Close()
	head, err := store.Head(ctx, account.ID)
	if fault.Is(err, fault.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, advise(databaseFault(err), "store "+account.StoreID, "admin doctor")
	}
	return &shownHead{head.Generation, head.SequenceNumber, head.Epoch, head.State, head.CommitTime}, nil
}

func (a *app) headText(head *shownHead) string {
	switch {
	case head == nil:
		return "missing: run admin account create again"
	case head.SequenceNumber == 0:
		return "no events, " + head.State
	}
	return fmt.Sprintf("%s, the last %s, %s", several(head.SequenceNumber, "event"), a.age(head.CommitTime), head.State)
}

func (a *app) releaseVersions(ctx context.Context) (map[string]string, error) {
	catalog, err := a.catalog(ctx)
	if err != nil {
		return nil, err
	}
	releases, err := catalog.Releases(ctx)
	if err != nil {
		return nil, away(err, a.config.catalogURL)
	}
	versions := map[string]string{}
	for _, r := range releases {
		versions[r.Digest] = r.Version
	}
	return versions, nil
}

func budget(l tenant.Limits) string {
	switch {
	case l == tenant.Limits{}:
		return "default"
	case l.RequestsPerSecond == 0:
		return fmt.Sprintf("default, %d at once", l.RequestBurst)
	case l.RequestBurst == 0:
		return fmt.Sprintf("%g/s", l.RequestsPerSecond)
	}
	return fmt.Sprintf("%g/s, %d at once", l.RequestsPerSecond, l.RequestBurst)
}
