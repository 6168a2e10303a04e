package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/polderhq/polder/cmd/dev/northwind"
)

// progressEvery is how often a load says how far it is.
const progressEvery = 2 * time.Second

// loadNorthwind sends what a clerk at Northwind would have entered, unless it was loaded
// into this account before.
func loadNorthwind(ctx context.Context, p *platform) error {
	commands, err := northwind.Commands()
	if err != nil {
		return err
	}
	e, err := p.readEnvironment()
	if err != nil {
		return err
	}
	// A new database has a new key: the mark does not outlive the data it speaks of.
	mark := fmt.Sprintf("%x", sha256.Sum256([]byte(e.apiKey()+northwind.Source())))
	if done, err := os.ReadFile(p.path("northwind.loaded")); err == nil && string(done) == mark {
		p.say("Northwind was loaded before")
		return nil
	} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	p.say("Loading Northwind: %d commands", len(commands))
	target := northwind.Target{URL: p.url, Key: e.apiKey()}
	last, err := northwind.Load(ctx, target, commands, reporter(p.config))
	if err != nil {
		return fmt.Errorf("loading Northwind: %w", err)
	}
	if err := northwind.WaitVisible(ctx, target, last); err != nil {
		return err
	}
	return writeFile(p.path("northwind.loaded"), []byte(mark), 0o644)
}

// reporter says every now and then, and at the end, how far a load is.
func reporter(c config) func(northwind.Progress) {
	var said time.Duration
	return func(p northwind.Progress) {
		if p.Done == p.Total || p.Elapsed-said >= progressEvery {
			said = p.Elapsed
			c.say("  %d of %d commands, %.0f/s", p.Done, p.Total, p.Rate())
		}
	}
}
