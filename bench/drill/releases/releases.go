package releases

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/polderhq/polder/bench/drill"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/test/history"
	"github.com/polderhq/polder/test/traffic"
)

const (
	before, after = "1", "2" // versions of the releases
	sayEvery      = 10 * time.Second
)

// round is a drill under way.
type round struct {
	*drill.Site
	settings
	runs     *upgrade.Runs
	accounts []traffic.Account
	load     *traffic.Traffic
	havoc    *havoc
	report   report
	upgrade  string // id of the one that is worked on
}

// Run runs the drill. An error says which guarantee was broken.
func Run(ctx context.Context, out io.Writer) (map[string]float64, error) {
	c, err := environment()
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(out, c)
	s, err := drill.Open(ctx, out, drill.Config{Name: "upgrade-drill", APIs: 1, Projectors: 1})
	if err != nil {
		return nil, err
	}
	defer s.Close(ctx)
	d := &round{Site: s, settings: c, runs: upgrade.NewRuns(s.Pool)}
	if err := d.prepare(ctx); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go d.tell(ctx)
	for _, part := range []func(context.Context) error{d.there, d.back, d.again, d.forGood, d.check} {
		if err := part(ctx); err != nil {
			return nil, fmt.Errorf("%w\n%v", err, d.load.Book().Texts())
		}
	}
	d.report.print(out)
	return d.report.numbers(), d.report.broken()
}

// prepare founds the fleet, starts the platform, and has clients come.
func (d *round) prepare(ctx context.Context) error {
	files, err := releaseFiles(false)
	if err != nil {
		return err
	}
	result, err := compile.Compile(files)
	if err != nil {
		return err
	}
	if err := d.Publish(ctx, files, before); err != nil {
		return err
	}
	d.Say("%d tables, %d types of streams are published", len(result.IR.Projections), len(result.IR.Streams))
	if d.accounts, err = d.found(ctx, result); err != nil {
		return err
	}
	d.Say("%d accounts have %d events", len(d.accounts), len(d.accounts)*past)
	if err := d.StartProcesses(ctx); err != nil {
		return err
	}
	if err := d.CaughtUp(ctx); err != nil {
		return err
	}
	if err := d.startLoad(ctx); err != nil {
		return err
	}
	d.Say("clients send %d commands and %d queries per second", d.rate, 4*d.rate)
	if err := d.passes(ctx, 2*d.rate); err != nil {
		return err
	}
	if files, err = releaseFiles(true); err != nil {
		return err
	}
	return d.Publish(ctx, files, after)
}

// startLoad has clients come, and somebody to kill parts of the site.
func (d *round) startLoad(ctx context.Context) error {
	recorder, err := history.NewRecorder(filepath.Join(d.Logs, "operations"))
	if err != nil {
		return err
	}
	rate := float64(d.rate)
	d.load, err = traffic.Start(ctx, traffic.Config{URLs: d.Addresses(), Accounts: d.accounts, Commands: rate, Queries: 4 * rate,
		Clients: clients, Listeners: listeners, Seed: d.seed, Timeout: time.Minute, Recorder: recorder})
	d.havoc = &havoc{Site: d.Site, load: d.load, dice: rand.New(rand.NewPCG(d.seed, 2))}
	return err
}

// there takes the first tenth of the fleet to the release; the others wait.
func (d *round) there(ctx context.Context) error {
	plan, err := d.plan(ctx, "10%,100%")
	if err != nil {
		return err
	}
	r := d.begin(ctx, "upgrade", "run", d.upgrade, "--settle", "1h", "--workers", fmt.Sprint(workers))
	part := time.Duration(plan.Seconds * float64(plan.Waves[0]) / float64(len(plan.Accounts)) / workers * float64(time.Second))
	err = d.havoc.wreak(ctx, r, max(part/6, 2*time.Second), func() bool { return d.states()[upgrade.OnRelease] >= plan.Waves[0] })
	r.stop()
	d.report.ran(r)
	return err
}

// back takes one account back that has written since, and then all.
func (d *round) back(ctx context.Context) error {
	if err := d.passes(ctx, 4*d.rate); err != nil {
		return err
	}
	accounts, err := d.runs.Accounts(ctx, d.upgrade)
	if err != nil {
		return err
	}
	if err := d.Operate(ctx, nil, "upgrade", "rollback", d.upgrade, "--account", accounts[0].Name); err != nil {
		return err
	}
	d.Say("%s is back", accounts[0].Name)
	r := d.begin(ctx, "upgrade", "rollback", d.upgrade, "--workers", fmt.Sprint(workers))
	err = d.havoc.wreak(ctx, r, time.Second, func() bool { return false })
	d.report.ran(r)
	d.collect(ctx)
	if n := d.states()[upgrade.RolledBack]; err == nil && n != len(d.accounts) {
		err = fmt.Errorf("%d of %d accounts are back", n, len(d.accounts))
	}
	return err
}

// again takes the whole fleet to the release.
func (d *round) again(ctx context.Context) error {
	plan, err := d.plan(ctx, "1,10%,100%")
	if err != nil {
		return err
	}
	r := d.begin(ctx, "upgrade", "run", d.upgrade, "--settle", "1s", "--workers", fmt.Sprint(workers))
	whole := time.Duration(plan.Seconds / workers * float64(time.Second))
	err = d.havoc.wreak(ctx, r, max(whole/6, 2*time.Second), func() bool { return false })
	d.report.ran(r)
	d.collect(ctx)
	if n := d.states()[upgrade.OnRelease]; err == nil && n != len(d.accounts) {
		err = fmt.Errorf("%d of %d accounts are on the release", n, len(d.accounts))
	}
	d.report.planned(plan)
	return err
}

// forGood uses what is new, and ends the grace.
func (d *round) forGood(ctx context.Context) error {
	d.load.NewShape()
	if err := d.passes(ctx, 4*d.rate); err != nil {
		return err
	}
	d.load.OldShape() // an api that starts anew may have to be told first
	r := d.begin(ctx, "upgrade", "contract", d.upgrade, "--yes", "--workers", fmt.Sprint(workers))
	err := d.havoc.wreak(ctx, r, time.Second, func() bool { return false })
	d.report.ran(r)
	if n := d.states()[upgrade.Contracted]; err == nil && n != len(d.accounts) {
		err = fmt.Errorf("%d of %d accounts are contracted", n, len(d.accounts))
	}
	return err
}

// plan enters an upgrade of the whole fleet.
func (d *round) plan(ctx context.Context, waves string) (*upgrade.Plan, error) {
	plan := &upgrade.Plan{}
	if err := d.Operate(ctx, plan, "upgrade", "plan", "--to", after, "--all", "--waves", waves, "--workers", fmt.Sprint(workers)); err != nil {
		return nil, err
	}
	d.upgrade = plan.ID
	d.Say("plan %s: %d accounts, %d tables, %d of %d events, about %.0f s with one worker", plan.ID, len(plan.Accounts), plan.Tables, plan.EventsToRead, plan.Events, plan.Seconds)
	return plan, nil
}
