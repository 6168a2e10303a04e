package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
)

// accountSkip is a skipped event with the account's name.
type accountSkip struct {
	Account string `json:"account"`
	projection.SkippedEvent
}

func (a *app) listSkipped(ctx context.Context, name string) error {
	found, names, err := ofStores(ctx, a, name, projection.SkippedEvents)
	if err != nil {
		return err
	}
	skips := make([]accountSkip, len(found))
	for i, skip := range found {
		skips[i] = accountSkip{Account: names[skip.AccountID], SkippedEvent: skip}
	}
	return printList(a, skips, "No event was skipped.",
		left("account", func(s accountSkip) string { return s.Account }),
		left("table", func(s accountSkip) string { return s.Table }),
		right("event", func(s accountSkip) string { return count(s.SequenceNumber) }),
		left("type", func(s accountSkip) string { return s.PayloadItemName }),
		left("skipped", func(s accountSkip) string { return a.age(s.SkippedAt) }),
		left("who", func(s accountSkip) string { return s.Actor }),
		left("reason", func(s accountSkip) string { return s.Reason }),
		left("error", func(s accountSkip) string { return s.Error }))
}

func (a *app) deadletterSkipCommand() *cobra.Command {
	var name, parked, reason string
	var event int64
	skip := &cobra.Command{
		Use: "skip", Args: takes(),
		Short: "Leave the event out at which a projection is parked, and make the projection live again",
		Long: `Leaves the one event out that the projection is parked at, for this account and for good: retries, builds and audits
leave it out as well. The event itself stays in the store, and what else follows from it stays as it is. Then what was missed is
applied, as by retry; when another event cannot be applied, the projection stays parked at that one (exit code 9).
The reason is kept with the event and in the audit log. Mend and retry where you can: a skip leaves the rows without what the event
says. The login must be a member of polder_projector.`,
		Example: `  admin deadletter skip --account northwind --projection Orders --reason "test data of the first import, ticket 4711"`,
	}
	flags := skip.Flags()
	flags.StringVar(&name, "account", "", "name or id of the account")
	flags.StringVar(&parked, "projection", "", "the parked projection")
	flags.StringVar(&reason, "reason", "", "why the event may be left out")
	flags.Int64Var(&event, "event", 0, "refuse unless it is parked at the event of this number (default: whatever event it is)")
	for _, required := range []string{"account", "projection", "reason"} {
		_ = skip.MarkFlagRequired(required)
	}
	skip.RunE = a.run(func(ctx context.Context, _ []string) error {
		account, letter, err := a.deadLetter(ctx, name, parked)
		if err != nil {
			return err
		}
		if event != 0 && event != letter.SequenceNumber {
			return advise(fault.New(fault.Conflict, "Projection %s is parked at event %d, not at %d", parked, letter.SequenceNumber, event),
				"account "+account.Name, "admin deadletter show")
		}
		return a.skip(ctx, account, letter, reason)
	})
	return skip
}

// skip leaves the letter's event out and retries.
func (a *app) skip(ctx context.Context, account tenant.Account, letter accountLetter, reason string) error {
	releases, err := a.releasesOf(ctx, account)
	if err != nil {
		return err
	}
	store, err := a.poolOf(ctx, account, pg.Projector)
	if err != nil {
		return err
	}
	c := &change{action: "deadletter skip", account: account.ID, parameters: map[string]any{
		"projection": letter.Projection, "table": letter.Table, "event": letter.SequenceNumber, "type": letter.PayloadItemName, "reason": reason}}
	err = a.record(ctx, c, func() error {
		return databaseFault(projection.SkipDeadLetter(ctx, store, projection.Skip{AccountID: account.ID, Projection: letter.Projection,
			Release: releases[0], Event: letter.SequenceNumber, Reason: reason, Actor: a.config.actor}))
	})
	if err != nil {
		return advise(err, "account "+account.Name+", projection "+letter.Projection, "")
	}
	a.note("Event %s (%s) is left out of %s.", count(letter.SequenceNumber), letter.PayloadItemName, letter.Projection)
	outcome, err := a.retry(ctx, account, letter.Projection)
	if err != nil {
		return advise(err, "", "the event is skipped; apply the rest by admin deadletter retry")
	}
	return a.printRetried([]retried{outcome})
}

// deadLetter finds the named account and the letter of its parked projection.
func (a *app) deadLetter(ctx context.Context, name, parked string) (tenant.Account, accountLetter, error) {
	account, err := a.account(ctx, name)
	if err != nil {
		return account, accountLetter{}, err
	}
	letters, err := a.someDeadLetters(ctx, name)
	if err != nil {
		return account, accountLetter{}, err
	}
	for _, letter := range letters {
		if letter.Projection == parked || letter.Table == parked {
			return account, letter, nil
		}
	}
	return account, accountLetter{}, advise(fault.New(fault.NotFound, "Projection %s is not parked", parked), "account "+account.Name,
		fmt.Sprintf("admin deadletter list --account %s", account.Name))
}
