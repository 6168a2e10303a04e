package httpapi

import (
	"context"
	"sort"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/query"
	"github.com/polderhq/polder/internal/tenant"
)

// feedLength is how many events a feed keeps; a subscriber that is further behind reads
// the store itself.
const feedLength = 2_000

// feed is the newest events of one account that its read models show. All subscribers of
// the account share it, so that one look at the store serves all of them.
type feed struct {
	mu     sync.Mutex
	looked time.Time     // when the store was last looked at; zero: never
	after  int64         // events begin after this sequence number
	live   int64         // and end with this one
	own    query.Cursors // as of looked
	events []es.Event    // in order, without payloads; only ever appended to and cut at the front
	users  int           // guarded by feeds.mu
}

// feedKey names a feed. An account that was moved gets another one.
type feedKey struct {
	account uuid.UUID
	epoch   int64
}

// feeds keeps a feed for each account with subscribers, and nothing for the others.
type feeds struct {
	config *Config
	mu     sync.Mutex
	open   map[feedKey]*feed
}

func newFeeds(c *Config) *feeds { return &feeds{config: c, open: map[feedKey]*feed{}} }

func (fs *feeds) join(key feedKey) *feed {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	f := fs.open[key]
	if f == nil {
		f = &feed{}
		fs.open[key] = f
	}
	f.users++
	return f
}

func (fs *feeds) leave(key feedKey) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	f := fs.open[key]
	if f.users--; f.users == 0 {
		delete(fs.open, key)
	}
}

// look brings the feed up to where the read models are, unless somebody did so since.
func (fs *feeds) look(ctx context.Context, f *feed, a tenant.Account, since time.Time) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.looked.After(since) {
		return nil
	}
	now := fs.config.Clock()
	cursors, err := fs.config.Cursors(ctx, a)
	if err != nil {
		return err
	}
	live := cursors.Live
	first := f.looked.IsZero()
	if first || live-f.live > feedLength {
		f.after, f.live, f.events = live, live, nil
	}
	if live > f.live {
		if err := fs.extend(ctx, f, a, live); err != nil {
			return err
		}
	}
	f.looked, f.own = now, cursors
	return nil
}

func (fs *feeds) extend(ctx context.Context, f *feed, a tenant.Account, live int64) error {
	store, err := fs.config.Events(ctx, a.StoreID)
	if err != nil {
		return err
	}
	events, err := store.ReadAccount(ctx, es.AccountRange{AccountID: a.ID, After: f.live, Until: live})
	if err != nil {
		return err
	}
	for i := range events {
		events[i].Payload = nil
	}
	f.events, f.live = append(f.events, events...), live
	if over := len(f.events) - feedLength; over > 0 {
		f.after = f.events[over-1].SequenceNumber
		f.events = f.events[over:]
	}
	return nil
}

// since returns the events after the number that all the tables show, and the number that
// they end with; false when the feed does not go back so far. A table that is parked holds
// its subscribers back: they hear of its rows when those have changed.
func (f *feed) since(sent int64, tables []string) (events []es.Event, through int64, found bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	through = f.own.At(tables...)
	if sent < f.after || through <= sent {
		return nil, through, through <= sent
	}
	from, to := f.index(sent), f.index(through)
	return f.events[from:to:to], through, true
}

// index returns the place of the first event after the number.
func (f *feed) index(number int64) int {
	return sort.Search(len(f.events), func(i int) bool { return f.events[i].SequenceNumber > number })
}
