package upgrade_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/change"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/test/sales"
)

// rewrites is a shop before and after a set that needs histories to be rewritten, with what
// can happen in it before. Customers are in all of them, and change too, but by an upcast.
type rewrites struct {
	name, before, after, set string
	happens                  func(r *rand.Rand, id func(kind string, n int) uuid.UUID) (stream string, of uuid.UUID, event string, payload map[string]any)
}

const customers = `-- model.yaml --
name: shop
currency: EUR
-- crm/Customer.yaml --
entity: Customer
attributes: {Name: text%s}
projections: {Customers: {columns: [Name%s]}}
`

const orderNotes = `-- orders/Order.yaml --
agreement: Order
attributes: {CustomerId: {type: ref(Customer), optional: true}, Note: {type: text, optional: true}}
commands:
  PlaceOrderCommand: {creates: true, input: [CustomerId], raises: OrderPlacedEvent}
  WriteNoteCommand: {input: [Note], raises: NoteWrittenEvent}
  ChangeNoteCommand: {input: [Note], raises: NoteChangedEvent}
projections:
  Orders: {columns: {CustomerName: Customer.Name}}
  OrderNotes: {columns: {CustomerId: ~, Note: ~, CustomerName: Customer.Name}}
  NoteTotals: {of: OrderNotes, group: [Note], columns: {Orders: count()}}
queries:
  GetOrders: {from: Orders, sort: [CustomerName]}
  GetOrderNotes: {from: OrderNotes, sort: [CustomerName]}
  GetNoteTotals: {from: NoteTotals}
`

const notesApart = `-- orders/Order.yaml --
agreement: Order
attributes: {CustomerId: {type: ref(Customer), optional: true}}
commands:
  PlaceOrderCommand: {creates: true, input: [CustomerId], raises: OrderPlacedEvent}
projections: {Orders: {columns: {CustomerName: Customer.Name}}}
queries: {GetOrders: {from: Orders, sort: [CustomerName]}}
-- orders/OrderNote.yaml --
activity: OrderNote
attributes: {OrderId: ref(Order), Note: {type: text, optional: true}}
commands:
  WriteNoteCommand: {creates: true, input: [OrderId, Note], raises: NoteWrittenEvent}
  ChangeNoteCommand: {input: [Note], raises: NoteChangedEvent}
projections: {Notes: {columns: [OrderId, Note]}}
`

const confirmed = `-- orders/Order.yaml --
agreement: Order
attributes: {A: {type: text, optional: true}, B: {type: text, optional: true}}
commands:
  PlaceOrderCommand: {creates: true, input: [%s], raises: OrderPlacedEvent}
  ConfirmOrderCommand: {input: [%s], raises: OrderConfirmedEvent}
projections:
  Orders: {columns: [A, B]}
  Totals: {of: Orders, group: [A], columns: {Orders: count()}}
  Seconds: {columns: [B]}
queries: {GetOrders: {from: Orders}, GetTotals: {from: Totals}, GetSeconds: {from: Seconds}}
`

const sent = `-- orders/Order.yaml --
agreement: Order
attributes: {CustomerId: {type: ref(Customer), optional: true}, Day: {type: text, optional: true}}
commands:
  PlaceOrderCommand: {creates: true, input: [CustomerId], raises: OrderPlacedEvent}
  SendOrderCommand: {input: [Day], raises: OrderSentEvent}
projections: {Orders: {columns: [CustomerId]}, SentOrders: {columns: [Day]}}
queries: {GetOrders: {from: Orders}, GetSentOrders: {from: SentOrders}}
`

const delivered = `-- orders/Order.yaml --
agreement: Order
attributes: {CustomerId: {type: ref(Customer), optional: true}}
commands:
  PlaceOrderCommand: {creates: true, input: [CustomerId], raises: OrderPlacedEvent}
projections: {Orders: {columns: [CustomerId]}}
-- orders/Delivery.yaml --
activity: Delivery
attributes: {Day: {type: text, optional: true}, OrderId: {type: ref(Order), optional: true}}
commands:
  SendDeliveryCommand: {creates: true, input: [Day, OrderId], raises: OrderSentEvent}
projections: {Deliveries: {columns: [Day, OrderId]}}
`

const complained = `-- orders/Order.yaml --
agreement: Order
attributes: {CustomerId: {type: ref(Customer), optional: true}, Day: {type: text, optional: true}}
commands:
  PlaceOrderCommand: {creates: true, input: [CustomerId], raises: OrderPlacedEvent}
projections: {Orders: {columns: [CustomerId]}}
-- crm/Box.yaml --
entity: Box
attributes: {Day: {type: text, optional: true}, OrderId: {type: ref(Order), optional: true}, Size: {type: text, optional: true}}
commands:
  MakeBoxCommand: {creates: true, input: [Size], raises: BoxMadeEvent}
  SendBoxCommand: {input: [Day, OrderId], raises: OrderSentEvent}
projections: {Boxes: {columns: [Day, OrderId, Size]}}
`

const boxed = `-- orders/Order.yaml --
agreement: Order
attributes: {CustomerId: {type: ref(Customer), optional: true}, BoxId: {type: ref(Box), optional: true}, Day: {type: text, optional: true}}
commands:
  PlaceOrderCommand: {creates: true, input: [CustomerId], raises: OrderPlacedEvent}
  SendOrderCommand: {input: [Day, BoxId], raises: OrderSentEvent}
projections: {Orders: {columns: [CustomerId]}, SentOrders: {columns: [Day, BoxId]}}
queries: {GetOrders: {from: Orders}, GetSentOrders: {from: SentOrders}}
-- crm/Box.yaml --
entity: Box
attributes: {Size: {type: text, optional: true}}
commands:
  MakeBoxCommand: {creates: true, input: [Size], raises: BoxMadeEvent}
projections: {Boxes: {columns: [Size]}}
`

func placed(r *rand.Rand, id func(string, int) uuid.UUID, n int) (string, uuid.UUID, string, map[string]any) {
	return "Order", id("Order", n), "OrderPlacedEvent", map[string]any{"CustomerId": id("Customer", r.IntN(4))}
}

var shops = []rewrites{
	{"merge streams", notesApart, orderNotes, "- merge streams: {stream: OrderNote, events: [NoteWrittenEvent, NoteChangedEvent], into: Order, by: OrderId}",
		func(r *rand.Rand, id func(string, int) uuid.UUID) (string, uuid.UUID, string, map[string]any) {
			switch note := r.IntN(10); r.IntN(3) {
			case 0:
				return placed(r, id, r.IntN(6))
			case 1:
				return "OrderNote", id("Note", note), "NoteWrittenEvent", map[string]any{"OrderId": id("Order", note%6), "Note": word(r)}
			default: // the note may not be written yet, but says where it belongs
				return "OrderNote", id("Note", note), "NoteWrittenEvent", map[string]any{"OrderId": id("Order", note%6)}
			}
		}},
	{"split stream", sent, delivered, "- split stream: {stream: Order, events: [OrderSentEvent], into: Delivery, as: OrderId}",
		func(r *rand.Rand, id func(string, int) uuid.UUID) (string, uuid.UUID, string, map[string]any) {
			n := r.IntN(8)
			if r.IntN(2) == 0 {
				return "Order", id("Order", n), "OrderSentEvent", map[string]any{"Day": word(r)}
			}
			return placed(r, id, n)
		}},
	{"move event", boxed, complained, "- move event: {event: OrderSentEvent, from: Order, to: Box, by: BoxId, as: OrderId}",
		func(r *rand.Rand, id func(string, int) uuid.UUID) (string, uuid.UUID, string, map[string]any) {
			switch n := r.IntN(8); r.IntN(3) {
			case 0:
				return "Order", id("Order", n), "OrderSentEvent", map[string]any{"Day": word(r), "BoxId": id("Box", r.IntN(3))}
			case 1:
				return "Box", id("Box", n), "BoxMadeEvent", map[string]any{"Size": word(r)}
			default:
				return placed(r, id, n)
			}
		}},
	{"move attribute", fmt.Sprintf(confirmed, "", "A, B"), fmt.Sprintf(confirmed, "A", "B"), "- move attribute: {attribute: A, from: OrderConfirmedEvent, to: OrderPlacedEvent, drop: true}",
		func(r *rand.Rand, id func(string, int) uuid.UUID) (string, uuid.UUID, string, map[string]any) {
			n := id("Order", r.IntN(8))
			if r.IntN(2) == 0 {
				return "Order", n, "OrderPlacedEvent", map[string]any{}
			}
			return "Order", n, "OrderConfirmedEvent", map[string]any{"A": word(r), "B": word(r)}
		}},
}

func word(r *rand.Rand) string { return []string{"a", "b", "c", "d"}[r.IntN(4)] }

// history is what happened in the shop, with streams of its own.
func (s rewrites) history(seed uint64, length int) []sales.Event {
	r := rand.New(rand.NewPCG(seed, 1))
	id := func(kind string, n int) uuid.UUID {
		return uuid.NewSHA1(uuid.NameSpaceOID, fmt.Appendf(nil, "%s %s %d", s.name, kind, n))
	}
	var events []sales.Event
	for range length {
		if n := r.IntN(4); r.IntN(5) == 0 {
			events = append(events, sales.Event{Type: "Customer", Stream: id("Customer", n), Name: "CustomerRegisteredEvent", Version: 1, Payload: sales.Fields{"Name": word(r)}})
			continue
		}
		stream, of, event, payload := s.happens(r, id)
		events = append(events, sales.Event{Type: stream, Stream: of, Name: event, Version: 1, Payload: payload})
	}
	return events
}

func compiled(t testing.TB, text string) *model.Release {
	t.Helper()
	files := fstest.MapFS{}
	for _, part := range strings.Split("\n"+text, "\n-- ")[1:] {
		name, body, _ := strings.Cut(part, " --\n")
		files[name] = &fstest.MapFile{Data: []byte(body + "\n")}
	}
	result, err := compile.Compile(files)
	if err != nil {
		t.Fatal(err)
	}
	canonical, err := model.Canonical(result.IR)
	if err != nil {
		t.Fatal(err)
	}
	release, err := model.Load(canonical)
	if err != nil {
		t.Fatal(err)
	}
	return release
}

// shop is a fleet whose accounts are those of a shop.
type shop struct {
	*fleet
	kind rewrites
}

func openShop(t *testing.T, s rewrites, histories ...[]sales.Event) *shop {
	t.Helper()
	w := &world{t: t, before: compiled(t, fmt.Sprintf(customers, "", "")+s.before),
		after: compiled(t, fmt.Sprintf(customers, ", Country: text", ", Country")+s.after+"-- changes/2.0.yaml --\n"+s.set+
			"\n- add attribute: {of: CustomerRegisteredEvent, attribute: Country, value: \"'NL'\"}\n")}
	w.Store = sales.Open(t, pgtest.Shared(t), w.before)
	w.Know(t, w.after)
	admin := w.Role(pg.Admin)
	f := &fleet{world: w, catalog: tenant.NewCatalog(admin), runs: upgrade.NewRuns(admin), run: "run-" + uuid.NewString()}
	f.admit(t, histories)
	return &shop{f, s}
}

// admit makes an account with each history, all in one wave of a run.
func (f *fleet) admit(t *testing.T, histories [][]sales.Event) {
	t.Helper()
	f.Exec(t, "INSERT INTO catalog.stores (store_id, location, change) VALUES ($1, 'postgres://nowhere:1/x', 1) ON CONFLICT DO NOTHING", sales.StoreID)
	for _, release := range []*model.Release{f.before, f.after} {
		f.Exec(t, `INSERT INTO catalog.releases (digest, version, ir, change, published_by) VALUES ($1, left($1, 12), '{}', 1, 'test')
			ON CONFLICT DO NOTHING`, release.Digest())
	}
	planning := upgrade.Planning{ID: f.run, Release: f.after.Digest(), Waves: []int{len(histories)}, Plan: json.RawMessage("{}"), By: "test"}
	for _, events := range histories {
		account := f.live(f.before, events...)
		f.accounts = append(f.accounts, account)
		f.Exec(t, "INSERT INTO catalog.accounts (account_id, name, store_id, release, change) VALUES ($1::uuid, 'a-' || $1::uuid, $2, $3, 1)",
			account, sales.StoreID, f.before.Digest())
		planning.Accounts = append(planning.Accounts, upgrade.Account{ID: account, From: f.before.Digest(), To: f.after.Digest()})
	}
	if err := f.runs.Create(t.Context(), planning); err != nil {
		t.Fatal(err)
	}
}

// inMemory is the history as the model makes it: only what the set rewrites is another.
func (s *shop) inMemory(events []sales.Event) []sales.Event {
	s.t.Helper()
	r, err := change.NewRewrite(s.after.IR(), "2.0")
	if err != nil {
		s.t.Fatal(err)
	}
	history := make([]change.Event, len(events))
	for i, e := range events {
		payload, err := json.Marshal(e.Payload)
		if err != nil {
			s.t.Fatal(err)
		}
		history[i] = change.Event{StreamType: e.Type, StreamID: e.Stream, Name: e.Name, Version: e.Version, Payload: payload}
	}
	made, err := r.All(history)
	if err != nil {
		s.t.Fatal(err)
	}
	out := make([]sales.Event, len(made))
	for i, e := range made {
		out[i] = sales.Event{Type: e.StreamType, Stream: e.StreamID, Name: e.Name, Version: e.Version}
		if err := json.Unmarshal(e.Payload, &out[i].Payload); err != nil {
			s.t.Fatal(err)
		}
	}
	return out
}

// stored are the account's events in the generation in use, with their revisions.
func (s *shop) stored(account uuid.UUID) []string {
	s.t.Helper()
	rows, err := s.Super.Query(s.t.Context(), `SELECT concat_ws(' ', e.sequence_number, e.stream_type, e.stream_id, e.stream_revision, e.payload_item_name, e.payload_version, e.payload::jsonb)
		FROM store.events e JOIN store.account_heads h USING (account_id, generation) WHERE account_id = $1 ORDER BY e.sequence_number`, account)
	if err != nil {
		s.t.Fatal(err)
	}
	texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		s.t.Fatal(err)
	}
	return texts
}

// rewritten requires that the account is as if the rewritten events had been stored on the new
// release, which reads what is older by upcasts.
func (s *shop) rewritten(account uuid.UUID, events []sales.Event) {
	s.t.Helper()
	s.same(s.after, account, s.live(s.after, s.inMemory(events)...))
	compact := s.inMemory(events)
	for i := range compact {
		if compact[i].Name == "CustomerRegisteredEvent" && compact[i].Version == 1 {
			compact[i].Version, compact[i].Payload = 2, sales.Fields{"Name": compact[i].Payload["Name"], "Country": "NL"}
		}
	}
	got, want := s.stored(account), s.stored(s.live(s.after, compact...))
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			s.t.Fatalf("event %d of %d, wanted %d:\ngot  %s\nwant %s", i+1, len(got), len(want), at(got, i), at(want, i))
		}
	}
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return "nothing"
}

func (s *shop) generations(account uuid.UUID) int64 {
	return s.Number(s.t, "SELECT count(DISTINCT generation) FROM store.events WHERE account_id = $1", account)
}

// Each operation by a rewrite comes to what the model in memory does; what an upcast can do comes to
// the same by a rewrite. Going back before anything is stored is as if nothing had been.
func TestAHistoryIsRewritten(t *testing.T) {
	t.Parallel()
	for _, s := range shops {
		t.Run(strings.ReplaceAll(s.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			events, other := s.history(1, 150), s.history(2, 40)
			f := openShop(t, s, events, other, nil)
			if err := f.runner("one").Forward(t.Context()); err != nil {
				t.Fatal(err)
			}
			f.want(upgrade.Grace, upgrade.OnRelease, upgrade.OnRelease, upgrade.OnRelease)
			f.rewritten(f.accounts[0], events)
			f.rewritten(f.accounts[1], other)
			if n := f.generations(f.accounts[0]); n != 2 {
				t.Errorf("%d generations are kept", n)
			}
			if err := f.runner("one").Back(t.Context(), &f.accounts[1]); err != nil {
				t.Fatal(err)
			}
			f.same(f.before, f.accounts[1], f.live(f.before, other...))
			f.Append(t, f.accounts[1], events...)
			f.Project(t, f.accounts[1])
			f.same(f.before, f.accounts[1], f.live(f.before, append(slices.Clone(other), events...)...))

			more := f.inMemory(append(slices.Clone(events), f.kind.history(3, 50)...))[len(events):]
			f.Append(t, f.accounts[0], more...)
			f.Project(t, f.accounts[0])
			f.same(f.after, f.accounts[0], f.live(f.after, append(f.inMemory(events), more...)...))
			if err := f.runner("one").Back(t.Context(), &f.accounts[0]); !fault.Is(err, fault.Rejected) {
				t.Errorf("went back behind new events: %v", err)
			}
			if err := f.runner("one").Contract(t.Context()); err != nil {
				t.Fatal(err)
			}
			if n := f.generations(f.accounts[0]); n != 1 {
				t.Errorf("%d generations are left", n)
			}
			f.same(f.after, f.accounts[0], f.live(f.after, append(f.inMemory(events), more...)...))
		})
	}
}

// pumping projects the account in the background to the end of the test.
func (w *world) pumping(account uuid.UUID) {
	w.t.Helper()
	heads := notify.NewTopic()
	p := projection.New(projection.Config{Pools: w, Accounts: w, Releases: w, Heads: heads, Applied: notify.NewTopic(), Workers: 1})
	if err := p.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for n := int64(1); ; n++ {
			heads.Publish(notify.Signal{AccountID: account, SequenceNumber: 1 << 40})
			select {
			case <-stop:
				return
			case <-time.After(3 * time.Millisecond):
			}
		}
	}()
	w.t.Cleanup(func() { close(stop); <-stopped; p.Stop() })
}

// What is stored while a history is rewritten is rewritten too, also where it changes what an
// earlier event becomes, and nothing is lost.
func TestEventsDuringARewrite(t *testing.T) {
	t.Parallel()
	for _, s := range shops {
		t.Run(strings.ReplaceAll(s.name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			events := s.history(4, 1000)
			f := openShop(t, s, events[:400])
			account := f.accounts[0]
			f.pumping(account)
			done := make(chan error, 1)
			go func() { done <- f.runner("one").Forward(t.Context()) }()
			stored := 400
			for ; stored < len(events); stored++ {
				if !f.appendBefore(account, events[stored]) {
					break
				}
			}
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			t.Logf("%d events were stored meanwhile", stored-400)
			if stored == 400 || stored == len(events) {
				t.Errorf("%d events were stored before the switch", stored-400)
			}
			f.Project(t, account)
			f.rewritten(account, events[:stored])
		})
	}
}

// appendBefore stores the event as a process does that knows the release before; false: it was switched.
func (f *fleet) appendBefore(account uuid.UUID, e sales.Event) (stored bool) {
	f.t.Helper()
	err := pgx.BeginFunc(f.t.Context(), f.Super, func(tx pgx.Tx) error {
		var generation int
		if err := tx.QueryRow(f.t.Context(), "SELECT generation FROM store.account_heads WHERE account_id = $1 FOR UPDATE", account).Scan(&generation); err != nil {
			return err
		}
		if stored = generation == 0; !stored {
			return nil
		}
		payload, err := json.Marshal(e.Payload)
		if err == nil {
			_, err = tx.Exec(f.t.Context(), sales.InsertEvents, account, 1, []uuid.UUID{e.Stream}, []string{e.Type}, []string{e.Name}, []string{string(payload)}, []int{e.Version})
		}
		return err
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return stored
}

// A runner that dies anywhere leaves nothing that another does not end.
func TestARewriteIsCutOff(t *testing.T) {
	t.Parallel()
	s := shops[3]
	events := s.history(5, 120)
	f := openShop(t, s, events)
	ended := false
	for calls := 1; !ended; calls += 2 {
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		err := f.runner(fmt.Sprint("cut ", calls), func(c *upgrade.Config) {
			c.Clock = func() time.Time {
				if n++; n == calls {
					cancel()
				}
				return time.Now()
			}
		}).Forward(ctx)
		ended = err == nil
		cancel()
		f.Exec(t, "UPDATE catalog.upgrade_accounts SET claimed_until = NULL WHERE account_id = $1", f.accounts[0])
	}
	f.want(upgrade.Grace, upgrade.OnRelease)
	f.rewritten(f.accounts[0], events)
}

// The database keeps the history in use from everybody.
func TestTheHistoryInUseStays(t *testing.T) {
	t.Parallel()
	w := open(t)
	account := w.live(w.before, sales.Happenings(1, 5)...)
	_, err := w.Role(pg.Builder).Exec(t.Context(), "DELETE FROM store.events WHERE account_id = $1", account)
	if !pg.Violates(err, "events_in_use") {
		t.Errorf("a builder deleted events in use: %v", err)
	}
	if _, err := w.Role(pg.Admin).Exec(t.Context(), "DELETE FROM store.events WHERE account_id = $1", account); err == nil {
		t.Error("an operator may delete events")
	}
}

// To put another generation in use takes two: the builder, who writes its events, and admin, who may have the head name it, and
// only one that has the whole history.
func TestPuttingAGenerationInUseTakesTwo(t *testing.T) {
	t.Parallel()
	w := open(t)
	account, other := w.live(w.before, sales.Happenings(1, 5)...), w.live(w.before, sales.Happenings(2, 5)...)
	builder, admin := w.Role(pg.Builder), w.Role(pg.Admin)
	const use = "UPDATE store.account_heads SET generation = $2 WHERE account_id = $1"
	copied := func(number int) {
		const next = `INSERT INTO store.events (account_id, generation, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version, payload,
				command_id, command_hash, actor, commit_time)
			SELECT account_id, 1, sequence_number, stream_id, stream_revision, stream_type, payload_item_name, payload_version, payload, command_id, command_hash, actor, commit_time
			  FROM store.events WHERE account_id = $1 AND generation = 0 AND sequence_number = $2`
		if _, err := admin.Exec(t.Context(), next, account, number); pg.Code(err) != "42501" {
			t.Errorf("admin stores an event: %v", err)
		}
		if _, err := builder.Exec(t.Context(), next, account, number); err != nil {
			t.Fatal(err)
		}
	}
	last := int(w.Number(t, "SELECT sequence_number FROM store.account_heads WHERE account_id = $1", account))
	for number := 1; number <= last; number++ {
		for _, generation := range []int{-1, 1, 2} {
			if _, err := admin.Exec(t.Context(), use, account, generation); !pg.Violates(err, "generations_whole") {
				t.Errorf("generation %d of which %d events are not there is in use: %v", generation, last-number+1, err)
			}
		}
		copied(number)
	}
	for _, set := range []string{"generation = 1", "epoch = 9", "release = 'r'"} {
		if _, err := builder.Exec(t.Context(), "UPDATE store.account_heads SET "+set+" WHERE account_id = $1", account); pg.Code(err) != "42501" {
			t.Errorf("the builder sets %s: %v", set, err)
		}
	}
	if _, err := admin.Exec(t.Context(), use+" OR account_id = $3", account, 1, other); !pg.Violates(err, "generations_whole") {
		t.Errorf("another account is on a generation that it does not have: %v", err)
	}
	for _, generation := range []int{1, 1, 0} {
		if _, err := admin.Exec(t.Context(), use, account, generation); err != nil {
			t.Errorf("to generation %d: %v", generation, err)
		}
	}
}

// A plan says how many events are rewritten and what cannot be, and that there is a way back
// only while nothing is written.
func TestAPlanOfARewrite(t *testing.T) {
	t.Parallel()
	s := shops[0]
	f := openShop(t, s, s.history(6, 80), nil)
	plan := func() *upgrade.Plan {
		t.Helper()
		var accounts []tenant.Account
		for _, id := range f.accounts {
			account, err := f.Account(id)
			if err != nil {
				t.Fatal(err)
			}
			accounts = append(accounts, account)
		}
		router := upgrade.Router{Catalog: f.catalog, Releases: f}
		made, err := upgrade.Planner{Pools: f, Releases: f, Route: router.Route, Clock: time.Now}.Plan(t.Context(),
			upgrade.Ask{Release: tenant.Release{Digest: f.after.Digest(), Version: "2.0"}, Accounts: accounts, Waves: []upgrade.Wave{}})
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	made := plan()
	route := made.Routes[0]
	if made.Rewritten != 80 || made.Events != 80 || made.EventsToRead == 0 || route.Rewrite != "2.0" || route.Back != "" || len(route.OneWay) != 1 || len(made.Blockers) != 0 {
		t.Errorf("planned: %+v", made)
	}
	f.Append(t, f.accounts[1], sales.Event{Type: "OrderNote", Stream: uuid.New(), Name: "NoteChangedEvent", Version: 1, Payload: sales.Fields{"Note": "x"}})
	made = plan()
	if len(made.Blockers) != 1 || !strings.Contains(made.Blockers[0], "1 of 1 NoteChangedEvent (version 1) cannot be read, the first is event 1") ||
		!strings.Contains(made.Blockers[0], "nothing in the stream says under OrderId to which Order it moves") {
		t.Errorf("blocked by %q", made.Blockers)
	}
	if _, err := made.Planning("test", nil); !fault.Is(err, fault.Rejected) {
		t.Errorf("what is blocked may be run: %v", err)
	}
	f.Project(t, f.accounts[1])
	if err := f.runner("one").Forward(t.Context()); !fault.Is(err, fault.Rejected) {
		t.Errorf("what cannot be rewritten went: %v", err)
	}
	if err := f.runner("one").Back(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	f.want(upgrade.RolledBack, upgrade.RolledBack, upgrade.RolledBack)
	if n := f.generations(f.accounts[1]); n != 1 {
		t.Errorf("%d generations are left", n)
	}
	f.same(f.before, f.accounts[0], f.live(f.before, s.history(6, 80)...))
}

// A release that needs a rewrite is not switched to without one, and one rewrite is done at a time.
func TestRewritesThatAreRefused(t *testing.T) {
	t.Parallel()
	f := openShop(t, shops[3], nil)
	move := upgrade.Move{AccountID: f.accounts[0], From: f.before, To: f.after}
	f.enter(move)
	if _, err := move.SwitchAtOnce(t.Context(), f.Role(pg.Admin)); !fault.Is(err, fault.Precondition) {
		t.Errorf("switched: %v", err)
	}
	if set, err := upgrade.Rewrites(f.after, f.before); set != "" || err != nil {
		t.Errorf("back: %q, %v", set, err)
	}
	head := fmt.Sprintf(customers, "", "")
	twice := compiled(t, head+shops[3].after+"-- changes/2.0.yaml --\n"+shops[3].set+
		"\n-- changes/3.0.yaml --\n- move attribute: {attribute: B, from: OrderPlacedEvent, to: OrderConfirmedEvent, drop: true}\n")
	if _, err := upgrade.Rewrites(f.before, twice); !fault.Is(err, fault.Rejected) {
		t.Errorf("two rewrites at once: %v", err)
	}
	unique := strings.Replace(shops[3].after, "commands:", "guards: {A: {kind: unique, key: A}}\ncommands:", 1)
	kept := compiled(t, head+unique+"-- changes/2.0.yaml --\n"+shops[3].set+"\n")
	if _, err := upgrade.Rewrites(f.before, kept); !fault.Is(err, fault.Rejected) {
		t.Errorf("a key that moves: %v", err)
	}
}

// Keys follow the events to the streams that these happen to now, and back.
func TestKeysFollowARewrite(t *testing.T) {
	t.Parallel()
	s := shops[1]
	s.before = strings.Replace(s.before, "commands:", "guards: {Day: {kind: unique, key: Day}}\ncommands:", 1)
	s.after = strings.Replace(s.after, "OrderId: {type: ref(Order), optional: true}}\ncommands:", "OrderId: {type: ref(Order), optional: true}}\nguards: {Day: {kind: unique, key: Day}}\ncommands:", 1)
	order, other := uuid.New(), uuid.New()
	sent := func(of uuid.UUID, day string) sales.Event {
		return sales.Event{Type: "Order", Stream: of, Name: "OrderSentEvent", Version: 1, Payload: sales.Fields{"Day": day}}
	}
	events := []sales.Event{sent(order, "a"), sent(other, "b"), sent(order, "c")}
	f := openShop(t, s, events, append(events, sent(uuid.New(), "c")))
	owners := func(account uuid.UUID) map[string]uuid.UUID {
		rows, err := f.Super.Query(t.Context(), "SELECT guard || ' ' || key, stream_id FROM store.guard_unique WHERE account_id = $1", account)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string]uuid.UUID{}
		var key string
		var owner uuid.UUID
		if _, err := pgx.ForEachRow(rows, []any{&key, &owner}, func() error { found[key] = owner; return nil }); err != nil {
			t.Fatal(err)
		}
		return found
	}
	for key, owner := range map[string]uuid.UUID{"c": order, "b": other} {
		f.Exec(t, "INSERT INTO store.guard_unique (account_id, guard, key, stream_id) VALUES ($1, 'Order.Day', $2, $3)", f.accounts[0], key, owner)
	}
	if err := f.runner("one").Forward(t.Context()); !fault.Is(err, fault.Rejected) {
		t.Errorf("two deliveries of one day: %v", err)
	}
	f.want(upgrade.Paused, upgrade.OnRelease, upgrade.Failed)
	beside := func(id uuid.UUID) uuid.UUID { return uuid.NewSHA1(id, []byte("Delivery")) }
	if got, want := owners(f.accounts[0]), map[string]uuid.UUID{"Delivery.Day c": beside(order), "Delivery.Day b": beside(other)}; !maps.Equal(got, want) {
		t.Errorf("held are %v, want %v", got, want)
	}
	if err := f.runner("one").Back(t.Context(), &f.accounts[0]); err != nil {
		t.Fatal(err)
	}
	if got, want := owners(f.accounts[0]), map[string]uuid.UUID{"Order.Day c": order, "Order.Day b": other}; !maps.Equal(got, want) {
		t.Errorf("held are %v after going back, want %v", got, want)
	}
}

// A command that is sent again finds its events, whatever became of them: they keep their numbers.
func TestCommandsFindThemselvesAfterARewrite(t *testing.T) {
	t.Parallel()
	s := shops[3]
	f := openShop(t, s, nil)
	account, p := f.accounts[0], f.store()
	order := uuid.New()
	commands := []uuid.UUID{uuid.New(), uuid.New()}
	send := func(n int, epoch int64, version int) es.Result {
		t.Helper()
		events := []es.NewEvent{{PayloadItemName: "OrderPlacedEvent", PayloadVersion: version, Payload: []byte("{}")}}
		expected := es.None()
		if n == 1 {
			events = []es.NewEvent{{PayloadItemName: "OrderConfirmedEvent", PayloadVersion: version, Payload: []byte(`{"A":"x","B":"y"}`)}}
			expected = es.Exactly(1)
		}
		result, err := p.Append(t.Context(), es.Append{AccountID: account, Epoch: epoch, CommandID: commands[n], CommandHash: 7, Actor: "test",
			Writes: []es.Write{{StreamID: order, StreamType: "Order", Expected: expected, Events: events}}})
		if err != nil {
			t.Fatal(err)
		}
		return result
	}
	first := []es.Result{send(0, 1, 1), send(1, 1, 1)}
	f.Project(t, account)
	if err := f.runner("one").Forward(t.Context()); err != nil {
		t.Fatal(err)
	}
	for n := range commands {
		again := send(n, 2, 2)
		if !again.Repeated || again.SequenceNumber != first[n].SequenceNumber {
			t.Errorf("command %d again: %+v, first %+v", n, again, first[n])
		}
	}
}
