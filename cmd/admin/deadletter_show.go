package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/release"
	"github.com/polderhq/polder/internal/tenant"
)

// shownLetter is a dead letter with all that helps to decide about it.
type shownLetter struct {
	accountLetter
	Version string       `json:"version"`        // of the release it failed under
	Event   shownEvent   `json:"event"`          // as it is stored
	Read    []shownEvent `json:"read,omitempty"` // what the account's release reads in place of it
	Next    []string     `json:"next"`
}

func (a *app) deadletterShowCommand() *cobra.Command {
	var name, parked string
	show := &cobra.Command{
		Use: "show", Args: takes(),
		Short:   "Show the event at which a projection is parked, with its payload, and what can be done",
		Example: "  admin deadletter show --account northwind --projection Orders",
	}
	show.Flags().StringVar(&name, "account", "", "name or id of the account")
	show.Flags().StringVar(&parked, "projection", "", "the parked projection")
	_ = show.MarkFlagRequired("account")
	_ = show.MarkFlagRequired("projection")
	show.RunE = a.run(func(ctx context.Context, _ []string) error {
		account, letter, err := a.deadLetter(ctx, name, parked)
		if err != nil {
			return err
		}
		shown, err := a.complete(ctx, account, letter)
		if err != nil {
			return err
		}
		return a.printLetter(shown)
	})
	return show
}

// complete adds the event, the release's version and the next steps.
func (a *app) complete(ctx context.Context, account tenant.Account, letter accountLetter) (shownLetter, error) {
	shown := shownLetter{accountLetter: letter}
	versions, err := a.releaseVersions(ctx)
	if err != nil {
		return shown, err
	}
	shown.Version = firstNonEmpty(versions[letter.Release], "not in the catalog")
	event, err := a.eventAt(ctx, account, letter.SequenceNumber)
	if err != nil {
		return shown, err
	}
	shown.Event = show(event)
	if shown.Read, err = a.readAs(ctx, account, event); err != nil {
		return shown, err
	}
	these := fmt.Sprintf("--account %s --projection %s", account.Name, letter.Projection)
	shown.Next = []string{
		"mend the cause, then: admin deadletter retry " + these,
		fmt.Sprintf("or leave the event out for good: admin deadletter skip %s --event %d --reason \"...\"", these, letter.SequenceNumber),
	}
	if letter.Release != account.Release {
		shown.Next = append([]string{"the account runs on release " + versions[account.Release] + " by now, which may be able to apply it"}, shown.Next...)
	}
	return shown, nil
}

// readAs returns what the event is in the account's release, nil when that takes it as it is
// stored or cannot read it.
func (a *app) readAs(ctx context.Context, account tenant.Account, event es.Event) ([]shownEvent, error) {
	loaded, err := a.releaseOf(ctx, account)
	if err != nil || release.Reads(loaded, &event) {
		return nil, err
	}
	events, unreadable := release.Upcast(loaded, event)
	if unreadable != nil {
		return nil, nil //nolint:nilerr // the dead letter says it
	}
	var list []shownEvent
	for _, e := range events {
		list = append(list, show(e))
	}
	return list, nil
}

func (a *app) eventAt(ctx context.Context, account tenant.Account, number int64) (es.Event, error) {
	pool, err := a.poolOf(ctx, account, pg.Admin)
	if err != nil {
		return es.Event{}, err
	}
	store := es.New(es.Config{Reader: pool})
	defer store.Close()
	events, err := store.ReadAccount(ctx, es.AccountRange{AccountID: account.ID, After: number - 1, Until: number, Limit: 1})
	if err == nil && len(events) == 0 {
		err = fault.New(fault.NotFound, "The account has no event %d", number)
	}
	if err != nil {
		return es.Event{}, advise(databaseFault(err), "account "+account.Name, "")
	}
	return events[0], nil
}

func (a *app) printLetter(shown shownLetter) error {
	text := func(title string, text string) column[shownLetter] {
		return left(title, func(shownLetter) string { return text })
	}
	e := shown.Event
	columns := []column[shownLetter]{
		text("account", shown.Account),
		text("projection", shown.Projection+" ("+shown.Table+")"),
		text("event", fmt.Sprintf("%s, %s version %d", count(e.SequenceNumber), e.PayloadItemName, e.PayloadVersion)),
		text("stream", fmt.Sprintf("%s %s, revision %d", e.StreamType, e.StreamID, e.StreamRevision)),
		text("committed", e.CommitTime.UTC().Format("2006-01-02 15:04:05.000Z")+" by "+e.Actor),
		text("payload", compact(e.Payload)),
	}
	for _, is := range shown.Read {
		columns = append(columns, text("read as", fmt.Sprintf("%s version %d %s", is.PayloadItemName, is.PayloadVersion, compact(is.Payload))))
	}
	columns = append(columns,
		text("error", shown.Error),
		text("release", shown.Version),
		text("attempts", fmt.Sprintf("%d, the first %s, the last %s", shown.Attempts, a.age(shown.FirstFailedAt), a.age(shown.LastFailedAt))),
		text("next", strings.Join(shown.Next, "\n            ")))
	return printOne(a, shown, columns...)
}
