package traffic

import (
	"context"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"
)

// Config is a load.
type Config struct {
	URL      string // of the api
	Accounts []Account
	Commands float64 // per second, over all accounts
	Queries  float64 // per second, those included that ask for what a command has changed
	Seed     uint64
}

// Account is one that clients use, with a key that may do everything.
type Account struct{ Name, Token string }

// Traffic is a load that runs.
type Traffic struct {
	Config
	client  *http.Client
	book    *Book
	parties []*party
	work    sync.WaitGroup
	stop    context.CancelFunc

	shapes sync.RWMutex // held for reading while a command in the new shape is under way
	newest bool         // accounts that run on the next release are told so
}

// pace is how often what is due is sent.
const pace = 5 * time.Millisecond

// Start makes a customer in each account, and then begins. The load ends with Stop, or with ctx.
func Start(ctx context.Context, c Config) (*Traffic, error) {
	t := &Traffic{Config: c, book: newBook(),
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 500}, Timeout: time.Minute}}
	for _, account := range c.Accounts {
		p := &party{Traffic: t, Account: account}
		if err := p.settle(ctx); err != nil {
			return nil, err
		}
		t.parties = append(t.parties, p)
	}
	ctx, t.stop = context.WithCancel(ctx)
	t.work.Go(func() { t.run(ctx) })
	return t, nil
}

// Stop ends the load, waits for what is under way, and returns the book.
func (t *Traffic) Stop() *Book {
	t.stop()
	t.work.Wait()
	t.client.CloseIdleConnections()
	return t.book
}

// Book is written to while the load runs; its counts may be read at any time.
func (t *Traffic) Book() *Book { return t.book }

// run sends what is due until ctx ends. What is under way then is finished.
func (t *Traffic) run(ctx context.Context) {
	dice := rand.New(rand.NewPCG(t.Seed, 1))
	anyone := func() *party { return t.parties[dice.IntN(len(t.parties))] }
	began, ticker := time.Now(), time.NewTicker(pace)
	defer ticker.Stop()
	var errands, looks int
	// Each errand is two commands and two queries for what they have changed.
	for under := context.WithoutCancel(ctx); ctx.Err() == nil; {
		passed := time.Since(began).Seconds()
		for ; errands < int(passed*t.Commands/2); errands++ {
			p, n := anyone(), errands
			t.work.Go(func() { p.errand(under, n) })
		}
		for ; looks < int(passed*(t.Queries-t.Commands)); looks++ {
			p, n := anyone(), looks
			t.work.Go(func() { p.look(under, n) })
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		}
	}
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
