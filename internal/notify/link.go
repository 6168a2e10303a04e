package notify

import (
	"context"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/pg"
)

const (
	headsChannel   = "polder_heads"
	appliedChannel = "polder_applied"
	defaultPoll    = 500 * time.Millisecond
)

// LinkConfig says which topics to connect through which store.
type LinkConfig struct {
	Pool    *pgxpool.Pool        // of the store, role watcher; the link uses two of its connections and opens one beside it
	Heads   *Topic               // accounts' last stored events
	Applied *Topic               // accounts' last events in their live projections
	Owns    func(uuid.UUID) bool // whether the account is on this store; nil: all are. Matters with several stores
	Poll    time.Duration        // how late a signal is at most when its hint is lost; zero: 500 ms
	Log     *zap.Logger          // nil: none
	Beat    func()               // called at each poll; nil: nobody watches
}

// Link connects a process's topics with those of the other processes on a store: it tells
// them what is published here, hears what they publish, and looks itself at heads and cursors,
// because both can be lost. It costs three goroutines and at most three connections.
type Link struct {
	config  LinkConfig
	log     *zap.Logger
	origin  string // tells own notifications from those of others
	heads   *wire
	applied *wire
	publish chan struct{} // there is something to tell the others
	look    chan struct{} // poll at once
	poller  poller
	clock   func() time.Time // measures how long polls take
	cancel  context.CancelFunc
	done    sync.WaitGroup
	stop    sync.Once
}

// NewLink returns a link; Start connects it.
func NewLink(c LinkConfig) *Link {
	if c.Owns == nil {
		c.Owns = func(uuid.UUID) bool { return true }
	}
	if c.Poll == 0 {
		c.Poll = defaultPoll
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Beat == nil {
		c.Beat = func() {}
	}
	l := &Link{config: c, log: c.Log.Named("link"), origin: newOrigin(),
		publish: make(chan struct{}, 1), look: make(chan struct{}, 1), clock: time.Now}
	l.heads = newWire(headsChannel, c.Heads)
	l.applied = newWire(appliedChannel, c.Applied)
	return l
}

// Start begins to listen, notify and poll. It does not wait for the store, which may be away.
// ctx carries values only: the link runs until Stop.
func (l *Link) Start(ctx context.Context) error {
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	l.cancel = cancel
	for _, w := range l.wires() {
		w.tap = &tap{see: func(s Signal) { l.see(w, s) }}
		w.topic.attach(w.tap)
	}
	listener := pg.Listener{
		Pool: l.config.Pool, Channels: []string{headsChannel, appliedChannel},
		Connected: func() { poke(l.look) }, Notified: l.hear,
		Lost: func(err error) { l.log.Debug("not listening to the store", zap.Error(err)) },
	}
	l.done.Go(func() { listener.Run(running) })
	l.done.Go(func() { l.tellOthers(running) })
	l.done.Go(func() { l.poll(running) })
	return nil
}

// Stop disconnects and returns when nothing of the link runs any more. Stopping twice is fine.
func (l *Link) Stop() {
	l.stop.Do(func() {
		if l.cancel == nil {
			return
		}
		for _, w := range l.wires() {
			w.topic.detach(w.tap)
		}
		l.cancel()
		l.done.Wait()
	})
}

func (l *Link) wires() []*wire { return []*wire{l.heads, l.applied} }

// see takes note of what this process publishes; its subscribers know it already.
func (l *Link) see(w *wire, s Signal) {
	if l.config.Owns(s.AccountID) {
		w.keep(s)
		poke(l.publish)
	}
}

// hear hands on what another process has published.
func (l *Link) hear(n *pgconn.Notification) {
	message, well := decode(n.Payload)
	if well && message.origin == l.origin {
		return
	}
	if !well || message.all {
		poke(l.look)
		return
	}
	w := l.heads
	if n.Channel == appliedChannel {
		w = l.applied
	}
	for _, s := range message.signals {
		if w.isNews(s) {
			w.topic.relay(s)
		}
	}
}
