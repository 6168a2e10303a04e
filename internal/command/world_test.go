package command_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/goleak"

	"github.com/polderhq/polder/internal/command"
	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/models"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var loadERP = sync.OnceValues(func() (*model.Release, error) {
	compiled, err := compile.Compile(models.ERP())
	if err != nil {
		return nil, err
	}
	return model.Load(compiled.Canonical)
})

// library is the releases of the catalog: the ERP.
type library struct{ erp *model.Release }

func (l library) Get(context.Context, string) (*model.Release, error) { return l.erp, nil }

// OnDrop does nothing: none is dropped.
func (library) OnDrop(func(func(string) bool)) {}

// accounts is the catalog as far as the test has told it.
type accounts struct {
	mu   sync.Mutex
	now  tenant.Account
	next *tenant.Account // in the catalog, and not heard of before a refresh; nil: nothing new
}

func (a *accounts) Refresh(context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.next != nil {
		a.now = *a.next
	}
	return nil
}

func (a *accounts) Switched(_ uuid.UUID, epoch int64, release string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now.Epoch, a.now.Release = epoch, release
}

func (a *accounts) Account(uuid.UUID) (tenant.Account, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now, nil
}

func (a *accounts) set(account tenant.Account) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now = account
}

// world is one account on a real store.
type world struct {
	t        *testing.T
	db       *pgtest.Database
	account  tenant.Account
	accounts *accounts
	release  *model.Release
}

func newWorld(t *testing.T) *world {
	t.Helper()
	release, err := loadERP()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, db: pgtest.Shared(t), release: release}
	w.account = tenant.Account{ID: uuid.New(), Name: "northwind", StoreID: "main", Release: release.Digest(), Epoch: 1, State: tenant.Active}
	w.accounts = &accounts{now: w.account}
	if err := es.CreateAccount(t.Context(), w.db.Pool(t, pg.Admin), w.account.ID, 1); err != nil {
		t.Fatal(err)
	}
	return w
}

// process is a handler with a store of its own, as another api process has.
type process struct {
	*command.Handler
	world *world
	store *es.Store
}

func (w *world) process(change ...func(*command.Config)) *process {
	w.t.Helper()
	store := es.New(es.Config{Appender: w.db.Pool(w.t, pg.Appender), Reader: w.db.Pool(w.t, pg.API)})
	w.t.Cleanup(store.Close)
	config := command.Config{
		Releases: library{w.release}, Accounts: w.accounts,
		Stores: func(context.Context, string) (command.Store, error) { return store, nil },
	}
	for _, c := range change {
		c(&config)
	}
	p := &process{command.NewHandler(config), w, store}
	p.Start()
	w.t.Cleanup(p.Stop)
	return p
}

// request is a command of a key that may do everything.
func (w *world) request(name, body string, args ...any) command.Request {
	return command.Request{
		Principal: tenant.Principal{Account: w.account, KeyID: "test", Roles: []string{"*"}},
		CommandID: uuid.New(), Name: name, Body: json.RawMessage(fmt.Sprintf(body, args...)),
	}
}

func (p *process) must(r command.Request) command.Result {
	p.world.t.Helper()
	result, err := p.Handle(p.world.t.Context(), r)
	if err != nil {
		p.world.t.Fatalf("%s %s: %v", r.Name, r.Body, err)
	}
	return result
}

// refused sends the command and returns the fault that it must get.
func (p *process) refused(r command.Request, kind fault.Kind) *fault.Error {
	p.world.t.Helper()
	result, err := p.Handle(p.world.t.Context(), r)
	return mustBe(p.world.t, kind, result, err)
}

func mustBe(t *testing.T, kind fault.Kind, result command.Result, err error) *fault.Error {
	t.Helper()
	if err == nil {
		t.Fatalf("stored as %+v, want %v", result, kind)
	}
	var known *fault.Error
	if known, _ = asFault(err); known == nil || known.Kind != kind {
		t.Fatalf("error = %v (%v), want %v", err, fault.KindOf(err), kind)
	}
	return known
}

// customer is a new customer with the spending limit.
func (p *process) customer(limit string) uuid.UUID {
	p.world.t.Helper()
	party, customer := uuid.New(), uuid.New()
	p.must(p.world.request("RegisterPersonCommand", `{"PersonId": "%s", "Name": "Linus Torvalds"}`, party))
	p.must(p.world.request("AssignCustomerCommand", `{"CustomerId": "%s", "PartyId": "%s", "SpendingLimit": "%s"}`, customer, party, limit))
	return customer
}

// order is a placed order of one line.
func (p *process) order(customer uuid.UUID, price string) uuid.UUID {
	p.world.t.Helper()
	order := uuid.New()
	p.must(p.world.request("PlaceOrderCommand",
		`{"OrderId": "%s", "CustomerId": "%s", "OrderLines": [{"ProductName": "Chai", "UnitPrice": "%s"}]}`, order, customer, price))
	return order
}

func (p *process) events(stream uuid.UUID) []es.Event {
	p.world.t.Helper()
	events, err := p.store.ReadStream(p.world.t.Context(), es.StreamRange{AccountID: p.world.account.ID, StreamID: stream})
	if err != nil {
		p.world.t.Fatal(err)
	}
	return events
}

// deadline ends a test that waits for what never comes.
func deadline(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}
