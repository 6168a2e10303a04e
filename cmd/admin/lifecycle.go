package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/lifecycle"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection/build"
)

// lifeFlags are those of all works on whole accounts.
type lifeFlags struct{ throttle float64 }

func (f *lifeFlags) add(c *cobra.Command) {
	throttleFlag(c, &f.throttle, "throttle", "events per second at most (0: as fast as it goes)")
}

// atWork does a work on an account and shows how far it is. What it did, and with what result, is in the audit log.
func (a *app) atWork(ctx context.Context, title string, f lifeFlags, c *change, do func(*lifecycle.Runner) error) error {
	locks, err := a.catalogPool(ctx)
	if err != nil {
		return err
	}
	catalog, err := a.catalog(ctx)
	if err != nil {
		return err
	}
	library, err := a.library(ctx)
	if err != nil {
		return err
	}
	a.builders = 1
	meter := newEventsMeter(a, title)
	r := &lifecycle.Runner{Catalog: catalog, Locks: locks, Places: a.workPlace, Releases: library, Clock: a.Now, By: a.config.actor,
		Throttle: build.NewThrottle(f.throttle, a.Now), Progress: meter.update}
	return a.record(ctx, c, func() error {
		defer meter.end()
		return databaseFault(do(r))
	})
}

// workPlace opens the store for works on accounts.
func (a *app) workPlace(ctx context.Context, id string) (place lifecycle.Place, err error) {
	store, err := a.store(ctx, id)
	if err != nil {
		return place, err
	}
	place.StoreID = id
	if place.Admin, err = a.storePool(ctx, store, pg.Admin); err != nil {
		return place, err
	}
	if place.Builder, err = a.storePool(ctx, store, pg.Builder); err != nil {
		return place, err
	}
	place.Owner, err = a.storePool(ctx, store, pg.Owner)
	return place, err
}

func parseAccountID(text string) (uuid.UUID, error) {
	if text == "" {
		return uuid.Nil, nil
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return uuid.Nil, fault.New(fault.Invalid, "--id is a uuid, not %q", text)
	}
	return id, nil
}

// printCopied answers with an account that was made of a history.
func (a *app) printCopied(done lifecycle.Copied) error {
	for _, parked := range done.Parked {
		a.note("Parked: %s", parked)
	}
	a.noteArchived(done.Carried, done.Account.Name)
	return printOne(a, done,
		left("account", func(c lifecycle.Copied) string { return c.Account.Name }),
		left("id", func(c lifecycle.Copied) string { return c.Account.ID.String() }),
		left("store", func(c lifecycle.Copied) string { return c.Account.StoreID }),
		left("state", func(c lifecycle.Copied) string { return string(c.Account.State) }),
		left("events", func(c lifecycle.Copied) string { return count(c.SequenceNumber) }),
		left("digest", func(c lifecycle.Copied) string { return c.Digest }),
		left("archived streams", func(c lifecycle.Copied) string { return count(c.Archived) }),
		left("parked projections", func(c lifecycle.Copied) string { return fmt.Sprint(len(c.Parked)) }))
}

// noteArchived says that a copy has not archived what is archived where it was copied from.
func (a *app) noteArchived(c lifecycle.Carried, account string) {
	if c.Left > 0 {
		a.note("%s where it was copied from, and not here, where builds read the events. To archive them: admin stream archive --account %s --idle 365d",
			areArchived(c.Left), account)
	}
}

func areArchived(streams int64) string {
	if streams == 1 {
		return "1 stream is archived"
	}
	return count(streams) + " streams are archived"
}

const runAgain = "run the same command again: it goes on"

// afterWork is the next step of whoever met the error amid a work on a whole account. What another run
// would meet again says itself what to do.
func afterWork(err error) string {
	switch fault.KindOf(err) {
	case fault.Invalid, fault.NotFound, fault.Conflict, fault.Precondition, fault.Rejected:
		return ""
	default:
		return runAgain
	}
}
