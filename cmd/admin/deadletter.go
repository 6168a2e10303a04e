package main

import (
	"context"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
)

// accountLetter is a dead letter with the account's name.
type accountLetter struct {
	Account string `json:"account"`
	projection.DeadLetter
}

// retried is the outcome of one retry.
type retried struct {
	Account        string `json:"account"`
	Projection     string `json:"projection"`
	Live           bool   `json:"live"` // it caught up and joined the live cursor
	SequenceNumber int64  `json:"sequenceNumber,omitempty"`
	Error          string `json:"error,omitempty"`
}

func (a *app) deadletterCommand() *cobra.Command {
	return group("deadletter", "Look at parked projections and put them to work again",
		a.deadletterListCommand(), a.deadletterShowCommand(), a.deadletterRetryCommand(), a.deadletterSkipCommand())
}

func (a *app) deadletterListCommand() *cobra.Command {
	var name string
	var skipped bool
	list := &cobra.Command{
		Use: "list", Args: takes(),
		Short: "Show the events at which projections were parked, and why",
	}
	list.Flags().StringVar(&name, "account", "", "name or id of one account (default: all)")
	list.Flags().BoolVar(&skipped, "skipped", false, "show the events that were skipped instead, with who skipped them and why")
	list.RunE = a.run(func(ctx context.Context, _ []string) error {
		if skipped {
			return a.listSkipped(ctx, name)
		}
		letters, err := a.someDeadLetters(ctx, name)
		if err != nil {
			return err
		}
		return printList(a, letters, "No projection is parked.",
			left("account", func(l accountLetter) string { return l.Account }),
			left("projection", func(l accountLetter) string { return l.Projection }),
			right("event", func(l accountLetter) string { return count(l.SequenceNumber) }),
			left("type", func(l accountLetter) string { return l.PayloadItemName }),
			right("attempts", func(l accountLetter) string { return fmt.Sprint(l.Attempts) }),
			left("first failed", func(l accountLetter) string { return a.age(l.FirstFailedAt) }),
			left("last failed", func(l accountLetter) string { return a.age(l.LastFailedAt) }),
			left("error", func(l accountLetter) string { return l.Error }))
	})
	return list
}

// someDeadLetters returns those of the named account, or of all.
func (a *app) someDeadLetters(ctx context.Context, name string) ([]accountLetter, error) {
	letters, names, err := ofStores(ctx, a, name, projection.DeadLetters)
	all := make([]accountLetter, len(letters))
	for i, letter := range letters {
		all[i] = accountLetter{Account: names[letter.AccountID], DeadLetter: letter}
	}
	return all, err
}

// ofStores reads what stores keep of the named account, or of all accounts, which takes one
// question a store. It returns the accounts' names as well.
func ofStores[T any](ctx context.Context, a *app, name string, read func(context.Context, *pgxpool.Pool, uuid.UUID) ([]T, error)) ([]T, map[uuid.UUID]string, error) {
	accounts, err := a.someAccounts(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	names := map[uuid.UUID]string{}
	for _, account := range accounts {
		names[account.ID] = account.Name
	}
	if name != "" {
		store, err := a.poolOf(ctx, accounts[0], pg.Admin)
		if err != nil {
			return nil, nil, err
		}
		found, err := read(ctx, store, accounts[0].ID)
		return found, names, advise(databaseFault(err), "account "+accounts[0].Name, "")
	}
	stores, err := a.stores(ctx)
	if err != nil {
		return nil, nil, err
	}
	var all []T
	for _, store := range stores {
		pool, err := a.storePool(ctx, store, pg.Admin)
		if err != nil {
			return nil, nil, err
		}
		found, err := read(ctx, pool, uuid.Nil)
		if err != nil {
			return nil, nil, advise(databaseFault(err), "store "+store.ID, "")
		}
		all = append(all, found...)
	}
	return all, names, nil
}

func (a *app) deadletterRetryCommand() *cobra.Command {
	var name, only string
	retry := &cobra.Command{
		Use: "retry", Args: takes(),
		Short: "Apply to parked projections what they missed, and make them live again",
		Long: `Applies the event that failed and all later ones to the parked projection. An event that fails again leaves it
parked, and the dead letter says so; the command then fails with exit code 9. Other projections are not touched.
The login must be a member of polder_projector.`,
		Example: "  admin deadletter retry --account northwind --projection Orders",
	}
	retry.Flags().StringVar(&name, "account", "", "name or id of the account")
	retry.Flags().StringVar(&only, "projection", "", "one projection (default: all that are parked)")
	_ = retry.MarkFlagRequired("account")
	retry.RunE = a.run(func(ctx context.Context, _ []string) error {
		account, err := a.account(ctx, name)
		if err != nil {
			return err
		}
		letters, err := a.someDeadLetters(ctx, name)
		if err != nil {
			return err
		}
		var outcomes []retried
		for _, letter := range letters {
			if only != "" && letter.Projection != only {
				continue
			}
			outcome, err := a.retry(ctx, account, letter.Projection)
			if err != nil {
				return err
			}
			outcomes = append(outcomes, outcome)
		}
		return a.printRetried(outcomes)
	})
	return retry
}

// retry returns an error only where the retry itself could not be made.
func (a *app) retry(ctx context.Context, account tenant.Account, name string) (retried, error) {
	releases, err := a.releasesOf(ctx, account)
	if err != nil {
		return retried{}, err
	}
	store, err := a.poolOf(ctx, account, pg.Projector)
	if err != nil {
		return retried{}, err
	}
	outcome := retried{Account: account.Name, Projection: name}
	c := &change{action: "deadletter retry", account: account.ID, parameters: map[string]any{"projection": name}}
	err = a.record(ctx, c, func() error {
		at, err := projection.RetryDeadLetter(ctx, store, projection.Retry{AccountID: account.ID, Projection: name, Release: releases[0], Beside: releases[1:]})
		outcome.SequenceNumber, outcome.Live = at, err == nil
		return databaseFault(err)
	})
	if fault.Is(err, fault.Rejected) {
		outcome.Error = err.Error()
		return outcome, nil
	}
	return outcome, advise(err, "account "+account.Name+", projection "+name, "")
}

func (a *app) printRetried(outcomes []retried) error {
	err := printList(a, outcomes, "Nothing to retry: no such projection is parked.",
		left("account", func(r retried) string { return r.Account }),
		left("projection", func(r retried) string { return r.Projection }),
		left("outcome", func(r retried) string {
			if r.Live {
				return "live at " + count(r.SequenceNumber)
			}
			return "still parked: " + r.Error
		}))
	if err != nil {
		return err
	}
	for _, r := range outcomes {
		if !r.Live {
			return advise(fault.New(fault.Rejected, "A projection is still parked"), "account "+r.Account,
				"mend its cause (admin deadletter list) and retry")
		}
	}
	return nil
}
