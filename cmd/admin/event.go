package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

// shownEvent is an event as it is printed.
type shownEvent struct {
	SequenceNumber  int64           `json:"sequenceNumber"`
	StreamID        uuid.UUID       `json:"streamId"`
	StreamType      string          `json:"streamType"`
	StreamRevision  int             `json:"streamRevision"`
	PayloadItemName string          `json:"payloadItemName"`
	PayloadVersion  int             `json:"payloadVersion"`
	Payload         json.RawMessage `json:"payload"`
	CommandID       uuid.UUID       `json:"commandId"`
	CausationID     uuid.UUID       `json:"causationId,omitzero"`
	CorrelationID   uuid.UUID       `json:"correlationId,omitzero"`
	Actor           string          `json:"actor"`
	CommitTime      time.Time       `json:"commitTime"`
}

type eventFilter struct {
	account, stream, asOf string
	types                 []string
	after                 int64
	backward              bool
	limit                 int
}

func (a *app) eventCommand() *cobra.Command {
	var f eventFilter
	list := &cobra.Command{
		Use: "list", Args: takes(),
		Short: "Show events of one account, as they are stored",
		Example: `  admin event list --account northwind --backward --limit 10
  admin event list --account northwind --stream 0b81b458-7671-4e9b-844b-9934255f5406
  admin event list --account northwind --type OrderPlacedEvent --as-of 2026-11-01T00:00:00Z`,
	}
	flags := list.Flags()
	flags.StringVar(&f.account, "account", "", "name or id of the account")
	flags.StringVar(&f.stream, "stream", "", "only this stream's events, by its id")
	flags.StringSliceVar(&f.types, "type", nil, "only these event types")
	flags.Int64Var(&f.after, "after", 0, "only events with a higher sequence number")
	flags.BoolVar(&f.backward, "backward", false, "the newest first")
	flags.StringVar(&f.asOf, "as-of", "", "only events stored by this time (RFC 3339)")
	flags.IntVar(&f.limit, "limit", 100, "events at most; 0: all")
	_ = list.MarkFlagRequired("account")
	list.RunE = a.run(func(ctx context.Context, _ []string) error {
		events, err := a.events(ctx, f)
		if err != nil {
			return err
		}
		return a.printEvents(events)
	})
	return group("event", "Look at events", list, a.eventShowCommand(), a.eventDecodeCommand(), a.eventTransformCommand())
}

func (a *app) events(ctx context.Context, f eventFilter) ([]es.Event, error) {
	if f.limit < 0 || f.after < 0 {
		return nil, fault.New(fault.Invalid, "--limit and --after are 0 or more")
	}
	account, err := a.account(ctx, f.account)
	if err != nil {
		return nil, err
	}
	asOf, err := parseTime(f.asOf)
	if err != nil {
		return nil, err
	}
	pool, err := a.poolOf(ctx, account, pg.Admin)
	if err != nil {
		return nil, err
	}
	store := es.New(es.Config{Reader: pool})
	defer store.Close()
	if f.stream == "" {
		events, err := store.ReadAccount(ctx, es.AccountRange{AccountID: account.ID, After: f.after, Types: f.types,
			AsOf: asOf, Backward: f.backward, Limit: f.limit})
		return events, advise(databaseFault(err), "account "+account.Name, "")
	}
	stream, err := uuid.Parse(f.stream)
	if err != nil {
		return nil, fault.New(fault.Invalid, "--stream is a uuid, not %q", f.stream)
	}
	// A stream is short: it is read whole, and narrowed here by what its index does not know.
	events, err := store.ReadStream(ctx, es.StreamRange{AccountID: account.ID, StreamID: stream, AsOf: asOf, Backward: f.backward})
	return f.narrow(events), advise(databaseFault(err), "account "+account.Name, "")
}

func (f eventFilter) narrow(events []es.Event) []es.Event {
	events = slices.DeleteFunc(events, func(e es.Event) bool {
		return e.SequenceNumber <= f.after || len(f.types) > 0 && !slices.Contains(f.types, e.PayloadItemName)
	})
	if f.limit > 0 && len(events) > f.limit {
		events = events[:f.limit]
	}
	return events
}

func parseTime(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return t, fault.New(fault.Invalid, "--as-of is a time like 2026-11-01T12:00:00Z, not %q", text)
	}
	return t, nil
}

func (a *app) printEvents(events []es.Event) error {
	shown := make([]shownEvent, len(events))
	for i, e := range events {
		shown[i] = show(e)
	}
	return printList(a, shown, "There is no such event.",
		right("number", func(e shownEvent) string { return fmt.Sprint(e.SequenceNumber) }),
		left("committed", func(e shownEvent) string { return e.CommitTime.UTC().Format("2006-01-02 15:04:05.000Z") }),
		left("stream", func(e shownEvent) string { return e.StreamType + " " + e.StreamID.String() }),
		right("revision", func(e shownEvent) string { return fmt.Sprint(e.StreamRevision) }),
		left("type", func(e shownEvent) string { return e.PayloadItemName }),
		left("actor", func(e shownEvent) string { return e.Actor }),
		left("payload", func(e shownEvent) string { return compact(e.Payload) }))
}

func show(e es.Event) shownEvent {
	return shownEvent{e.SequenceNumber, e.StreamID, e.StreamType, e.StreamRevision, e.PayloadItemName, e.PayloadVersion,
		e.Payload, e.CommandID, e.CausationID, e.CorrelationID, e.Actor, e.CommitTime}
}

func compact(payload json.RawMessage) string {
	var text bytes.Buffer
	if json.Compact(&text, payload) != nil {
		return string(payload)
	}
	return text.String()
}
