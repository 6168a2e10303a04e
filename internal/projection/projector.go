package projection

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/observe"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/tracing"
)

// Pools gives connections to stores; *tenant.Pools is one.
type Pools interface {
	Pool(ctx context.Context, storeID string, role pg.Role) (*pgxpool.Pool, error)
}

// Accounts knows where accounts are and which release they run on; *tenant.Directory is one.
type Accounts interface {
	Account(id uuid.UUID) (tenant.Account, error)
}

// Releases loads releases; *release.Library is one.
type Releases interface {
	Get(ctx context.Context, digest string) (*model.Release, error)
	// OnDrop has forget called when releases were dropped: what was made of them is to go as well.
	OnDrop(forget func(loaded func(digest string) bool))
}

// Config says what a projector works with. Zero numbers mean the defaults.
type Config struct {
	Pools      Pools
	Accounts   Accounts
	Releases   Releases
	Stores     func() []tenant.Store // where fan-outs may be left over; nil: nowhere
	Heads      *notify.Topic         // where there is work
	Applied    *notify.Topic         // what was done
	Workers    int                   // per store; zero: 4
	PageEvents int                   // events in a page at most; zero: 500
	PageBytes  int                   // payload bytes after which a page ends early; zero: 4 MiB
	Clock      func() time.Time      // nil: time.Now
	Log        *zap.Logger           // nil: none
	Metrics    prometheus.Registerer // nil: none
	Loops      *observe.Loops        // nil: no heartbeats are shown
	Tracing    *tracing.Tracing      // nil: nothing is traced
}

const (
	defaultWorkers    = 4
	defaultPageEvents = 500
	defaultPageBytes  = 4 << 20
	// idleBeat is how often a loop without work shows that it lives.
	idleBeat = 5 * time.Second
	// drainTime is how long Stop lets pages at hand go on.
	drainTime = 10 * time.Second
)

func limitsOf(events, bytes int) limits {
	l := limits{events: events, bytes: bytes}
	if l.events <= 0 {
		l.events = defaultPageEvents
	}
	if l.bytes <= 0 {
		l.bytes = defaultPageBytes
	}
	return l
}

func (c Config) withDefaults() Config {
	l := limitsOf(c.PageEvents, c.PageBytes)
	c.PageEvents, c.PageBytes = l.events, l.bytes
	if c.Workers <= 0 {
		c.Workers = defaultWorkers
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
	return c
}

// Projector applies events to the live projections of the accounts that Heads names. It
// has one line of accounts and a fixed number of workers per store.
type Projector struct {
	Config
	plans *Plans // from Start

	stop    sync.Once
	running sync.WaitGroup
	work    context.Context // ends when Stop begins: no new page
	endWork context.CancelFunc
	pages   context.Context // ends when pages at hand have had their time
	endAll  context.CancelFunc

	mu    sync.Mutex
	lines map[string]*line // by store
}

// New returns a projector; Start begins its work.
func New(c Config) *Projector {
	return &Projector{
		Config: c.withDefaults(),
		lines:  map[string]*line{},
	}
}

// Start begins to work off the accounts that Heads names from now on; a link's poll names
// those that have had work before. It waits for nothing. ctx carries values only: the
// projector runs until Stop.
func (p *Projector) Start(ctx context.Context) error {
	if p.work != nil {
		return fmt.Errorf("the projector was started before")
	}
	p.plans = NewPlans(p.Releases)
	p.pages, p.endAll = context.WithCancel(context.WithoutCancel(ctx))
	p.work, p.endWork = context.WithCancel(p.pages)
	feed := p.Heads.SubscribeAll()
	p.running.Add(1)
	go func() {
		defer p.running.Done()
		defer feed.Close()
		p.follow(feed)
	}()
	return nil
}

// Stop finishes the pages at hand and returns when nothing of the projector runs any more.
// Stopping twice is fine.
func (p *Projector) Stop() {
	p.stop.Do(func() {
		if p.work == nil {
			return
		}
		p.endWork()
		grace := time.AfterFunc(drainTime, p.endAll)
		p.running.Wait()
		grace.Stop()
		p.endAll()
	})
}

// follow puts accounts with new events into their stores' lines.
func (p *Projector) follow(feed *notify.Feed) {
	beat := p.Loops.Loop("projector-heads")
	defer beat.Done()
	idle := time.NewTicker(idleBeat)
	defer idle.Stop()
	for {
		select {
		case <-p.work.Done():
			return
		case <-idle.C:
			p.pickUpFanOuts()
		case <-feed.C:
			for _, signal := range feed.Take() {
				p.enqueue(signal.AccountID)
			}
		}
		beat.Beat()
	}
}

// enqueue drops an account that the catalog does not know yet: the hint comes again.
func (p *Projector) enqueue(id uuid.UUID) {
	account, err := p.Accounts.Account(id)
	if err == nil && account.State != tenant.Erased {
		p.line(account.StoreID).queue.Push(id)
	}
}

// pickUpFanOuts puts accounts into line whose fan-outs nobody works off, because the process
// that did has ended. Their cursors may be where their heads are, so that no hint names them.
func (p *Projector) pickUpFanOuts() {
	if p.Stores == nil {
		return
	}
	for _, store := range p.Stores() {
		accounts, err := p.leftOver(store.ID)
		if err != nil {
			p.Log.Debug("fan-outs not looked for", zap.String("store", store.ID), zap.Error(err))
		}
		for _, account := range accounts {
			p.enqueue(account)
		}
	}
}

func (p *Projector) leftOver(store string) ([]uuid.UUID, error) {
	ctx, cancel := context.WithTimeout(p.work, scrapeTime)
	defer cancel()
	pool, err := p.Pools.Pool(ctx, store, pg.Watcher)
	if err != nil {
		return nil, err
	}
	rows, err := pool.Query(ctx, accountsWithFanOutsSQL)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[uuid.UUID])
}

// line returns the store's line; the first account of a store opens it.
func (p *Projector) line(store string) *line {
	p.mu.Lock()
	defer p.mu.Unlock()
	l, ok := p.lines[store]
	if !ok {
		l = newLine(p, store)
		p.lines[store] = l
		for n := range p.Workers {
			p.running.Add(1)
			go func() {
				defer p.running.Done()
				l.run(p.work, n)
			}()
		}
	}
	return l
}
