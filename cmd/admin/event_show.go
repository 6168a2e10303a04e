package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/release"
	"github.com/polderhq/polder/internal/upgrade"
)

// examinedEvent is an event with what the account's release makes of it.
type examinedEvent struct {
	Account    string       `json:"account"`
	Event      shownEvent   `json:"event"`                // as it is stored
	Release    string       `json:"release"`              // version that the account runs on
	Read       []shownEvent `json:"read"`                 // what it is in the release; empty: nothing, or it cannot be read
	Unreadable string       `json:"unreadable,omitempty"` // why the release cannot read it
}

func (a *app) eventShowCommand() *cobra.Command {
	var name string
	show := &cobra.Command{
		Use: "show NUMBER", Args: takes("NUMBER"), Short: "Show one event whole: as it is stored, and as the account's release reads it",
		Long: `Shows the event of the sequence number: what it says, whose command stored it, what caused it, and what the release that the account
runs on reads in its place. The exit code is 9 when the release cannot read it.`,
		Example: "  admin event show 711 --account northwind",
	}
	show.Flags().StringVar(&name, "account", "", "name or id of the account")
	_ = show.MarkFlagRequired("account")
	show.RunE = a.run(func(ctx context.Context, args []string) error {
		number, err := strconv.ParseInt(args[0], 10, 64)
		if err != nil || number < 1 {
			return fault.New(fault.Invalid, "NUMBER is a sequence number from 1 on, not %q", args[0])
		}
		shown, err := a.examineEvent(ctx, name, number)
		if err != nil {
			return err
		}
		if err := a.printExamined(shown); err != nil || shown.Unreadable == "" {
			return err
		}
		return advise(fault.New(fault.Rejected, "Event %d cannot be read by release %s", number, shown.Release), "account "+shown.Account, "admin event decode --account "+shown.Account)
	})
	return show
}

// examineEvent reads the event as the account's release does.
func (a *app) examineEvent(ctx context.Context, name string, number int64) (shown examinedEvent, err error) {
	account, err := a.account(ctx, name)
	if err != nil {
		return shown, err
	}
	event, err := a.eventAt(ctx, account, number)
	if err != nil {
		return shown, err
	}
	by, err := a.releaseOf(ctx, account)
	if err != nil {
		return shown, err
	}
	versions, err := a.releaseVersions(ctx)
	if err != nil {
		return shown, err
	}
	shown = examinedEvent{Account: account.Name, Event: show(event), Release: versions[by.Digest()], Read: []shownEvent{}}
	if unreadable := upgrade.Readable(by, &event); unreadable != nil {
		shown.Unreadable = unreadable.Error()
		return shown, nil //nolint:nilerr // it is what is shown
	}
	read, err := release.Upcast(by, event)
	if err != nil {
		return shown, err
	}
	for _, e := range read {
		shown.Read = append(shown.Read, show(e))
	}
	return shown, nil
}

func (a *app) printExamined(shown examinedEvent) error {
	var columns []column[examinedEvent]
	add := func(title, text string) {
		columns = append(columns, left(title, func(examinedEvent) string { return text }))
	}
	optional := func(title string, id uuid.UUID) {
		if id != uuid.Nil {
			add(title, id.String())
		}
	}
	e := shown.Event
	add("event", fmt.Sprintf("%s, %s version %d", count(e.SequenceNumber), e.PayloadItemName, e.PayloadVersion))
	add("account", shown.Account)
	add("stream", fmt.Sprintf("%s %s, revision %d", e.StreamType, e.StreamID, e.StreamRevision))
	add("committed", e.CommitTime.UTC().Format("2006-01-02 15:04:05.000Z")+" by "+e.Actor)
	add("command", e.CommandID.String())
	optional("causation", e.CausationID)
	optional("correlation", e.CorrelationID)
	add("payload", compact(e.Payload))
	add("release", shown.Release)
	switch {
	case shown.Unreadable != "":
		add("cannot be read", shown.Unreadable)
	case len(shown.Read) == 0:
		add("read as", "nothing")
	}
	for _, is := range shown.Read {
		add("read as", fmt.Sprintf("%s of %s, version %d %s", is.PayloadItemName, is.StreamType, is.PayloadVersion, compact(is.Payload)))
	}
	return printOne(a, shown, columns...)
}
