package projectionbench

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/model"
)

const (
	defaultEvents = 1_000_000
	variety       = 500 // different orders, told again and again under other ids
)

// size is how many events the history has: 1,000,000, or what POLDER_BENCH_EVENTS says, for
// a quick look. The names of the results do not change with it.
func size() (int, error) {
	text := os.Getenv("POLDER_BENCH_EVENTS")
	if text == "" {
		return defaultEvents, nil
	}
	events, err := strconv.Atoi(text)
	if err != nil || events < 2000 {
		return 0, fmt.Errorf("POLDER_BENCH_EVENTS=%s: a whole number from 2000 on", text)
	}
	return events, nil
}

// Of an order's four events the later ones come when so many further orders were placed.
const (
	changedAfter   = 50
	confirmedAfter = 200
	closedAfter    = 800
)

// told is an event with its payload.
type told struct {
	name    string
	version int
	payload json.RawMessage
}

// storyteller knows what the model's commands raise for orders of some variety.
type storyteller struct {
	release *model.Release
	random  *rand.Rand
	orders  [variety][]told // placed, lines changed, confirmed, closed

	customers map[uuid.UUID]*model.State // as orders need them
}

func newStoryteller(release *model.Release) (*storyteller, error) {
	s := &storyteller{release: release, random: rand.New(rand.NewPCG(2026, 11)), customers: map[uuid.UUID]*model.State{}}
	for i := range s.orders {
		customer := release.Stream("Customer")
		state, err := customer.Apply(customer.Empty(), "CustomerAssignedEvent", 1, assigned(i))
		if err != nil {
			return nil, err
		}
		s.customers[customerID(i)] = state
	}
	for i := range s.orders {
		var state *model.State
		for _, command := range []struct{ name, input string }{
			{"PlaceOrderCommand", s.place(i)},
			{"ChangeOrderLinesCommand", fmt.Sprintf(`,"OrderLines":[%s,%s]}`, s.line(1), s.line(2))},
			{"ConfirmOrderCommand", "}"},
			{"CloseOrderCommand", "}"},
		} {
			raised, err := s.tell(command.name, command.input, &state)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", command.name, err)
			}
			s.orders[i] = append(s.orders[i], raised)
		}
	}
	return s, nil
}

// assigned makes a customer of a party, without a spending limit.
func assigned(customer int) json.RawMessage {
	return fmt.Appendf(nil, `{"PartyId":%q,"PaymentTerm":30}`, partyID(customer))
}

// place is what PlaceOrderCommand is told: half of the orders are of customers on file.
func (s *storyteller) place(i int) string {
	customer := fmt.Sprintf(`"CustomerName":"Customer %d of the counter"`, i)
	if i%2 == 0 {
		customer = fmt.Sprintf(`"CustomerId":%q`, customerID(i))
	}
	lines := s.line(1) + "," + s.line(2)
	if i%3 == 0 {
		lines += "," + s.line(3)
	}
	return fmt.Sprintf(`,%s,"Reference":"PO-%06d","OrderDate":"2026-%02d-%02d","ShipTo":{"Street":"Kerkstraat %d","PostalCode":"3831 NN",`+
		`"City":"Leusden","Country":"Netherlands"},"Freight":"%d.50","OrderLines":[%s]}`,
		customer, s.random.IntN(1e6), 1+i%12, 1+i%28, i, s.random.IntN(90), lines)
}

func (s *storyteller) line(n int) string {
	return fmt.Sprintf(`{"LineId":%d,"ProductName":"Product %d","Quantity":"%d","UnitPrice":"%d.%02d","Discount":"0.0%d"}`,
		n, s.random.IntN(5000), 1+s.random.IntN(40), s.random.IntN(300), s.random.IntN(100), s.random.IntN(9))
}

// anyOrder is the id that the commands give; events do not carry it.
const anyOrder = "0b81b458-7671-4e9b-844b-9934255f5406"

// tell decides the command, whose input is what follows the order's id, as the processes do and moves the state on.
func (s *storyteller) tell(name, input string, state **model.State) (told, error) {
	command := s.release.Command(name)
	parsed, err := command.Parse(json.RawMessage(`{"OrderId":"` + anyOrder + `"` + input))
	if err != nil {
		return told{}, err
	}
	outcome, err := command.Decide(model.Decision{
		CommandID: uuid.New(), StreamID: uuid.New(), Input: parsed, Own: *state, Now: time.Date(2026, 11, 23, 4, 5, 6, 0, time.UTC),
		Roles: []string{"*"}, Others: s.customers,
	})
	if err != nil {
		return told{}, err
	}
	raised := outcome.Events[0]
	before := *state
	if before == nil {
		before = command.Stream.Empty()
	}
	*state, err = command.Stream.Apply(before, raised.Name, raised.Version, raised.Payload)
	return told{raised.Name, raised.Version, raised.Payload}, err
}

// stored is one row of store.events.
type stored struct {
	told
	stream   uuid.UUID
	revision int
}

// history is the events of one account, made as they are copied into the store: orders
// overlap, so that an order's events lie apart.
type history struct {
	*storyteller
	account uuid.UUID
	length  int64
	order   int // the one placed last
	queue   []stored
	at      int64
	now     time.Time
	product int64 // each event whose number it divides registers a product instead; 0: none does
	steps   []step
}

// step is an event of every order: which one of its story, and how many further orders were placed by then.
type step struct{ told, after int }

// steps are those of orders whose lines are changed so many times.
func steps(changes int) []step {
	list := []step{{0, 0}}
	for n := range changes {
		list = append(list, step{1, changedAfter + n})
	}
	return append(list, step{2, confirmedAfter}, step{3, closedAfter})
}

func (s *storyteller) history(account uuid.UUID, length int) *history {
	return &history{storyteller: s, account: account, length: int64(length), order: -1, steps: steps(1), now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
}

// Next implements pgx.CopyFromSource.
func (h *history) Next() bool {
	if h.at == h.length {
		return false
	}
	if h.at++; len(h.queue) > 1 {
		h.queue = h.queue[1:]
		return true
	}
	h.queue = h.queue[:0]
	h.order++
	for n, s := range h.steps {
		if order := h.order - s.after; order >= 0 {
			h.queue = append(h.queue, h.event(order, s.told, n+1))
		}
	}
	return true
}

func (h *history) event(order, event, revision int) stored {
	e := stored{told: h.orders[order%variety][event], stream: orderID(h.account, order), revision: revision}
	if event == 0 {
		e.payload = numbered(e.payload, order+1)
	}
	return e
}

// numbered adds the number to the payload, as an append does.
func numbered(payload json.RawMessage, number int) json.RawMessage {
	return fmt.Appendf(payload[:len(payload)-1:len(payload)-1], `,"OrderNumber":"SO-2026-%05d"}`, number)
}

// Values implements pgx.CopyFromSource.
func (h *history) Values() ([]any, error) {
	e := &h.queue[0]
	h.now = h.now.Add(time.Millisecond)
	if h.product > 0 && h.at%h.product == 0 {
		id := pseudo(0xfe, uint64(h.at))
		return []any{h.account, int32(0), h.at, id, int32(1), "Product", "ProductRegisteredEvent", int32(1),
			fmt.Sprintf(`{"Name":"Product %d","UnitPrice":{"amount":"%d.50","currency":"EUR"}}`, h.at, h.at%300),
			orderID(id, 1), int64(4711), nil, nil, "benchmark", h.now}, nil
	}
	return []any{h.account, int32(0), h.at, e.stream, int32(e.revision), "Order", e.name, int32(e.version), string(e.payload),
		orderID(e.stream, e.revision), int64(4711), nil, nil, "benchmark", h.now}, nil
}

// Err implements pgx.CopyFromSource.
func (h *history) Err() error { return nil }

// fill copies a history into the account, which has no events yet.
func (w *world) fill(ctx context.Context, h *history) error {
	conn, err := w.super.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	columns := []string{"account_id", "generation", "sequence_number", "stream_id", "stream_revision", "stream_type", "payload_item_name",
		"payload_version", "payload", "command_id", "command_hash", "causation_id", "correlation_id", "actor", "commit_time"}
	copied, err := conn.CopyFrom(ctx, pgx.Identifier{"store", "events"}, columns, h)
	if err != nil {
		return err
	}
	return w.exec(ctx, "UPDATE store.account_heads SET sequence_number = $2, commit_time = $3 WHERE account_id = $1", h.account, copied, h.now)
}

// fresh makes a world with one account of many events in it.
func (w *world) fresh(ctx context.Context, account uuid.UUID, events int) error {
	return w.freshOf(ctx, account, events, func(*history) {})
}

// freshWith is fresh with products among the orders: one event of so many registers one.
func (w *world) freshWith(ctx context.Context, account uuid.UUID, events int, product int64) error {
	return w.freshOf(ctx, account, events, func(h *history) { h.product = product })
}

func (w *world) freshOf(ctx context.Context, account uuid.UUID, events int, change func(*history)) error {
	if err := w.newAccount(ctx, account); err != nil {
		return err
	}
	teller, err := newStoryteller(w.release)
	if err != nil {
		return err
	}
	began := time.Now()
	told := teller.history(account, events)
	change(told)
	if err := w.fill(ctx, told); err != nil {
		return err
	}
	fmt.Fprintf(w.log, "  %d events stored in %s\n", events, time.Since(began).Round(time.Second))
	return w.settle(ctx)
}

func accountID(n int) uuid.UUID  { return pseudo(0xacc, uint64(n)) }
func customerID(n int) uuid.UUID { return pseudo(0xc0, uint64(n)) }
func partyID(n int) uuid.UUID    { return pseudo(0xba, uint64(n)) }

// orderID spreads ids over the whole range, as those that are derived from command ids.
func orderID(of uuid.UUID, n int) uuid.UUID {
	return pseudo(binary.BigEndian.Uint64(of[8:]), uint64(n))
}

// pseudo is a version 4 id that looks random and is the same in each run.
func pseudo(kind, n uint64) (id uuid.UUID) {
	random := rand.New(rand.NewPCG(kind, n))
	binary.BigEndian.PutUint64(id[:8], random.Uint64())
	binary.BigEndian.PutUint64(id[8:], random.Uint64())
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return id
}
