package drill

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/test/traffic"
)

const (
	before, after = "1", "2" // versions of the releases
	sayEvery      = 10 * time.Second
)

// drill is one under way.
type drill struct {
	*site
	*fleet
	load    *traffic.Traffic
	havoc   *havoc
	report  report
	upgrade string // id of the one that is worked on
}

// Run runs the drill. An error says which guarantee was broken.
func Run(ctx context.Context, out io.Writer) (map[string]float64, error) {
	c, err := environment()
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(out, c)
	s, err := open(ctx, out, c)
	defer s.close(ctx)
	if err != nil {
		return nil, err
	}
	d := &drill{site: s}
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
func (d *drill) prepare(ctx context.Context) error {
	catalog := tenant.NewCatalog(d.pool).As("drill")
	if err := catalog.AddStore(ctx, storeID, fmt.Sprintf("postgres://127.0.0.1:%d/%s?sslmode=disable", d.server.Port, database)); err != nil {
		return err
	}
	for version, next := range map[string]bool{before: false, after: true} {
		files, err := releaseFiles(next)
		if err != nil {
			return err
		}
		if err := write(filepath.Join(d.dir, version), files); err != nil {
			return err
		}
		if next {
			continue
		}
		result, err := compile.Compile(files)
		if err != nil {
			return err
		}
		if err := d.publish(ctx, version); err != nil {
			return err
		}
		d.say("%d tables, %d types of streams are published", len(result.IR.Projections), len(result.IR.Streams))
		if d.fleet, err = d.found(ctx, tenant.Release{Digest: result.Digest}, result.IR); err != nil {
			return err
		}
	}
	d.say("%d accounts have %d events", len(d.ids), len(d.ids)*history)
	if err := d.projector.start(ctx); err != nil {
		return err
	}
	if err := d.api.start(ctx); err != nil {
		return err
	}
	if err := d.caughtUp(ctx); err != nil {
		return err
	}
	var err error
	rate := float64(d.rate)
	d.load, err = traffic.Start(ctx, traffic.Config{URL: d.api.url, Accounts: d.accounts, Commands: rate, Queries: 4 * rate, Seed: d.seed})
	if err != nil {
		return err
	}
	d.havoc = &havoc{site: d.site, load: d.load, dice: rand.New(rand.NewPCG(d.seed, 2))}
	d.say("clients send %d commands and %d queries per second", d.rate, 4*d.rate)
	if err := d.passes(ctx, 2*d.rate); err != nil {
		return err
	}
	return d.publish(ctx, after)
}

func (d *drill) publish(ctx context.Context, version string) error {
	return d.operate(ctx, nil, "model", "publish", filepath.Join(d.dir, version), "--version", version)
}

// there takes the first tenth of the fleet to the release; the others wait.
func (d *drill) there(ctx context.Context) error {
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
func (d *drill) back(ctx context.Context) error {
	if err := d.passes(ctx, 4*d.rate); err != nil {
		return err
	}
	accounts, err := d.runs.Accounts(ctx, d.upgrade)
	if err != nil {
		return err
	}
	if err := d.operate(ctx, nil, "upgrade", "rollback", d.upgrade, "--account", accounts[0].Name); err != nil {
		return err
	}
	d.say("%s is back", accounts[0].Name)
	r := d.begin(ctx, "upgrade", "rollback", d.upgrade, "--workers", fmt.Sprint(workers))
	err = d.havoc.wreak(ctx, r, time.Second, func() bool { return false })
	d.report.ran(r)
	d.collect(ctx)
	if n := d.states()[upgrade.RolledBack]; err == nil && n != len(d.ids) {
		err = fmt.Errorf("%d of %d accounts are back", n, len(d.ids))
	}
	return err
}

// again takes the whole fleet to the release.
func (d *drill) again(ctx context.Context) error {
	plan, err := d.plan(ctx, "1,10%,100%")
	if err != nil {
		return err
	}
	r := d.begin(ctx, "upgrade", "run", d.upgrade, "--settle", "1s", "--workers", fmt.Sprint(workers))
	whole := time.Duration(plan.Seconds / workers * float64(time.Second))
	err = d.havoc.wreak(ctx, r, max(whole/6, 2*time.Second), func() bool { return false })
	d.report.ran(r)
	d.collect(ctx)
	if n := d.states()[upgrade.OnRelease]; err == nil && n != len(d.ids) {
		err = fmt.Errorf("%d of %d accounts are on the release", n, len(d.ids))
	}
	d.report.planned(plan)
	return err
}

// forGood uses what is new, and ends the grace.
func (d *drill) forGood(ctx context.Context) error {
	d.load.NewShape()
	if err := d.passes(ctx, 4*d.rate); err != nil {
		return err
	}
	d.load.OldShape() // an api that starts anew may have to be told first
	r := d.begin(ctx, "upgrade", "contract", d.upgrade, "--workers", fmt.Sprint(workers))
	err := d.havoc.wreak(ctx, r, time.Second, func() bool { return false })
	d.report.ran(r)
	if n := d.states()[upgrade.Contracted]; err == nil && n != len(d.ids) {
		err = fmt.Errorf("%d of %d accounts are contracted", n, len(d.ids))
	}
	return err
}

// plan enters an upgrade of the whole fleet.
func (d *drill) plan(ctx context.Context, waves string) (*upgrade.Plan, error) {
	plan := &upgrade.Plan{}
	if err := d.operate(ctx, plan, "upgrade", "plan", "--to", after, "--all", "--waves", waves, "--workers", fmt.Sprint(workers)); err != nil {
		return nil, err
	}
	d.upgrade = plan.ID
	d.say("plan %s: %d accounts, %d tables, %d of %d events, about %.0f s with one worker", plan.ID, len(plan.Accounts), plan.Tables, plan.EventsToRead, plan.Events, plan.Seconds)
	return plan, nil
}
