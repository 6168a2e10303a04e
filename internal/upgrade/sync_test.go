package upgrade_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/projection/audit"
	"github.com/polderhq/polder/internal/query"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/test/sales"
)

// syncLoad is an account whose clients write, and ask a sync projection for what they wrote.
type syncLoad struct {
	*world
	account  tenant.Account
	store    *es.Store
	syncs    *projection.Syncs
	queries  *query.Handler
	heads    *notify.Topic
	written  atomic.Int64 // the last event that is acknowledged
	asked    atomic.Int64
	stop     chan struct{}
	running  sync.WaitGroup
	switched map[string]bool // digests that the writer was told of
}

// otherNow is a change for sales.Release: another table for the projection that appends write.
func otherNow(ir *model.IR) {
	for i := range ir.Projections {
		if ir.Projections[i].Name == "OrderNow" {
			ir.Projections[i].Fingerprint = "e00000000001"
		}
	}
}

func newSyncLoad(t *testing.T) *syncLoad {
	t.Helper()
	w := &world{t: t, before: sales.Release(t, sales.WithSync), after: sales.Release(t, sales.WithSync, otherNow)}
	w.Store = sales.Open(t, pgtest.New(t), w.before)
	w.Know(t, w.after)
	l := &syncLoad{world: w, account: w.NewAccount(t), syncs: projection.NewSyncs(w), heads: notify.NewTopic(), stop: make(chan struct{}), switched: map[string]bool{}}
	l.store = es.New(es.Config{Appender: w.DB.Pool(t, pg.Appender), Reader: w.Role(pg.API)})
	t.Cleanup(l.store.Close)
	applied := notify.NewTopic()
	l.queries = query.NewHandler(query.Config{Accounts: w, Pools: w, Releases: w, Applied: applied})
	p := projection.New(projection.Config{Pools: w, Accounts: w, Releases: w, Heads: l.heads, Applied: applied, Workers: 1})
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Stop)
	return l
}

// write places and changes orders until it is told to stop. It learns of a switch from a refusal, as an api does.
func (l *syncLoad) write() {
	epoch, on := int64(1), l.before
	for n := 0; ; n++ {
		select {
		case <-l.stop:
			return
		default:
		}
		payload, _ := json.Marshal(sales.Fields{"OrderNumber": n, "Note": fmt.Sprint("note ", n), "Quantity": "2", "Price": "1.5"}) // of plain values
		a := es.Append{AccountID: l.account.ID, Epoch: epoch, CommandID: uuid.New(), Actor: "test", Writes: []es.Write{{
			StreamID: uuid.NewSHA1(l.account.ID, fmt.Append(nil, n/2)), StreamType: "Order", Expected: es.Any(),
			Events: []es.NewEvent{{PayloadItemName: "OrderPlacedEvent", PayloadVersion: 1, Payload: payload}},
		}}}
		a.Within = l.syncs.Within(on, &a)
		done, err := l.store.Append(context.Background(), a)
		var refused *es.AccountError
		switch {
		case errors.As(err, &refused) && refused.Epoch > epoch:
			epoch, on = refused.Epoch, map[string]*model.Release{l.before.Digest(): l.before, l.after.Digest(): l.after}[refused.Release]
			l.switched[refused.Release] = true
		case err != nil:
			l.t.Errorf("append: %v", err)
			return
		default:
			l.written.Store(done.SequenceNumber)
			l.heads.Publish(notify.Signal{AccountID: l.account.ID, SequenceNumber: done.SequenceNumber})
		}
	}
}

// ask asks again and again: each answer has what was acknowledged before, and none is stale. The process
// never hears of a switch.
func (l *syncLoad) ask() {
	for {
		select {
		case <-l.stop:
			return
		default:
		}
		least := l.written.Load()
		answer, err := l.queries.Handle(context.Background(), query.Request{Principal: tenant.Principal{Account: l.account}, Name: "GetOrderNow", Body: []byte(`{"$size": 5}`)})
		if err != nil || answer.Stale || answer.SequenceNumber < least {
			l.t.Errorf("asked at %d: stands at %d, stale %v, %v", least, answer.SequenceNumber, answer.Stale, err)
			return
		}
		l.asked.Add(1)
	}
}

// passes waits until so many more events are written and questions answered.
func (l *syncLoad) passes(n int64) {
	l.t.Helper()
	written, asked := l.written.Load()+n, l.asked.Load()+n
	for deadline := time.Now().Add(time.Minute); l.written.Load() < written || l.asked.Load() < asked; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) || l.t.Failed() {
			l.t.Fatal("the load does not go on")
		}
	}
}

// cross switches the account, again while the projector is behind.
func (l *syncLoad) cross(m upgrade.Move) {
	l.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; {
		_, err := m.Switch(l.t.Context(), l.Role(pg.Admin))
		if err == nil {
			return
		}
		if !fault.Is(err, fault.Unavailable) || time.Now().After(deadline) {
			l.t.Fatal(err)
		}
	}
}

// Under writes an account goes to a release that keeps another table with its appends, comes back, goes
// again and is contracted. Nobody who asks that projection is told of old rows, and all rows are right.
func TestSyncProjectionsAreThereBeforeTheSwitch(t *testing.T) {
	t.Parallel()
	l := newSyncLoad(t)
	l.running.Go(l.write)
	l.running.Go(l.ask)
	l.passes(40)
	there := upgrade.Move{AccountID: l.account.ID, From: l.before, To: l.after, Back: l.before}
	back := upgrade.Move{AccountID: l.account.ID, From: l.after, To: l.before, Back: l.after}
	l.enter(there)
	if _, err := there.Switch(t.Context(), l.Role(pg.Admin)); !fault.Is(err, fault.Precondition) && !fault.Is(err, fault.Unavailable) {
		t.Errorf("switched before its tables are built: %v", err)
	}
	l.build(l.account.ID, l.after, l.before)
	l.passes(40)
	for _, m := range []upgrade.Move{there, back, there, back, there} {
		l.cross(m)
		l.passes(30)
		l.whole(m.To)
		l.whole(m.From)
	}
	if _, err := (upgrade.Contract{AccountID: l.account.ID, Keep: l.after, Leave: []*model.Release{l.before}}).Run(t.Context(), l.Role(pg.Admin), l.Role(pg.Builder)); err != nil {
		t.Fatal(err)
	}
	l.passes(30)
	close(l.stop)
	l.running.Wait()
	l.whole(l.after)
	if len(l.switched) != 2 {
		t.Errorf("the writer was told of %v", l.switched)
	}
	table := l.before.Projection("OrderNow").Table
	if n := l.Number(t, "SELECT count(*) FROM read_models."+table+" WHERE account_id = $1", l.account.ID); n > 0 {
		t.Errorf("%d rows of the release before are left", n)
	}
}

// Tables change hands between appends and pages with the switch, which waits until both stand at the same event.
func TestTheSwitchWaitsForPages(t *testing.T) {
	t.Parallel()
	w := &world{t: t, before: sales.Release(t, sales.WithSync), after: sales.Release(t, sales.WithSync, otherNow)}
	w.Store = sales.Open(t, pgtest.Shared(t), w.before)
	w.Know(t, w.after)
	events := sales.Happenings(41, 60)
	account := w.live(w.before, events[:40]...)
	w.build(account, w.before) // the events were stored by nobody who writes sync projections
	move := upgrade.Move{AccountID: account, From: w.before, To: w.after, Back: w.before}
	w.enter(move)
	w.build(account, w.after, w.before)
	w.Append(t, account, events[40:]...) // no projector runs
	if _, err := move.Switch(t.Context(), w.Role(pg.Admin)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("switched with pages behind: %v", err)
	}
	w.Project(t, account)
	if done := w.switchTo(move); done.SequenceNumber != int64(len(events)) {
		t.Errorf("switched: %+v", done)
	}
	w.whole(account, w.after)
	w.Append(t, account, events[:1]...)
	w.switchTo(move) // what was switched waits for nobody
}

// whole folds the release's sync projection anew, as of the event that its table stands at, and compares all rows.
func (l *syncLoad) whole(of *model.Release) { l.world.whole(l.account.ID, of) }

func (w *world) whole(account uuid.UUID, of *model.Release) {
	w.t.Helper()
	on, err := projection.RunsOn(w.t.Context(), w.Role(pg.Admin), account)
	if err != nil {
		w.t.Fatal(err)
	}
	releases := map[string]*model.Release{w.before.Digest(): w.before, w.after.Digest(): w.after}
	plan := projection.NewPlan(releases[on[0]])
	if len(on) > 1 {
		plan = projection.NewPlan(releases[on[0]], releases[on[1]])
	}
	unit := plan.TargetOf(of.Projection("OrderNow")).Unit()
	report, err := audit.Verify(w.t.Context(), w.Role(pg.Projector), account, unit)
	if err != nil || report.Rows == 0 || report.Mismatches > 0 {
		w.t.Errorf("%s: %+v, %v", unit.Root.Table.Name, report, err)
	}
}
