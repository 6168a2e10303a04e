package traffic

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/test/history"
)

// Config is a load.
type Config struct {
	URLs      []string // of the apis
	Accounts  []Account
	Commands  float64 // per second, over all accounts
	Queries   float64 // per second, those included that ask for what a command has changed
	Clients   int     // that there are: what is due while all of them wait for answers is left out
	Listeners int     // accounts with a client that listens, from the first on
	Seed      uint64
	Timeout   time.Duration // until a client gives an answer up
	Recorder  *history.Recorder
}

// Account is one that clients use, with a key that may do everything.
type Account struct {
	ID    uuid.UUID
	Name  string
	Token string
}

// Traffic is a load that runs.
type Traffic struct {
	Config
	client  *http.Client
	book    *Book
	parties []*party
	work    sync.WaitGroup
	stop    context.CancelFunc
	turn    atomic.Uint64 // of the addresses

	listeners sync.WaitGroup
	deaf      context.CancelFunc // ends the listening

	shapes sync.RWMutex // held for reading while a command in the new shape is under way
	newest bool         // accounts that run on the next release are told so
}

// pace is how often what is due is sent.
const pace = 5 * time.Millisecond

// Start makes a customer in each account, and then begins. The load ends with Stop, or with ctx.
func Start(ctx context.Context, c Config) (*Traffic, error) {
	t := &Traffic{Config: c, book: newBook(),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 500}, Timeout: c.Timeout}}
	for _, account := range c.Accounts {
		log, err := c.Recorder.Log(account.Name)
		if err != nil {
			return nil, err
		}
		p := &party{Traffic: t, Account: account, log: log}
		if err := p.settle(ctx); err != nil {
			return nil, err
		}
		t.parties = append(t.parties, p)
	}
	for i, p := range t.parties {
		p.neighbour = t.parties[(i+1)%len(t.parties)]
	}
	listening, deaf := context.WithCancel(context.WithoutCancel(ctx))
	t.deaf = deaf
	for _, p := range t.parties[:c.Listeners] {
		t.listeners.Go(func() { p.listen(listening) })
	}
	ctx, t.stop = context.WithCancel(ctx)
	t.work.Go(func() { t.run(ctx) })
	return t, nil
}

// Stop ends the load, waits for what is under way and until listeners have heard of all, ends the
// recording, and returns the book.
func (t *Traffic) Stop() (*Book, error) {
	t.stop()
	t.work.Wait()
	for end := time.Now().Add(patience); !t.allTold() && time.Now().Before(end); {
		time.Sleep(10 * pace) // a listener sends no signal
	}
	t.deaf()
	t.listeners.Wait()
	t.client.CloseIdleConnections()
	return t.book, t.Recorder.Close()
}

func (t *Traffic) allTold() bool {
	for _, p := range t.parties[:t.Listeners] {
		if p.heard.Load() < p.written.Load() {
			return false
		}
	}
	return true
}

// Book is written to while the load runs; its counts may be read at any time.
func (t *Traffic) Book() *Book { return t.book }

// address is the next of the apis'.
func (t *Traffic) address() string { return t.URLs[t.turn.Add(1)%uint64(len(t.URLs))] }

// run sends what is due until ctx ends. What is under way then is finished.
func (t *Traffic) run(ctx context.Context) {
	dice := rand.New(rand.NewPCG(t.Seed, 1))
	anyone := func() *party { return t.parties[dice.IntN(len(t.parties))] }
	began, ticker := time.Now(), time.NewTicker(pace)
	defer ticker.Stop()
	free := make(chan struct{}, t.Clients)
	send := func(under context.Context, do func(context.Context, int), n int) {
		select {
		case free <- struct{}{}:
			t.work.Go(func() { do(under, n); <-free })
		default:
		}
	}
	var errands, looks int
	// Each errand is two commands and two queries for what they have changed.
	for under := context.WithoutCancel(ctx); ctx.Err() == nil; {
		passed := time.Since(began).Seconds()
		for ; errands < int(passed*t.Commands/2); errands++ {
			send(under, anyone().errand, errands)
		}
		for ; looks < int(passed*(t.Queries-t.Commands)); looks++ {
			send(under, anyone().look, looks)
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
}

// Flood has so many clients of the account place orders one after another until over is called,
// which waits for them.
func (t *Traffic) Flood(ctx context.Context, account, clients int) (over func()) {
	flood, end := context.WithCancel(ctx)
	var work sync.WaitGroup
	for client := range clients {
		work.Go(func() {
			for n := client; flood.Err() == nil; n += clients {
				t.parties[account].flood(context.WithoutCancel(ctx), n)
			}
		})
	}
	return func() { end(); work.Wait() }
}

// NewShape lets clients use what is new for accounts of which an answer has shown that they run
// on the next release.
func (t *Traffic) NewShape() { t.setShape(true) }

// OldShape has clients use what both releases know, and returns when nothing else is under way.
func (t *Traffic) OldShape() { t.setShape(false) }

func (t *Traffic) setShape(newest bool) {
	t.shapes.Lock()
	defer t.shapes.Unlock()
	t.newest = newest
	for _, p := range t.parties {
		p.next.Store(false)
	}
}

// Outage says that a part of the platform is away from now on, until over is called: what fails
// meanwhile for want of an answer is sent again.
func (t *Traffic) Outage() (over func()) { return t.book.outage() }
