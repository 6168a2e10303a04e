package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	appendbench "github.com/polderhq/polder/bench/append"
	"github.com/polderhq/polder/bench/drill/faults"
	"github.com/polderhq/polder/bench/drill/releases"
	modelbench "github.com/polderhq/polder/bench/model"
	"github.com/polderhq/polder/bench/platform"
	projectionbench "github.com/polderhq/polder/bench/projection"
)

// section is a part of the measurements; it returns numbers by the names in results.go.
type section struct {
	name  string
	run   func(context.Context, io.Writer) (map[string]float64, error)
	named bool // it takes long and runs only when it is named
}

func sections() []section {
	return []section{
		{name: "append", run: appendbench.Run}, {name: "import", run: platform.Import}, {name: "place", run: platform.Place},
		{name: "notify", run: platform.Notify}, {name: "start", run: platform.Start},
		{name: "read", run: projectionbench.Read}, {name: "build", run: projectionbench.Build}, {name: "seed", run: projectionbench.Seed},
		{name: "rare", run: projectionbench.Rare}, {name: "archive", run: projectionbench.Archive},
		{name: "wide", run: projectionbench.Wide, named: true}, {name: "upcast", run: projectionbench.Upcast},
		{name: "live", run: projectionbench.Live}, {name: "fanout", run: projectionbench.FanOut},
		{name: "model", run: modelbench.Run},
		{name: "crowd", run: projectionbench.Crowd, named: true}, {name: "fair", run: projectionbench.Fair, named: true},
		{name: "team", run: projectionbench.Team, named: true}, {name: "upgrade-drill", run: releases.Run, named: true},
		{name: "drill", run: breaking, named: true},
		{name: "move", run: platform.Move, named: true},
	}
}

// breaking keeps a report of its own, and has no numbers for the table.
func breaking(ctx context.Context, out io.Writer) (map[string]float64, error) {
	return nil, faults.Run(ctx, out)
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, only []string) error {
	all := sections()
	for _, name := range only {
		if !slices.ContainsFunc(all, func(s section) bool { return s.name == name }) {
			return fmt.Errorf("there is no section %q", name)
		}
	}
	measured, err := lastOutcome()
	if err != nil {
		return err
	}
	measured.about.describe(ctx)
	var news bool
	for _, s := range all {
		if !slices.Contains(only, s.name) && (len(only) > 0 || s.named) {
			continue
		}
		fmt.Println("==", s.name)
		at := now(ctx)
		numbers, err := s.run(ctx, os.Stdout)
		if err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if numbers == nil {
			continue
		}
		news = true
		measured.add(s.name, at, numbers)
		// At once, so that a later section's trouble costs no results.
		if err := measured.publish(); err != nil {
			return err
		}
	}
	if news {
		fmt.Println(table(measured.numbers))
	}
	return nil
}
