package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/archive"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/projection/build"
	"github.com/polderhq/polder/internal/tenant"
)

// archiveFlags is which streams of which accounts to archive, or to read as events again.
type archiveFlags struct {
	account     string
	all         bool
	idle        string
	streamTypes []string
	dryRun      bool
	undo        bool
	throttle    float64
}

// archived is what became of the streams of one account.
type archived struct {
	Account string `json:"account"`
	archive.Report
	Removed int64 `json:"removed"` // archived states, with --undo
}

func (a *app) streamArchiveCommand() *cobra.Command {
	var f archiveFlags
	command := &cobra.Command{
		Use: "archive", Args: cobra.NoArgs, Short: "Take streams to which nothing happens any more out of what builds and upgrades read",
		Long: `Keeps beside the events of a cold stream what they come to, whatever projection is made of them: of each type of event the last one, and
what of those before it no later one sets. A build begins with that, and reads of the stream only what came later; so does its proof, but for one
stream in 50, which it folds from its events. A release that reads the stream's type otherwise reads the events, until the command is run
again on it.

Events stay where they are, and commands, queries of streams, seals and exports use them as ever. An archived stream can be written to. What is
archived goes with a rewrite of the history and the first change of one of its events in its place. Clones, restores and moves take it along; exports do not. A stream with an event that the
release cannot read is left alone, and so is one of whose events less than a third would be saved, as of one of which nothing happened twice. Cut off anywhere, the same command goes on. --undo removes what is archived.
admin account verify compares all of it with the events. The login must be a member of polder_builder.`,
		Example: `  admin stream archive --account northwind --idle 365d --dry-run
  admin stream archive --all --idle 730d --throttle 20000
  admin stream archive --account northwind --stream-type Order --undo`,
	}
	command.Flags().StringVar(&f.account, "account", "", "name or id of one account")
	command.Flags().BoolVar(&f.all, "all", false, "all accounts")
	command.Flags().StringVar(&f.idle, "idle", "", "how long nothing has happened to a stream, as 365d or 12h")
	command.Flags().StringSliceVar(&f.streamTypes, "stream-type", nil, "only streams of this type, as the release calls it; may be repeated")
	command.Flags().BoolVar(&f.dryRun, "dry-run", false, "count what there is to archive, and archive nothing")
	command.Flags().BoolVar(&f.undo, "undo", false, "remove what is archived: builds read the events again")
	throttleFlag(command, &f.throttle, "throttle", "events per second that are read in all (0: as many as there are)")
	command.RunE = a.run(func(ctx context.Context, _ []string) error { return a.archiveStreams(ctx, f) })
	return command
}

func (a *app) archiveStreams(ctx context.Context, f archiveFlags) error {
	if f.undo == (f.idle != "") || f.undo && f.dryRun {
		return advise(fault.New(fault.Invalid, "Say how long streams have to be idle, or --undo"), "", "--idle 365d, with or without --dry-run; or --undo")
	}
	idle, err := parseIdle(f.idle)
	if err != nil && !f.undo {
		return err
	}
	accounts, err := a.namedAccounts(ctx, f.account, f.all)
	if err != nil {
		return err
	}
	throttle := build.NewThrottle(f.throttle, a.Now)
	list := []archived{}
	for _, account := range accounts {
		done, err := a.archiveOf(ctx, account, f, archive.Work{AccountID: account.ID, Before: a.Now().Add(-idle), StreamTypes: f.streamTypes, DryRun: f.dryRun, Wait: throttle.Take})
		if err != nil {
			return advise(databaseFault(err), "account "+account.Name, afterWork(err))
		}
		list = append(list, done)
	}
	return a.printArchived(list, f.undo)
}

// parseIdle reads a duration that may be in days.
func parseIdle(text string) (time.Duration, error) {
	idle, err := time.ParseDuration(text)
	if days, is := strings.CutSuffix(text, "d"); is {
		var n int
		n, err = strconv.Atoi(days)
		idle = time.Duration(n) * 24 * time.Hour
	}
	if err != nil || idle < 0 {
		return 0, fault.New(fault.Invalid, "--idle is a time as in 365d or 12h, not %q", text)
	}
	return idle, nil
}

// archiveOf does what the flags say with one account. What changes something is in the audit log.
func (a *app) archiveOf(ctx context.Context, account tenant.Account, f archiveFlags, w archive.Work) (archived, error) {
	done := archived{Account: account.Name}
	releases, err := a.releasesOf(ctx, account)
	if err != nil {
		return done, err
	}
	if w.Builder, err = a.poolOf(ctx, account, pg.Builder); err != nil {
		return done, err
	}
	w.Release = releases[0]
	for _, name := range f.streamTypes {
		if w.Release.Stream(name) == nil && !f.undo {
			return done, fault.New(fault.NotFound, "The account's release has no stream type %s", name)
		}
	}
	meter := newEventsMeter(a, "archive "+account.Name)
	defer meter.end()
	w.Progress = func(done, total int64) { meter.update("looking at streams", done, total) }
	if f.dryRun {
		done.Report, err = w.Run(ctx)
		return done, err
	}
	c := &change{action: "stream archive", account: account.ID, parameters: map[string]any{"idle": f.idle, "streamTypes": f.streamTypes, "undo": f.undo}}
	return done, a.record(ctx, c, func() (err error) {
		if f.undo {
			done.Removed, err = archive.Undo(ctx, w.Builder, account.ID, f.streamTypes)
			c.parameters["removed"] = done.Removed
			return databaseFault(err)
		}
		done.Report, err = w.Run(ctx)
		c.parameters["archived"] = done.Archived
		return databaseFault(err)
	})
}

func (a *app) printArchived(list []archived, undone bool) error {
	number := func(name string, of func(archived) int64) column[archived] {
		return right(name, func(r archived) string { return count(of(r)) })
	}
	columns := []column[archived]{left("account", func(r archived) string { return r.Account })}
	if undone {
		columns = append(columns, number("removed", func(r archived) int64 { return r.Removed }))
	} else {
		columns = append(columns,
			number("streams", func(r archived) int64 { return r.Streams }),
			number("archived", func(r archived) int64 { return r.Archived }),
			number("of events", func(r archived) int64 { return r.Events }),
			number("before", func(r archived) int64 { return r.Already }),
			number("warm", func(r archived) int64 { return r.Warm }),
			number("short", func(r archived) int64 { return r.Short }),
			number("other types", func(r archived) int64 { return r.Other }),
			number("unfit", func(r archived) int64 { return r.Unfit }))
	}
	if err := printList(a, list, "There are no accounts.", columns...); err != nil || a.flags.output == "json" {
		return err
	}
	for _, r := range list {
		for _, reason := range r.Reasons {
			a.note("Stream %s of account %s cannot be archived: %s", reason.StreamID, r.Account, reason.Reason)
		}
	}
	return nil
}
