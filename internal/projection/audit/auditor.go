package audit

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/background"
	"github.com/polderhq/polder/internal/observe"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
)

// DefaultRate is how many events and rows per second an auditor reads on a store: so few that
// nobody notices, and yet 17 million a day.
const DefaultRate = 200

const (
	// lookEvents is how many events or rows a look is about: a transaction of milliseconds.
	lookEvents = 500
	// tableCost is what asking a table costs, in events, however little it has: an account with a
	// thousand projections and hardly a row in them costs a thousand statements.
	tableCost = 5
	// tick is how often the auditor sees whether it is time for a look, and shows that it lives.
	tick = 2 * time.Second
	// lookTime is how long a look may take. One that takes longer is not worth what it holds up.
	lookTime = 30 * time.Second
)

// Mending says of which projections the auditor mends wrong rows by itself. The zero value
// is none: a wrong row is evidence, and what is mended at once is not understood.
type Mending struct {
	All  bool
	Only []string
}

// projectionName is what a model may name a projection.
var projectionName = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)

// ParseMending reads "all", "none" (or nothing), or a list of projections with commas between.
// Whether a release has them is not asked: releases come and go while a process runs.
func ParseMending(text string) (Mending, error) {
	switch text {
	case "", "none":
		return Mending{}, nil
	case "all":
		return Mending{All: true}, nil
	}
	var m Mending
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimSpace(name)
		if !projectionName.MatchString(name) {
			return Mending{}, fmt.Errorf("%q is no name of a projection: write all, none, or names as in Orders,Customers", name)
		}
		m.Only = append(m.Only, name)
	}
	return m, nil
}

func (m Mending) of(projection string) bool { return m.All || slices.Contains(m.Only, projection) }

// Config says what an auditor works with.
type Config struct {
	Pools    projection.Pools
	Accounts projection.Accounts
	Releases projection.Releases
	Stores   func() []tenant.Store
	Rate     int // events and rows per second and store; zero: DefaultRate
	Mending  Mending
	Clock    func() time.Time      // nil: time.Now
	Log      *zap.Logger           // nil: none
	Metrics  prometheus.Registerer // nil: none
	Loops    *observe.Loops        // nil: no heartbeats are shown
}

// Auditor looks at some rows after others, of all accounts of all stores, for ever. Where
// several processes have one, those that see another at work on a store wait: it is looked
// at by one at a time, at one rate. An auditor that ends is followed by one that waits.
type Auditor struct {
	Config
	metrics *metrics
	work    background.Work
	plans   *projection.Plans
	paces   map[string]*pace // by store; of the loop alone
}

// pace is when the auditor looks at a store.
type pace struct {
	last time.Time // its own last look
	due  time.Time
}

// New returns an auditor; Start begins its work.
func New(c Config) *Auditor {
	if c.Rate <= 0 {
		c.Rate = DefaultRate
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Loops == nil {
		c.Loops = observe.NewLoops(c.Clock)
	}
	return &Auditor{Config: c, metrics: newMetrics(c.Metrics), plans: projection.NewPlans(c.Releases), paces: map[string]*pace{}}
}

// Start begins to look. ctx carries values only: the auditor runs until Stop.
func (a *Auditor) Start(ctx context.Context) error {
	for _, store := range a.Stores() {
		a.metrics.begin(store.ID)
	}
	return a.work.Begin(ctx, a.run)
}

// Stop gives the look at hand up and returns when nothing of the auditor runs any more.
// Stopping twice is fine.
func (a *Auditor) Stop() { a.work.Stop() }

func (a *Auditor) run(ctx context.Context) {
	beat := a.Loops.Loop("auditor")
	defer beat.Done()
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			for _, store := range a.Stores() {
				a.visit(ctx, store.ID)
				beat.Beat()
			}
		}
		beat.Beat() // without stores too
	}
}

// visit looks at the store when it is time, again and again as far as the rate allows, and
// not for longer than a tick: other stores wait.
func (a *Auditor) visit(ctx context.Context, store string) {
	p := a.paces[store]
	if p == nil {
		p = &pace{}
		a.paces[store] = p
		a.metrics.begin(store)
	}
	now := a.Clock()
	if earliest := now.Add(-tick); p.due.Before(earliest) {
		p.due = earliest // what was not used is not made up for
	}
	for until := now.Add(tick); !now.Before(p.due) && now.Before(until) && ctx.Err() == nil; now = a.Clock() {
		a.visitOnce(ctx, store, p, now)
	}
}

func (a *Auditor) visitOnce(ctx context.Context, store string, p *pace, now time.Time) {
	look, cancel := context.WithTimeout(ctx, lookTime)
	defer cancel()
	read, err := a.look(look, store, p.last)
	if read > 0 && err == nil {
		p.last = a.Clock()
		p.due = p.due.Add(a.span(read))
		return
	}
	p.due = now.Add(max(tick, a.span(lookEvents))) // nothing to do, or not for this one
	if err != nil && ctx.Err() == nil {
		a.metrics.failures.WithLabelValues(store).Inc()
		a.Log.Warn("not audited", zap.String("store", store), zap.Error(err))
	}
}

// span is how long the events and rows last at the auditor's rate.
func (a *Auditor) span(read int64) time.Duration {
	return time.Duration(float64(read) / float64(a.Rate) * float64(time.Second))
}
