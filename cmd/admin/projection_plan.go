package main

import (
	"fmt"
	"strings"

	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/projection/explain"
)

// printPlan prints all that is known of one projection.
func (a *app) printPlan(p explain.Projection) error {
	for _, part := range []func(explain.Projection) error{a.printPlanHead, a.printColumns, a.printIndexes, a.printCost, a.printFanOut} {
		if err := part(p); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printPlanHead(p explain.Projection) error {
	table := p.Table
	if p.Sync {
		table += ", written by the appends themselves"
	}
	return printOne(a, p,
		left("projection", func(p explain.Projection) string { return p.Name }),
		left("table", func(explain.Projection) string { return table }),
		left("rows", func(p explain.Projection) string { return p.Rows }),
		left("shared with", func(p explain.Projection) string { return names(p.SharedWith) }),
		left("fed by", func(p explain.Projection) string { return firstNonEmpty(p.FedBy, "events") }),
		left("feeds", func(p explain.Projection) string { return names(p.Feeds) }),
		left("copied by", func(p explain.Projection) string { return names(p.CopiedBy) }),
		left("events", func(p explain.Projection) string { return names(p.Events) }))
}

func (a *app) printColumns(p explain.Projection) error {
	fmt.Fprintln(a.Out)
	return printList(a, p.Columns, "It has no columns.",
		left("column", func(c explain.Column) string { return c.Name }),
		left("shape", func(c explain.Column) string { return string(c.Shape) }),
		left("from", func(c explain.Column) string {
			if c.Else != "" {
				return c.From + ", else " + c.Else
			}
			return firstNonEmpty(c.From, "-")
		}),
		left("filtered by", func(c explain.Column) string { return names(c.Filtered) }),
		left("sorted by", func(c explain.Column) string { return names(c.Sorted) }))
}

func (a *app) printIndexes(p explain.Projection) error {
	fmt.Fprintln(a.Out)
	return printList(a, p.Indexes, "No index beside the primary key.",
		left("index", func(i projection.Index) string { return i.Name }),
		left("columns", func(i projection.Index) string { return "account_id, " + strings.Join(i.Columns, ", ") + ", key" }),
		left("serves", func(i projection.Index) string { return names(i.Serves) }))
}

func (a *app) printCost(p explain.Projection) error {
	fmt.Fprintln(a.Out)
	return printList(a, p.Cost, "",
		left("an event writes", func(s explain.Step) string { return s.Projection }),
		left("rows", func(s explain.Step) string {
			if s.Background {
				return s.Rows + ", in the background"
			}
			return s.Rows
		}),
		right("index entries a row", func(s explain.Step) string { return fmt.Sprint("up to ", s.IndexEntries) }),
		right("statements a page", func(s explain.Step) string { return fmt.Sprint("up to ", s.Statements) }))
}

func (a *app) printFanOut(p explain.Projection) error {
	if len(p.FanOut) == 0 {
		return nil
	}
	fmt.Fprintln(a.Out)
	return printList(a, p.FanOut, "",
		left("fan-out of", func(f explain.FanOut) string { return f.Column }),
		right("sources", func(f explain.FanOut) string { return count(f.Sources) }),
		right("p50", func(f explain.FanOut) string { return count(f.P50) }),
		right("p99", func(f explain.FanOut) string { return count(f.P99) }),
		right("max", func(f explain.FanOut) string { return count(f.Max) }),
		left("advice", func(f explain.FanOut) string { return f.Advice }))
}
