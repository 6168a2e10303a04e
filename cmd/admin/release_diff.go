package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/polderhq/polder/internal/admin/stored"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/diff"
	"github.com/polderhq/polder/internal/pg"
)

// compared is the difference between two releases, and what it means to an account.
type compared struct {
	A string `json:"a"`
	B string `json:"b"`
	*diff.Diff
	Account *affected `json:"account,omitempty"`
}

// affected is what the difference means to one account.
type affected struct {
	Name    string          `json:"name"`
	Upcasts []stored.Events `json:"upcasts"` // stored events that are read in another shape
	Reads   []tableReads    `json:"reads"`
}

// tableReads is how many of the account's events a table is built from.
type tableReads struct {
	Projection string `json:"projection"`
	Events     int64  `json:"events"`
}

func (a *app) releaseDiffCommand() *cobra.Command {
	var account string
	command := &cobra.Command{
		Use: "diff A B", Args: takes("A", "B"),
		Short: "Compare two releases: what differs, what it takes, and what has to be declared",
		Long: `Compares release A with release B that is to follow it. Both are versions of published releases or folders of models.

Each change has a class: move (the processes take the other model), minor (tables are built, or more can be said and
asked), major (stored events are read in another shape, or guards are built anew); its action and its place; and flags:
loses data, narrows (what is stored may not keep to it), breaks the API. A table that only gained columns can be seeded
with the rows of the old one.

What a machine cannot know is refused, with the line to add to a file below changes/. The exit code is then 9.
With --account the account's events are counted, which reads all of them: how many are read in another shape, and
how many each table is built from.`,
		Example: "  admin release diff 2026.11.1 2026.12.1\n  admin release diff 2026.11.1 ./models/erp --account northwind",
	}
	command.Flags().StringVar(&account, "account", "", "name or id of an account whose events are counted")
	command.RunE = a.run(func(ctx context.Context, args []string) error {
		found, err := a.compare(ctx, args[0], args[1], account)
		if err != nil {
			return err
		}
		if err := a.printCompared(found); err != nil {
			return err
		}
		return refusal(found.Diff, found.A, found.B)
	})
	return command
}

func (a *app) compare(ctx context.Context, from, to, account string) (compared, error) {
	before, err := a.modelOf(ctx, from)
	if err != nil {
		return compared{}, err
	}
	after, err := a.modelOf(ctx, to)
	if err != nil {
		return compared{}, err
	}
	found := compared{A: from, B: to, Diff: diff.Compare(before, after)}
	if account != "" {
		found.Account, err = a.affected(ctx, account, before, after, found.Diff)
	}
	return found, err
}

// modelOf returns the model in the folder, or else of the published version.
func (a *app) modelOf(ctx context.Context, name string) (*model.IR, error) {
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		result, source, err := compileModel([]string{name})
		if err != nil {
			return nil, a.printChecked(nil, source, err)
		}
		return result.IR, nil
	}
	_, ir, err := a.publishedRelease(ctx, name)
	return ir, err
}

// affected counts what the difference means to the account.
func (a *app) affected(ctx context.Context, name string, before, after *model.IR, d *diff.Diff) (*affected, error) {
	account, err := a.account(ctx, name)
	if err != nil {
		return nil, err
	}
	store, err := a.poolOf(ctx, account, pg.Admin)
	if err != nil {
		return nil, err
	}
	events, err := stored.Count(ctx, store, account.ID)
	if err != nil {
		return nil, advise(databaseFault(err), "account "+account.Name, "")
	}
	found := &affected{Name: account.Name, Upcasts: []stored.Events{}, Reads: []tableReads{}}
	changed := map[string]bool{}
	for _, c := range d.Changes {
		if c.Action.Kind == diff.Upcast {
			changed[c.Action.Of] = true
		}
	}
	for _, e := range events {
		if changed[e.Event] || changed[e.StreamType] {
			found.Upcasts = append(found.Upcasts, e)
		}
	}
	for _, t := range d.Tables {
		found.Reads = append(found.Reads, tableReads{t.Projection, readBy(t, events, before, after)})
	}
	return found, nil
}

// readBy counts the events that the table is built from.
func readBy(t diff.Table, events []stored.Events, before, after *model.IR) (total int64) {
	handled := map[string]bool{}
	for _, name := range t.Replays {
		handled[name] = true
	}
	for _, ir := range []*model.IR{before, after} {
		for _, p := range ir.Projections {
			if p.Name != t.Projection || t.Seeded {
				continue
			}
			for _, name := range p.Events {
				handled[name] = true
			}
		}
	}
	for _, e := range events {
		if handled[e.Event] {
			total += e.Count
		}
	}
	return total
}

// refusal is the error of a comparison that refuses b, nil when it does not.
func refusal(d *diff.Diff, a, b string) error {
	if len(d.Refusals) == 0 {
		return nil
	}
	return advise(fault.New(fault.Rejected, "%s cannot follow %s: %s to declare", b, a, several(len(d.Refusals), "change")), "",
		"declare what happens to stored events, or leave them as they were")
}

func (a *app) printCompared(c compared) error {
	if a.flags.output == "json" {
		return a.printJSON(c)
	}
	if c.Class == "" && len(c.Refusals) == 0 {
		_, err := fmt.Fprintln(a.Out, "Nothing differs.")
		return err
	}
	printRefusals(a.Out, c.Refusals)
	for _, class := range []diff.Class{diff.Major, diff.Minor, diff.Move} {
		if err := a.printChanges(class, c.Changes); err != nil {
			return err
		}
	}
	if err := a.printTables(c); err != nil {
		return err
	}
	if c.Account == nil || len(c.Account.Upcasts) == 0 {
		return nil
	}
	return printList(a, c.Account.Upcasts, "",
		left("stored event", func(e stored.Events) string { return e.StreamType + "." + e.Event }),
		right("version", func(e stored.Events) string { return fmt.Sprint(e.Version) }),
		right("count", func(e stored.Events) string { return count(e.Count) }))
}

// printRefusals writes what has to be declared, with the lines to choose from.
func printRefusals(out io.Writer, refusals []diff.Refusal) {
	for _, r := range refusals {
		fmt.Fprintf(out, "REFUSED  %s  (%s)\n", r.What, r.Place)
		for i, line := range r.Lines {
			lead := "or"
			if i == 0 {
				lead = "add to " + r.File + ":"
			}
			fmt.Fprintf(out, "  %s\n    %s\n", lead, strings.ReplaceAll(line, "\n", "\n    "))
		}
	}
	if len(refusals) > 0 {
		fmt.Fprintln(out)
	}
}

func (a *app) printChanges(class diff.Class, all []diff.Change) error {
	changes := slices.DeleteFunc(slices.Clone(all), func(c diff.Change) bool { return c.Class != class })
	if len(changes) == 0 {
		return nil
	}
	err := printList(a, changes, "",
		left(string(class), func(c diff.Change) string { return c.Part + " " + c.Name + " " + c.What }),
		left("action", func(c diff.Change) string { return c.Action.String() }),
		left("flags", func(c diff.Change) string { return names(flagsOf(c)) }),
		left("where", func(c diff.Change) string { return c.Place }))
	fmt.Fprintln(a.Out)
	return err
}

func flagsOf(c diff.Change) []string {
	var flags []string
	for _, flag := range []struct {
		name string
		is   bool
	}{{"loses data", c.LosesData}, {"narrows", c.Narrows}, {"breaks the API", c.BreaksAPI}} {
		if flag.is {
			flags = append(flags, flag.name)
		}
	}
	return flags
}

func (a *app) printTables(c compared) error {
	if len(c.Tables) == 0 {
		return nil
	}
	columns := []column[diff.Table]{
		left("table to build", func(t diff.Table) string { return t.Projection }),
		left("fingerprint", func(t diff.Table) string { return t.Fingerprint }),
		left("from", func(t diff.Table) string {
			if t.Seeded {
				return "the rows of " + t.Was + "; new: " + names(t.Adds) + ", of " + names(t.Replays)
			}
			return "all events"
		}),
	}
	if c.Account != nil {
		columns = append(columns, right("events to read", func(t diff.Table) string {
			i := slices.IndexFunc(c.Account.Reads, func(r tableReads) bool { return r.Projection == t.Projection })
			return count(c.Account.Reads[i].Events)
		}))
	}
	err := printList(a, c.Tables, "", columns...)
	fmt.Fprintln(a.Out)
	return err
}
