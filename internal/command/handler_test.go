package command_test

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/command"
	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/tenant"
)

func TestCommandIsStoredWithWhoAndWhy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.process()
	request := w.request("RegisterPersonCommand", `{"Name": "Linus Torvalds"}`)
	request.CorrelationID = uuid.New()
	result := p.must(request)
	events := p.events(result.Streams[0].StreamID)
	if len(events) != 1 {
		t.Fatalf("%d events, want 1", len(events))
	}
	e := events[0]
	if e.PayloadItemName != "PersonRegisteredEvent" || e.CommandID != request.CommandID || e.CorrelationID != request.CorrelationID || e.Actor != "key:test" {
		t.Errorf("event = %+v", e)
	}
	if result.SequenceNumber != 1 || result.Streams[0].StreamType != "Person" || result.Streams[0].StreamRevision != 1 || result.Repeated {
		t.Errorf("result = %+v", result)
	}
}

func TestRepeatGetsTheFirstAnswerWhateverHappenedSince(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.process()
	order := p.order(p.customer("1000"), "10")
	confirm := w.request("ConfirmOrderCommand", `{"OrderId": "%s"}`, order)
	first := p.must(confirm)
	p.must(w.request("CancelOrderCommand", `{"OrderId": "%s"}`, order))
	place := p.events(order)[0].CommandID
	for name, on := range map[string]*process{"same process": p, "another process": w.process()} {
		again := on.must(confirm) // a cancelled order could not be confirmed
		if !again.Repeated || again.SequenceNumber != first.SequenceNumber || again.Streams[0] != first.Streams[0] {
			t.Errorf("%s: %+v, want %+v again", name, again, first)
		}
		// The id of a command that created its stream, with a body of another command.
		reused := w.request("CancelOrderCommand", `{"OrderId": "%s"}`, order)
		reused.CommandID = place
		if refusal := on.refused(reused, fault.Rejected); refusal.Details[0].Rule != "command-id" {
			t.Errorf("%s: refusal = %+v", name, refusal.Details)
		}
	}
	if n := len(p.events(order)); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
}

func TestRepeatOfACreationByAProcessThatForgot(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := w.request("RegisterOrganisationCommand", `{"OrganisationId": "%s", "Name": "AFAS", "VatNumber": "NL123456789B01"}`, uuid.New())
	w.process().must(request)
	p := w.process()
	if again := p.must(request); !again.Repeated || again.SequenceNumber != 1 {
		t.Errorf("again = %+v", again)
	}
	request.CommandID = uuid.New()
	if refusal := p.refused(request, fault.Rejected); refusal.Details[0].Rule != "exists" {
		t.Errorf("refusal = %+v", refusal.Details)
	}
}

func TestStaleMemoryNeverRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	here, there := w.process(), w.process()
	customer := here.customer("100")
	order := here.order(customer, "600")
	there.must(w.request("SetSpendingLimitCommand", `{"CustomerId": "%s", "SpendingLimit": "1000"}`, customer))
	here.must(w.request("ConfirmOrderCommand", `{"OrderId": "%s"}`, order)) // remembers the limit of 100
	second := here.order(customer, "300")
	there.must(w.request("ConfirmOrderCommand", `{"OrderId": "%s"}`, second))
	here.must(w.request("CloseOrderCommand", `{"OrderId": "%s"}`, second)) // remembers it as placed, which could not be closed
	there.must(w.request("CloseOrderCommand", `{"OrderId": "%s"}`, order))
	here.refused(w.request("CancelOrderCommand", `{"OrderId": "%s"}`, order), fault.Rejected) // remembers it as confirmed
}

func TestStaleMemoryNeverAllows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	here, there := w.process(), w.process()
	customer := here.customer("1000")
	order := here.order(customer, "600")
	there.must(w.request("SetSpendingLimitCommand", `{"CustomerId": "%s", "SpendingLimit": "100"}`, customer))
	here.refused(w.request("ConfirmOrderCommand", `{"OrderId": "%s"}`, order), fault.Rejected) // remembers the limit of 1000
}

func TestExpectedRevision(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	here, there := w.process(), w.process()
	customer := here.customer("1000")
	at := func(revision int) command.Request {
		request := w.request("ChangeCustomerPaymentTermCommand", `{"CustomerId": "%s", "PaymentTerm": 7}`, customer)
		request.ExpectedRevision = &revision
		return request
	}
	there.must(at(1))
	here.refused(at(1), fault.Precondition) // where it believes the stream to be
	here.refused(at(3), fault.Precondition)
	passed := at(2)
	here.must(passed)
	if again := here.must(passed); !again.Repeated { // the revision does not hold any more, but the command was stored
		t.Errorf("again = %+v", again)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.process()
	customer := p.customer("1000")
	p.refused(w.request("FlyToTheMoonCommand", `{}`), fault.NotFound)
	p.refused(w.request("BlockCustomerCommand", `{"CustomerId": "%s", "Reason": "x"}`, uuid.New()), fault.NotFound)
	p.refused(w.request("ConfirmOrderCommand", `{"OrderId": "%s"}`, customer), fault.NotFound) // of another type
	for _, body := range []string{`{"OrderId": "%s", "CustomerName": "x", "OrderLines": [], "Colour": 1}`, `{"OrderId": "%s", "CustomerId": "` + uuid.NewString() + `", "OrderLines": [{"ProductName": "x", "UnitPrice": 1}]}`} {
		if refusal := p.refused(w.request("PlaceOrderCommand", body, uuid.New()), fault.Rejected); refusal.Details[0].Rule == "" || refusal.Details[0].Path == "" {
			t.Errorf("refusal = %+v", refusal.Details)
		}
	}
	taken := p.refused(w.request("PlaceOrderCommand", `{"OrderId": "%s", "CustomerName": "x", "OrderLines": [{"ProductName": "x", "UnitPrice": 1}]}`, customer), fault.Rejected)
	if !strings.Contains(taken.Message, "Customer") {
		t.Errorf("message = %q", taken.Message)
	}
	clerk := w.request("SetSpendingLimitCommand", `{"CustomerId": "%s"}`, customer)
	clerk.Principal.Roles = []string{"sales"}
	p.refused(clerk, fault.Forbidden)
	anonymous := w.request("SetSpendingLimitCommand", `{"CustomerId": "%s"}`, customer)
	anonymous.CommandID = uuid.Nil
	p.refused(anonymous, fault.Invalid)
	if n := len(p.events(customer)); n != 1 {
		t.Errorf("refused commands left %d events", n-1)
	}
}

func TestAccountThatMovesOrIsSuspended(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.process()
	register := func() command.Request { return w.request("RegisterPersonCommand", `{"Name": "x"}`) }
	p.must(register())
	admin := w.db.Pool(t, pg.Admin)
	if err := es.SetState(t.Context(), admin, w.account.ID, "suspended"); err != nil {
		t.Fatal(err)
	}
	p.refused(register(), fault.Forbidden) // this process has not heard yet
	suspended := w.account
	suspended.State = tenant.Suspended
	w.accounts.set(suspended)
	p.refused(register(), fault.Forbidden)
	if err := es.SetState(t.Context(), admin, w.account.ID, "active"); err != nil {
		t.Fatal(err)
	}
	w.account.Epoch++ // as it was suspended
	w.accounts.set(w.account)
	stale := register()
	stale.Principal.Account.Epoch = 9
	w.accounts.set(stale.Principal.Account)
	if refusal := p.refused(stale, fault.Unavailable); refusal.RetryAfter == 0 {
		t.Error("no time to come back is given")
	}
	w.accounts.next = &w.account // the catalog knows better by now, and is asked
	p.must(stale)
}

// A store that has put the account on another release is taken at its word: the catalog, which
// follows, need not be asked.
func TestAccountThatIsSwitched(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.process()
	register := func() command.Request { return w.request("RegisterPersonCommand", `{"Name": "x"}`) }
	p.must(register())
	for epoch := int64(2); epoch < 4; epoch++ {
		if _, err := w.db.Pool(t, pg.Admin).Exec(t.Context(), "UPDATE store.account_heads SET epoch = $2, release = $3 WHERE account_id = $1",
			w.account.ID, epoch, w.release.Digest()); err != nil {
			t.Fatal(err)
		}
		p.must(register()) // under the first epoch
		if now, _ := w.accounts.Account(w.account.ID); now.Epoch != epoch {
			t.Errorf("the process knows epoch %d, want %d", now.Epoch, epoch)
		}
	}
}

// releases is a catalog with several.
type releases map[string]*model.Release

func (r releases) Get(_ context.Context, digest string) (*model.Release, error) {
	return r[digest], nil
}

// OnDrop does nothing: none is dropped.
func (releases) OnDrop(func(func(string) bool)) {}

// An event that the release does not know says that there is a newer one, of which the process
// has not heard: it decides on that, and on nothing that it cannot read.
func TestAnEventOfANewerRelease(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ir := *w.release.IR()
	ir.Streams = slices.Clone(ir.Streams)
	for i := range ir.Streams {
		ir.Streams[i].Events = slices.Clone(ir.Streams[i].Events)
		for j := range ir.Streams[i].Events {
			ir.Streams[i].Events[j].Version++
		}
	}
	text, err := model.Canonical(&ir)
	if err != nil {
		t.Fatal(err)
	}
	newer, err := model.Load(text)
	if err != nil {
		t.Fatal(err)
	}
	known := func(c *command.Config) { c.Releases = releases{w.release.Digest(): w.release, newer.Digest(): newer} }
	switched := w.account
	switched.Release = newer.Digest()
	register := w.request("RegisterPersonCommand", `{"Name": "x"}`)
	register.Principal.Account = switched
	person := w.process(known).must(register).Streams[0].StreamID

	behind := w.process(known)
	rename := w.request("RenamePersonCommand", `{"PersonId": %q, "Name": "y"}`, person)
	if _, err := behind.Handle(t.Context(), rename); err == nil {
		t.Error("it decided on what it cannot read, though nobody has heard of another release")
	}
	w.accounts.next = &switched
	behind.must(rename)
}

func TestUnknownCommandIsToldWhatWasMeant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.process()
	for name, want := range map[string]string{
		"PlaceOrdrCommand":        `"PlaceOrdrCommand" in this account's release; did you mean PlaceOrderCommand?`,
		"placeordercommand":       "did you mean PlaceOrderCommand?",
		"PlaceOrder":              "did you mean PlaceOrderCommand?",
		"":                        `There is no command "" in this account's release`,
		strings.Repeat("A", 5000): `AAA" in this account's release`,
	} {
		refusal := p.refused(w.request(name, `{}`), fault.NotFound)
		if !strings.Contains(refusal.Message, want) || len(refusal.Message) > 200 {
			t.Errorf("%.80q: %s", name, refusal.Message)
		}
	}
}

func TestSnapshotsCarryStateAndCommands(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.process(func(c *command.Config) { c.SnapshotTail = 5 })
	customer := p.customer("1000")
	var first command.Request
	for i := range 12 {
		request := w.request("ChangeCustomerPaymentTermCommand", `{"CustomerId": "%s", "PaymentTerm": %d}`, customer, i)
		if i == 0 {
			first = request
		}
		p.must(request)
	}
	p.Stop()
	shot, tail, err := p.store.Load(t.Context(), w.account.ID, customer, w.release.Digest())
	if err != nil || shot == nil || shot.Revision+len(tail) != 13 || len(tail) >= 5 {
		t.Fatalf("snapshot %+v with a tail of %d, error %v", shot, len(tail), err)
	}
	fresh := w.process()
	if again := fresh.must(first); !again.Repeated || again.Streams[0].StreamRevision != 2 {
		t.Errorf("a command from before the snapshot: %+v", again)
	}
	fresh.must(w.request("ConfirmOrderCommand", `{"OrderId": "%s"}`, fresh.order(customer, "1000")))
	fresh.refused(w.request("ConfirmOrderCommand", `{"OrderId": "%s"}`, fresh.order(customer, "0.01")), fault.Rejected)
}

func TestUnreadableSnapshotIsPassedOver(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.process()
	customer := p.customer("1000")
	for _, state := range []string{`{}`, `{"format": 1, "streamType": "Customer", "state": {"no": "state"}}`, `{"format": 99}`} {
		shot := es.Snapshot{StreamID: customer, Release: w.release.Digest(), Revision: 1, State: json.RawMessage(state)}
		if err := p.store.SaveSnapshot(t.Context(), w.account.ID, shot); err != nil {
			t.Fatal(err)
		}
		fresh := w.process()
		fresh.must(w.request("ChangeCustomerPaymentTermCommand", `{"CustomerId": "%s", "PaymentTerm": 7}`, customer))
	}
	if n := len(p.events(customer)); n != 4 {
		t.Errorf("%d events, want 4", n)
	}
}

func TestTwoAccountsWithTheSameIDs(t *testing.T) {
	t.Parallel()
	one, two := newWorld(t), newWorld(t)
	p := one.process()
	person := uuid.New()
	first, second := one.request("RegisterPersonCommand", `{"PersonId": "%s", "Name": "x"}`, person), two.request("RegisterPersonCommand", `{"PersonId": "%s", "Name": "y"}`, person)
	second.CommandID = first.CommandID
	p.must(first)
	if result := p.must(second); result.Repeated || result.SequenceNumber != 1 {
		t.Errorf("the second account was told %+v", result)
	}
	p.refused(two.request("RenamePersonCommand", `{"PersonId": "%s", "Name": "x"}`, uuid.New()), fault.NotFound)
	p.must(two.request("RenamePersonCommand", `{"PersonId": "%s", "Name": "x"}`, person))
	if n := len(p.events(person)); n != 1 {
		t.Errorf("the first account's stream has %d events, want 1", n)
	}
}
