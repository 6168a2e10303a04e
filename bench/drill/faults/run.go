package faults

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/bench/drill"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/test/history"
	"github.com/polderhq/polder/test/traffic"
)

const (
	queriesPerCommand = 3
	clientPatience    = 10 * time.Second // until a client gives an answer up, and asks another api
	sayEvery          = 10 * time.Second
	mostStill         = 3 // times that nothing was acknowledged since the last, until stacks are looked at
)

// Run runs the drill. An error says which guarantee was broken.
func Run(ctx context.Context, out io.Writer) error {
	c, err := settingsOf(os.Getenv, time.Now())
	if err != nil {
		return err
	}
	fmt.Fprintln(out, c)
	d, err := newDisk(out)
	if err != nil {
		return err
	}
	defer func() {
		if err := d.close(); err != nil {
			fmt.Fprintln(out, err)
		}
	}()
	site, err := drill.Open(ctx, out, drill.Config{Name: "drill", APIs: 2, Projectors: 2, Tables: d.folder(), Network: true})
	if err != nil {
		return err
	}
	defer site.Close(ctx)
	p := &place{Site: site, settings: c, disk: d, parts: map[string]*sync.Mutex{}}
	for _, f := range catalogue() {
		for _, part := range f.parts {
			p.parts[part] = &sync.Mutex{}
		}
	}
	return p.run(ctx, out)
}

func (p *place) run(ctx context.Context, out io.Writer) error {
	if err := p.prepare(ctx); err != nil {
		return err
	}
	r, err := p.underLoad(ctx)
	if err != nil {
		return err
	}
	if err := p.check(ctx, r); err != nil {
		return errors.Join(err, r.broken()) // what was found before
	}
	if err := r.measure(p); err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(p.Logs, "report.txt"))
	if err != nil {
		return err
	}
	defer file.Close()
	r.print(io.MultiWriter(out, file))
	if err := r.write(filepath.Join(p.Logs, "report.json")); err != nil {
		return err
	}
	broken := r.broken()
	if broken == nil {
		return os.RemoveAll(p.operations()) // they prove nothing more
	}
	return fmt.Errorf("%w\nreplay it with SEED=%d; logs, operations and report are in %s", broken, p.seed, p.Logs)
}

func (p *place) operations() string { return filepath.Join(p.Logs, "operations") }

// prepare founds the accounts and starts the platform.
func (p *place) prepare(ctx context.Context) error {
	files, err := traffic.ERP()
	if err != nil {
		return err
	}
	result, err := compile.Compile(files)
	if err != nil {
		return err
	}
	if err := p.Publish(ctx, files, "1"); err != nil {
		return err
	}
	if err := p.recordMoves(ctx); err != nil {
		return err
	}
	if p.accounts, err = p.Found(ctx, p.settings.accounts, result.Digest); err != nil {
		return err
	}
	conn, err := pgx.Connect(ctx, p.URL())
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if err := drill.Crowd(ctx, conn, p.accounts[0].Name, crowd); err != nil {
		return err
	}
	for _, process := range p.Processes() {
		if err := p.start(ctx, process); err != nil {
			return err
		}
		p.Say("%s serves %d accounts after %.1f s", process.Name, crowd+len(p.accounts), p.starts[len(p.starts)-1].Seconds())
	}
	p.recorder, err = history.NewRecorder(p.operations())
	return err
}

// underLoad has clients come, and faults happen to them; it returns when all that was written is applied.
func (p *place) underLoad(ctx context.Context) (*report, error) {
	rate := float64(p.rate)
	began := time.Now()
	var err error
	coming, gone := context.WithTimeout(ctx, p.settings.load())
	defer gone()
	p.load, err = traffic.Start(coming, traffic.Config{URLs: p.Addresses(), Accounts: p.accounts, Commands: rate, Queries: (1 + queriesPerCommand) * rate,
		Clients: p.settings.clients(), Listeners: listeners, Seed: p.seed, Timeout: clientPatience, Recorder: p.recorder})
	if err != nil {
		return nil, err
	}
	over := p.load.Outage() // something is away all the time, and clients send again
	telling, told := context.WithCancel(ctx)
	go p.tell(telling)
	defer told()
	p.Say("clients send %d commands and %d queries a second; all is quiet", p.rate, (1+queriesPerCommand)*p.rate)
	select {
	case <-ctx.Done():
	case <-time.After(p.quiet()):
	}
	r := &report{Settings: p.settings.String(), calm: p.recorder.Now(), firstStarts: len(p.starts)}
	var all sync.WaitGroup
	for n := range lanes {
		all.Go(func() { p.lane(ctx, n, began.Add(p.settings.load())) })
	}
	all.Wait()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	p.Say("no more faults")
	if r.book, err = p.load.Stop(); err != nil {
		return nil, err
	}
	over()
	p.Say("clients have gone, after %.0f s", time.Since(began).Seconds())
	r.Seconds = time.Since(began).Seconds()
	return r, p.CaughtUp(ctx)
}

// tell says how far things are, until ctx ends.
func (p *place) tell(ctx context.Context) {
	ticker := time.NewTicker(sayEvery)
	defer ticker.Stop()
	before, still := 0, 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		f := p.load.Book().Figures()
		p.Say("%d commands, %d queries, %d sent again, %d failed, %d not seen", f.Acknowledged, f.Queries, f.Retried, f.Failures, f.Violations)
		if still++; f.Acknowledged > before {
			before, still = f.Acknowledged, 0
		}
		if still == mostStill {
			p.Stacks(ctx)
		}
	}
}
