package query_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/google/uuid"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/query"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/test/sales"
)

type fields = sales.Fields

var happened = sales.Happened

// world is an account with a running projector and a handler to ask.
type world struct {
	*sales.Store
	account tenant.Account
	heads   *notify.Topic
	applied *notify.Topic
	handler *query.Handler
}

func newWorld(t testing.TB) *world {
	t.Helper()
	return newWorldOf(t, sales.Release(t))
}

func newWorldOf(t testing.TB, release *model.Release) *world {
	t.Helper()
	w := &world{Store: sales.Open(t, pgtest.Shared(t), release)}
	w.restart(t)
	return w
}

// restart gives the world a new account, and a handler that has seen nothing.
func (w *world) restart(t testing.TB) {
	t.Helper()
	w.account = w.NewAccount(t)
	w.heads, w.applied = notify.NewTopic(), notify.NewTopic()
	w.handler = query.NewHandler(query.Config{Accounts: w, Pools: w, Releases: w, Applied: w.applied})
}

// project starts a projector for the account; until then nothing is applied.
func (w *world) project(t *testing.T) {
	t.Helper()
	projector := projection.New(projection.Config{
		Pools: w, Accounts: w, Releases: w, Heads: w.heads, Applied: w.applied, Workers: 1,
		Log: zaptest.NewLogger(t, zaptest.Level(zap.WarnLevel)),
	})
	if err := projector.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(projector.Stop)
	w.heads.Publish(notify.Signal{AccountID: w.account.ID, SequenceNumber: 1})
}

// store appends the events and waits until they are in the read models.
func (w *world) store(t *testing.T, events ...sales.Event) int64 {
	t.Helper()
	last := w.Append(t, w.account.ID, events...)
	w.heads.Publish(notify.Signal{AccountID: w.account.ID, SequenceNumber: last})
	question := fmt.Sprintf(`{"$size": 1, "$minSequenceNumber": %d, "$wait": "20s"}`, last)
	answer := w.ask(t, question)
	for before := int64(-1); answer.Stale && answer.SequenceNumber > before; { // as long as it goes on
		before = answer.SequenceNumber
		answer = w.ask(t, question)
	}
	if answer.Stale {
		t.Fatalf("the events up to %d were not applied, only up to %d", last, answer.SequenceNumber)
	}
	return last
}

func (w *world) request(body string) query.Request {
	return query.Request{Principal: tenant.Principal{Account: w.account}, Name: "GetOrders", Body: json.RawMessage(body)}
}

func (w *world) ask(t *testing.T, body string) query.Answer {
	t.Helper()
	return w.askFor(t, "GetOrders", body)
}

func (w *world) askFor(t *testing.T, name, body string) query.Answer {
	t.Helper()
	r := w.request(body)
	r.Name = name
	answer, err := w.handler.Handle(t.Context(), r)
	if err != nil {
		t.Fatalf("%s %s: %v", name, body, err)
	}
	return answer
}

// refused asks and returns the error's kind and details.
func (w *world) refused(t *testing.T, body string) *fault.Error {
	t.Helper()
	_, err := w.handler.Handle(t.Context(), w.request(body))
	var e *fault.Error
	if !errors.As(err, &e) {
		t.Fatalf("%s: error %v, want one for users", body, err)
	}
	return e
}

// numbers returns the order numbers of an answer's items; 0 stands for none.
func numbers(t *testing.T, answer query.Answer) []int {
	t.Helper()
	out := []int{}
	for _, item := range answer.Items {
		var order struct{ OrderNumber int }
		if err := json.Unmarshal(item, &order); err != nil {
			t.Fatalf("%s: %v", item, err)
		}
		out = append(out, order.OrderNumber)
	}
	return out
}

// place is an order that was placed with the payload.
func place(order uuid.UUID, payload fields) sales.Event {
	return happened("Order", order, "OrderPlacedEvent", payload)
}

func money(amount, currency string) fields { return fields{"amount": amount, "currency": currency} }
