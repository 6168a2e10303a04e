package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/tracing"
)

const (
	projectionsParameter = "projections"

	notificationPage = 500                   // events that one round reads at a time
	roundPause       = 10 * time.Millisecond // between rounds, so that a busy account is read in pages
	sendTime         = 10 * time.Second      // for a client to take what is sent
)

// subscriber is one open notification stream.
type subscriber struct {
	server  *Server
	token   string
	names   []string
	watch   *watch
	account tenant.Account
	feed    *feed
	wake    *notify.Subscription
	sent    int64 // the client knows of changes up to this sequence number
	out     *echo.Response
	control *http.ResponseController
}

func (s *Server) getNotifications(c echo.Context) error {
	if closed(s.draining) {
		return errDraining
	}
	ctx, who := c.Request().Context(), principal(c)
	if err := refuseUnknownParameters(c, projectionsParameter); err != nil {
		return err
	}
	names, err := projectionNames(c.QueryParams()[projectionsParameter])
	if err != nil {
		return err
	}
	watch, err := s.newWatch(ctx, who, names)
	if err != nil {
		return err
	}
	release, err := s.subscribers.take(who.Account.ID)
	if err != nil {
		s.metrics.throttled.inc(who.Account.ID)
		return err
	}
	defer release()
	s.metrics.clients.Inc()
	defer s.metrics.clients.Dec()
	token, _ := c.Get(tokenKey).(string)
	sub := &subscriber{
		server: s, token: token, names: names, watch: watch, account: who.Account,
		out: c.Response(), control: http.NewResponseController(c.Response()),
	}
	// Subscribed before the store is looked at, so that nothing falls in between.
	sub.wake = s.config.Applied.Subscribe(who.Account.ID)
	defer sub.wake.Close()
	sub.joinFeed()
	defer sub.leaveFeed()
	if sub.sent, err = sub.start(ctx, c.Request().Header.Get("Last-Event-ID")); err != nil {
		return err
	}
	return sub.serve(ctx)
}

// start returns the number after which the client wants to hear: the last it has seen, or
// where the read models are now.
func (sub *subscriber) start(ctx context.Context, lastEventID string) (int64, error) {
	if lastEventID == "" {
		cursors, err := sub.server.config.Cursors(ctx, sub.account)
		return cursors.At(sub.watch.tables...), err
	}
	last, err := strconv.ParseInt(lastEventID, 10, 64)
	if err != nil || last < 0 {
		return 0, fault.New(fault.Invalid, "Last-Event-ID is not a sequence number, like 2896")
	}
	// Who comes back while the store is away waits for it on the open stream.
	if err := sub.happened(ctx, last); err != nil && !fault.Is(err, fault.Unavailable) {
		return 0, err
	}
	return last, nil
}

// happened refuses a number that the account has not come to: its client would hear nothing
// until the account has, and miss what happens in between. Read models may be behind it.
func (sub *subscriber) happened(ctx context.Context, last int64) error {
	cursors, err := sub.server.config.Cursors(ctx, sub.account)
	if err != nil || last <= cursors.Live {
		return err
	}
	store, err := sub.server.config.Events(ctx, sub.account.StoreID)
	if err != nil {
		return err
	}
	newest, err := store.ReadAccount(ctx, es.AccountRange{AccountID: sub.account.ID, After: last - 1, Limit: 1})
	if err == nil && len(newest) == 0 {
		err = fault.New(fault.Invalid, "Last-Event-ID %d is no event of this account; connect without it and query anew", last)
	}
	return err
}

// serve sends changes until the client, its key, or this process goes away.
func (sub *subscriber) serve(ctx context.Context) error {
	header := sub.out.Header()
	header.Set(echo.HeaderContentType, "text/event-stream")
	header.Set(echo.HeaderCacheControl, "no-store")
	header.Set("X-Accel-Buffering", "no") // proxies pass it on at once
	sub.out.WriteHeader(http.StatusOK)
	if err := sub.send([]byte("retry: 1000\n" + sub.mark())); err != nil {
		return nil
	}
	heartbeat := time.NewTicker(sub.server.config.Heartbeat)
	defer heartbeat.Stop()
	for {
		err := sub.round(ctx, sub.server.config.Clock())
		if err != nil && !fault.Is(err, fault.Unavailable) {
			return sub.farewell(ctx, err)
		}
		if !sub.wait(ctx, heartbeat.C) {
			return nil
		}
	}
}

// wait returns true when it is time to look again.
func (sub *subscriber) wait(ctx context.Context, heartbeat <-chan time.Time) bool {
	pause := time.NewTimer(roundPause)
	defer pause.Stop()
	select {
	case <-sub.wake.C:
		select {
		case <-pause.C:
			return true
		case <-ctx.Done():
		case <-sub.server.draining:
		}
	case <-heartbeat:
		return sub.send([]byte(": heartbeat\n"+sub.mark())) == nil
	case <-ctx.Done():
	case <-sub.server.draining:
	}
	return false
}

// mark lets a client that heard of no change resume from here all the same: an id
// without data is kept by it, and not shown.
func (sub *subscriber) mark() string { return fmt.Sprintf("id: %d\n\n", sub.sent) }

// round sends what changed between the last number sent and where the read models are.
func (sub *subscriber) round(ctx context.Context, woken time.Time) error {
	if err := sub.refresh(ctx); err != nil {
		return err
	}
	if err := sub.server.feeds.look(ctx, sub.feed, sub.account, woken); err != nil {
		return err
	}
	for {
		events, live, found := sub.feed.since(sub.sent, sub.watch.tables)
		if live <= sub.sent {
			return nil
		}
		through := live
		if !found {
			var err error
			if events, through, err = sub.read(ctx, live); err != nil {
				return err
			}
		}
		if err := sub.tell(events, through); err != nil {
			return err
		}
	}
}

// refresh checks that the key still holds, and follows its account to another store or
// release.
func (sub *subscriber) refresh(ctx context.Context) error {
	who, err := sub.server.config.Keys.Authenticate(ctx, sub.token)
	if err != nil {
		return err
	}
	if err := who.Account.MayRead(); err != nil {
		return err
	}
	if who.Account.Epoch != sub.account.Epoch {
		sub.leaveFeed()
		sub.account = who.Account
		sub.joinFeed()
	}
	sub.account = who.Account
	if who.Account.Release != sub.watch.release {
		sub.watch, err = sub.server.newWatch(ctx, who, sub.names)
	}
	return err
}

func (sub *subscriber) feedKey() feedKey { return feedKey{sub.account.ID, sub.account.Epoch} }
func (sub *subscriber) joinFeed()        { sub.feed = sub.server.feeds.join(sub.feedKey()) }
func (sub *subscriber) leaveFeed()       { sub.server.feeds.leave(sub.feedKey()) }

// read reads a page of events for a subscriber that is far behind, and returns the number
// that the page ends with.
func (sub *subscriber) read(ctx context.Context, live int64) ([]es.Event, int64, error) {
	store, err := sub.server.config.Events(ctx, sub.account.StoreID)
	if err != nil {
		return nil, 0, err
	}
	events, err := store.ReadAccount(ctx, es.AccountRange{
		AccountID: sub.account.ID, After: sub.sent, Until: live, Types: sub.watch.types, Limit: notificationPage,
	})
	if len(events) == notificationPage {
		live = events[len(events)-1].SequenceNumber
	}
	return events, live, err
}

func (sub *subscriber) tell(events []es.Event, through int64) error {
	if text := encodeChanges(sub.watch.changes(events), through); len(text) > 0 {
		span := sub.follow(events)
		err := sub.send(text)
		span.End(err)
		if err != nil {
			return err
		}
	}
	sub.sent = through
	return nil
}

// follow begins the span of a notification: a trace of its own, as the stream that carries it
// lasts for hours.
func (sub *subscriber) follow(events []es.Event) *tracing.Span {
	_, span := sub.server.config.Tracing.Start(context.Background(), "notification", sub.account.ID)
	span.For(len(events), func(i int) tracing.Origin {
		return tracing.Origin{Correlation: events[i].CorrelationID, Command: events[i].CommandID}
	})
	return span
}

// encodeChanges writes the changes of one page as server-sent events. Only the last one
// has an id: a client that breaks off before it hears the whole page again.
func encodeChanges(changes []change, through int64) []byte {
	var out bytes.Buffer
	for i, c := range changes {
		text, err := json.Marshal(c)
		if err != nil {
			continue // it holds nothing that JSON cannot say
		}
		if i == len(changes)-1 {
			fmt.Fprintf(&out, "id: %d\n", through)
		}
		fmt.Fprintf(&out, "data: %s\n\n", text)
	}
	return out.Bytes()
}

// errClientGone says that nobody takes what is sent.
var errClientGone = errors.New("the client takes no more notifications")

func (sub *subscriber) send(text []byte) error {
	err := sub.server.timed(sub.control, sendTime, func() error {
		if _, err := sub.out.Write(text); err != nil {
			return err
		}
		return sub.control.Flush()
	})
	if err != nil {
		return errClientGone
	}
	return nil
}

// farewell ends the stream. The status is sent already: a client that comes back hears why.
func (sub *subscriber) farewell(ctx context.Context, err error) error {
	if errors.Is(err, errClientGone) || closed(ctx.Done()) || fault.Is(err, fault.Unauthorized) {
		return nil
	}
	return err
}
