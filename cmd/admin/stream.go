package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/command"
	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/release"
	"github.com/polderhq/polder/internal/tenant"
)

type streamFlags struct {
	account  string
	revision int
	steps    bool
}

func (a *app) streamCommand() *cobra.Command {
	var f streamFlags
	show := &cobra.Command{
		Use: "show STREAM", Args: takes("STREAM"), Short: "Show what a stream is, or was at a revision, and how it came to that",
		Long: `Folds the events of the stream as commands do, read by the release that the account runs on: attributes, what is computed
of them, and its place in the life cycle. With --steps it shows event by event who did what, when, and what differs since; an event of
an older shape is shown under the name that it has in the release. STREAM is an id, as clients and admin event list have it.`,
		Example: "  admin stream show 0b81b458-7671-4e9b-844b-9934255f5406 --account northwind\n" +
			"  admin stream show 0b81b458-7671-4e9b-844b-9934255f5406 --account northwind --revision 2\n" +
			"  admin stream show 0b81b458-7671-4e9b-844b-9934255f5406 --account northwind --steps",
	}
	show.Flags().StringVar(&f.account, "account", "", "name or id of the account")
	show.Flags().IntVar(&f.revision, "revision", 0, "as it was after that many events (default: all)")
	show.Flags().BoolVar(&f.steps, "steps", false, "show each event with what it changed")
	_ = show.MarkFlagRequired("account")
	show.RunE = a.run(func(ctx context.Context, args []string) error {
		shown, err := a.streamAt(ctx, args[0], f)
		if err != nil && len(shown.Steps) == 0 {
			return err
		}
		if printing := a.printStream(shown, f.steps); printing != nil {
			return printing
		}
		return err
	})
	return group("stream", "Look at aggregates, and archive cold ones", show, a.streamArchiveCommand())
}

// shownStream is a stream at a revision.
type shownStream struct {
	Account    string          `json:"account"`
	StreamID   uuid.UUID       `json:"streamId"`
	StreamType string          `json:"streamType"` // in the release
	Release    string          `json:"release"`    // version
	Revision   int             `json:"revision"`   // that is shown
	Revisions  int             `json:"revisions"`  // that there are
	State      json.RawMessage `json:"state"`      // null: the release knows nothing of it
	Archived   *archivedUpTo   `json:"archived,omitempty"`
	Steps      []streamStep    `json:"steps,omitempty"`

	values []model.NamedValue
}

// archivedUpTo says that a stream is archived, up to a revision.
type archivedUpTo struct {
	Revision int       `json:"revision"`
	At       time.Time `json:"at"`
	Read     bool      `json:"read"` // builds of the release read it in the place of the events
}

// streamStep is an event of a stream, and what it changed.
type streamStep struct {
	Revision       int            `json:"revision"`
	SequenceNumber int64          `json:"sequenceNumber"`
	CommitTime     time.Time      `json:"commitTime"`
	Actor          string         `json:"actor"`
	CommandID      uuid.UUID      `json:"commandId"`
	Events         []string       `json:"events"` // what it is in the release
	Stored         string         `json:"stored"` // and as it is stored
	StoredVersion  int            `json:"storedVersion"`
	Changes        []model.Change `json:"changes"`
}

// streamAt folds the stream. When an event cannot be read, it returns the steps before it with the error.
func (a *app) streamAt(ctx context.Context, name string, f streamFlags) (shown shownStream, err error) {
	if shown.StreamID, err = uuid.Parse(name); err != nil {
		return shown, fault.New(fault.Invalid, "STREAM is a uuid, not %q", name)
	}
	if f.revision < 0 {
		return shown, fault.New(fault.Invalid, "--revision is 1 or more; without it the newest is shown")
	}
	account, err := a.account(ctx, f.account)
	if err != nil {
		return shown, err
	}
	events, kept, err := a.streamEvents(ctx, account, shown.StreamID)
	if err != nil {
		return shown, err
	}
	shown.Account, shown.Revisions, shown.Revision = account.Name, len(events), f.revision
	switch {
	case len(events) == 0:
		return shown, advise(fault.New(fault.NotFound, "Account %s has no stream %s", account.Name, shown.StreamID), "account "+account.Name, "admin event list --account "+account.Name)
	case f.revision > len(events):
		return shown, fault.New(fault.NotFound, "The stream has %s, and not %d", several(len(events), "revision"), f.revision)
	case f.revision == 0:
		shown.Revision = len(events)
	}
	return shown, a.fold(ctx, account, events[:shown.Revision], kept, &shown)
}

// streamEvents reads all events of the stream, and what is archived of it.
func (a *app) streamEvents(ctx context.Context, account tenant.Account, stream uuid.UUID) ([]es.Event, *es.ArchivedStream, error) {
	pool, err := a.poolOf(ctx, account, pg.Admin)
	if err != nil {
		return nil, nil, err
	}
	store := es.New(es.Config{Reader: pool})
	defer store.Close()
	events, err := store.ReadStream(ctx, es.StreamRange{AccountID: account.ID, StreamID: stream})
	var kept *es.ArchivedStream
	if err == nil {
		kept, err = es.ReadArchivedStream(ctx, pool, account.ID, stream)
	}
	return events, kept, advise(databaseFault(err), "account "+account.Name, "")
}

// fold completes what is shown by what the events make in the release that the account runs on.
func (a *app) fold(ctx context.Context, account tenant.Account, events []es.Event, kept *es.ArchivedStream, shown *shownStream) error {
	releases, err := a.releasesOf(ctx, account)
	if err != nil {
		return err
	}
	versions, err := a.releaseVersions(ctx)
	if err != nil {
		return err
	}
	by := releases[0]
	shown.Release, shown.StreamType = versions[by.Digest()], events[0].StreamType
	if kept != nil {
		shown.Archived = &archivedUpTo{kept.Revision, kept.ArchivedAt, by.ArchiveFingerprint(kept.StreamType) == kept.Fingerprint}
	}
	var last *model.State
	err = command.Replay(by, events, func(s command.Step) {
		last = s.After
		shown.Revision = s.Event.StreamRevision
		shown.Steps = append(shown.Steps, newStreamStep(by, s))
	})
	if last != nil {
		shown.StreamType, shown.values = last.Stream().Name, last.Values()
		shown.State = objectOf(shown.values)
	}
	return advise(err, "account "+account.Name, "admin event list --account "+account.Name+" --stream "+shown.StreamID.String())
}

func newStreamStep(by *model.Release, s command.Step) streamStep {
	e := s.Event
	step := streamStep{e.StreamRevision, e.SequenceNumber, e.CommitTime, e.Actor, e.CommandID, []string{}, e.PayloadItemName, e.PayloadVersion,
		model.Difference(s.Before, s.After)}
	read, _ := release.Upcast(by, *e) // it was read a moment ago
	for _, is := range read {
		step.Events = append(step.Events, is.PayloadItemName)
	}
	if step.Changes == nil {
		step.Changes = []model.Change{}
	}
	return step
}

// objectOf writes values as one JSON object, in their order.
func objectOf(values []model.NamedValue) json.RawMessage {
	text := []byte{'{'}
	for i, v := range values {
		if i > 0 {
			text = append(text, ',')
		}
		name, _ := json.Marshal(v.Name) // a name of the model
		text = append(append(append(text, name...), ':'), v.JSON...)
	}
	return append(text, '}')
}

func (a *app) printStream(shown shownStream, steps bool) error {
	if a.flags.output == "json" {
		if !steps {
			shown.Steps = nil
		}
		return a.printJSON(shown)
	}
	columns := []column[shownStream]{
		left("stream", func(s shownStream) string { return s.StreamType + " " + s.StreamID.String() }),
		left("account", func(s shownStream) string { return s.Account }),
		left("release", func(s shownStream) string { return s.Release }),
		left("revision", func(s shownStream) string { return fmt.Sprintf("%d of %d", s.Revision, s.Revisions) }),
	}
	if shown.Archived != nil {
		columns = append(columns, left("archived", func(s shownStream) string { return s.Archived.String() }))
	}
	if !steps {
		for _, v := range shown.values {
			columns = append(columns, left(v.Name, func(shownStream) string { return plain(v.JSON) }))
		}
	}
	if err := printOne(a, shown, columns...); err != nil || !steps {
		return err
	}
	fmt.Fprintln(a.Out)
	return a.printSteps(shown.Steps)
}

// String says how far the stream is archived.
func (u *archivedUpTo) String() string {
	text := fmt.Sprintf("up to revision %d", u.Revision)
	if !u.Read {
		text += ", as another release reads it"
	}
	return text
}

// stepLine is a line of the table of steps: an event with its first change, or a further change of it.
type stepLine struct {
	step   *streamStep
	change model.Change
}

func (a *app) printSteps(steps []streamStep) error {
	var lines []stepLine
	for i := range steps {
		changes := steps[i].Changes
		if len(changes) == 0 {
			changes = []model.Change{{Path: "nothing"}}
		}
		for j, change := range changes {
			line := stepLine{change: change}
			if j == 0 {
				line.step = &steps[i]
			}
			lines = append(lines, line)
		}
	}
	of := func(text func(s *streamStep) string) func(stepLine) string {
		return func(l stepLine) string {
			if l.step == nil {
				return ""
			}
			return text(l.step)
		}
	}
	return printList(a, lines, "There is no such event.",
		right("revision", of(func(s *streamStep) string { return fmt.Sprint(s.Revision) })),
		right("number", of(func(s *streamStep) string { return fmt.Sprint(s.SequenceNumber) })),
		left("when", of(func(s *streamStep) string { return s.CommitTime.UTC().Format("2006-01-02 15:04:05.000Z") })),
		left("who", of(func(s *streamStep) string { return s.Actor })),
		left("event", of((*streamStep).event)),
		left("changed", func(l stepLine) string { return l.change.Path }),
		left("from", func(l stepLine) string { return plain(l.change.Before) }),
		left("to", func(l stepLine) string { return plain(l.change.After) }))
}

// event is what the event is in the release, and what it is stored as when that is something else.
func (s *streamStep) event() string {
	switch {
	case len(s.Events) == 1 && s.Events[0] == s.Stored:
		return s.Stored
	case len(s.Events) == 0:
		return s.Stored + " (read as nothing)"
	}
	text := s.Events[0]
	for _, name := range s.Events[1:] {
		text += ", " + name
	}
	return text + " (stored as " + s.Stored + ")"
}

// plain writes JSON for people: texts without quotes, money as an amount with its currency, "-" for what is absent.
func plain(value json.RawMessage) string {
	if len(value) == 0 {
		return "-"
	}
	var text string
	if json.Unmarshal(value, &text) == nil && !strings.ContainsFunc(text, unicode.IsControl) { // which a terminal might obey
		return text
	}
	var money struct{ Amount, Currency string }
	if value[0] == '{' && json.Unmarshal(value, &money) == nil && money.Amount != "" && money.Currency != "" && len(value) < 60 {
		return money.Amount + " " + money.Currency
	}
	return string(value)
}
