package tenant

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/pg"
)

const (
	defaultPoll      = time.Second
	defaultRecordUse = 30 * time.Second
	// refreshPause keeps look-ups together: whatever asks within it (changes one after another,
	// requests with keys nobody knows) is answered by one statement.
	refreshPause   = 20 * time.Millisecond
	catalogTimeout = 5 * time.Second
)

// DirectoryConfig says how a process follows the catalog.
type DirectoryConfig struct {
	Pool      *pgxpool.Pool    // of the catalog; role api with Keys, api or projector without
	Keys      bool             // also follow API keys, for Authenticate
	Poll      time.Duration    // how late a change is seen at most when its hint is lost; zero: 1 s
	RecordUse time.Duration    // how late the last use of a key is written down; zero: 30 s
	Clock     func() time.Time // of the last uses; nil: time.Now
	Log       *zap.Logger      // nil: none
	Beat      func()           // called at each round of the loop; nil: nobody watches
}

// Directory is a process's copy of the catalog's accounts, stores and keys. It costs two
// goroutines and one connection, whatever the number of accounts, and goes on serving what it
// knows while the catalog is away.
type Directory struct {
	config DirectoryConfig
	log    *zap.Logger
	mirror *mirror
	used   uses

	hint   chan struct{} // the catalog has changed, perhaps
	asks   *asks
	away   bool         // of the loop alone
	seen   atomic.Int64 // when the catalog last answered, in nanoseconds since 1970; 0: never
	cancel context.CancelFunc
	done   sync.WaitGroup
	stop   sync.Once
}

// NewDirectory returns a directory; Start fills it.
func NewDirectory(c DirectoryConfig) *Directory {
	if c.Poll == 0 {
		c.Poll = defaultPoll
	}
	if c.RecordUse == 0 {
		c.RecordUse = defaultRecordUse
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Beat == nil {
		c.Beat = func() {}
	}
	return &Directory{config: c, log: c.Log.Named("directory"), mirror: newMirror(),
		used: uses{at: map[string]time.Time{}}, hint: make(chan struct{}, 1), asks: newAsks()}
}

// OnChange has do called with every account that is new or changed, Start's load included.
// It is called before Start; do runs in the directory's loop and returns quickly.
func (d *Directory) OnChange(do func(Account)) {
	d.mirror.watchers = append(d.mirror.watchers, do)
}

// Start loads the catalog and follows it until Stop. It fails when the catalog is away or
// was not migrated. ctx bounds the load alone.
func (d *Directory) Start(ctx context.Context) error {
	if err := d.refresh(ctx); err != nil {
		return startFault(err)
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	d.cancel = cancel
	listener := pg.Listener{
		Pool: d.config.Pool, Channels: []string{catalogChannel}, Connected: d.poke,
		Notified: func(*pgconn.Notification) { d.poke() },
		Lost:     func(err error) { d.log.Debug("not listening to the catalog", zap.Error(err)) },
	}
	d.done.Go(func() { listener.Run(running) })
	d.done.Go(func() { d.loop(running) })
	return nil
}

// Stop ends the following and writes down the last uses of keys. Stopping twice is fine.
func (d *Directory) Stop() {
	d.stop.Do(func() {
		if d.cancel == nil {
			return
		}
		d.cancel()
		d.done.Wait()
		d.asks.close()
		d.recordUses(context.Background())
	})
}

func (d *Directory) poke() {
	select {
	case d.hint <- struct{}{}:
	default: // one is waiting already
	}
}

// loop refreshes at hints, on request and at the poll's pace, and records uses in between.
func (d *Directory) loop(ctx context.Context) {
	poll, record := time.NewTicker(d.config.Poll), time.NewTicker(d.config.RecordUse)
	defer poll.Stop()
	defer record.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-record.C:
			d.recordUses(ctx)
			continue
		case <-poll.C:
		case <-d.hint:
		case <-d.asks.waiting:
		}
		d.config.Beat()
		round := d.asks.begin()
		err := d.refresh(ctx)
		d.asks.answer(round, err)
		d.tell(ctx, err)
		rest(ctx, refreshPause)
	}
}

// tell logs when the catalog goes away and when it is back, not in between.
func (d *Directory) tell(ctx context.Context, err error) {
	if ctx.Err() != nil || d.away == (err != nil) {
		return
	}
	if d.away = err != nil; d.away {
		d.log.Warn("the catalog is away; serving what is known", zap.Error(err))
		return
	}
	d.log.Info("the catalog is back")
}

// refresh brings the mirror up to the catalog's last change.
func (d *Directory) refresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, catalogTimeout)
	defer cancel()
	news, err := readNews(ctx, d.config.Pool, d.mirror.last(), d.config.Keys)
	if err != nil {
		return err
	}
	d.seen.Store(d.config.Clock().UnixNano())
	if news != nil {
		d.mirror.apply(news)
	}
	return nil
}

// Refresh returns when everything is known that was committed to the catalog before the call.
// Who was refused by a store for stale routing asks again after it.
func (d *Directory) Refresh(ctx context.Context) error {
	return lookUpFault(ctx, d.asks.ask(ctx))
}

// Switched takes note of a release that the account's store has put it on, under a new epoch. A
// switch comes to the store first: until the catalog follows, the store's word is the newer.
func (d *Directory) Switched(id uuid.UUID, epoch int64, release string) {
	d.mirror.switched(id, epoch, release)
}

// Account returns the account, or NotFound.
func (d *Directory) Account(id uuid.UUID) (Account, error) { return d.mirror.account(id) }

// AccountByName returns the account of the name, or NotFound.
func (d *Directory) AccountByName(name string) (Account, error) { return d.mirror.accountByName(name) }

// Accounts returns all accounts, erased ones included, in no order.
func (d *Directory) Accounts() []Account { return d.mirror.allAccounts() }

// Stores returns all stores by id.
func (d *Directory) Stores() []Store { return d.mirror.allStores() }

// Store returns the store, or NotFound.
func (d *Directory) Store(id string) (Store, error) { return d.mirror.store(id) }

func rest(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
