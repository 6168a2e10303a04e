package command_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
)

// evolve gives the world a release that reads events which the ERP had before.
func (w *world) evolve() {
	w.t.Helper()
	ir := *w.release.IR()
	events := map[string]model.Event{}
	for _, s := range ir.Streams {
		for _, e := range s.Events {
			events[e.Name] = e
		}
	}
	registered := events["PersonRegisteredEvent"]
	assigned := model.Into{Stream: "Customer", Event: "CustomerAssignedEvent", Version: events["CustomerAssignedEvent"].Version}
	for _, name := range []string{"PartyId", "SpendingLimit"} {
		assigned.Attributes = append(assigned.Attributes, model.Derive{Name: name, From: name})
	}
	text := model.Type{Kind: model.Text}
	ir.Upcasts = []model.Upcast{
		{Stream: "Client", Event: "ClientAssignedEvent", Version: 1, Into: []model.Into{assigned}},
		{Stream: "Client", Event: "ClientCalledEvent", Version: 1, Origin: "changes/2.yaml:4"},
		{Stream: "Person", Event: "PersonMergedEvent", Version: 1, Refuse: "two people were one", Origin: "changes/2.yaml:5"},
		{Stream: "Person", Event: "PersonNamedEvent", Version: 1, Origin: "changes/2.yaml:6",
			Reads: []model.Attribute{{Name: "First", Type: text, Optional: true}, {Name: "Last", Type: text, Optional: true}},
			Into: []model.Into{{Stream: "Person", Event: registered.Name, Version: registered.Version,
				Attributes: []model.Derive{{Name: "Name", Expr: "First + ' ' + Last", Type: &text}}}}},
		{Stream: "Gone", Event: "GoneEvent", Version: 1, Origin: "changes/2.yaml:7"},
	}
	canonical, err := model.Canonical(&ir)
	if err != nil {
		w.t.Fatal(err)
	}
	if w.release, err = model.Load(canonical); err != nil {
		w.t.Fatal(err)
	}
	w.account.Release = w.release.Digest()
	w.accounts.set(w.account)
}

// happened stores an event as an older release did.
func (p *process) happened(streamType string, stream uuid.UUID, revision int, name, payload string) uuid.UUID {
	p.world.t.Helper()
	id := uuid.New()
	_, err := p.store.Append(p.world.t.Context(), es.Append{AccountID: p.world.account.ID, Epoch: 1, CommandID: id, Actor: "test", Writes: []es.Write{{
		StreamID: stream, StreamType: streamType, Expected: es.Exactly(revision), Events: []es.NewEvent{{PayloadItemName: name, PayloadVersion: 1, Payload: []byte(payload)}}}}})
	if err != nil {
		p.world.t.Fatal(err)
	}
	return id
}

// A command is decided on what the stored events are today; revisions count what is stored.
func TestACommandIsDecidedOnThePast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.evolve()
	p := w.process()
	person, customer := uuid.New(), uuid.New()
	p.happened("Person", person, 0, "PersonNamedEvent", `{"First": "Ken", "Last": "Thompson"}`)
	p.happened("Client", customer, 0, "ClientCalledEvent", `{}`)
	p.happened("Client", customer, 1, "ClientAssignedEvent", fmt.Sprintf(`{"PartyId": %q, "SpendingLimit": {"amount":"100.00","currency":"EUR"}}`, person))
	p.happened("Client", customer, 2, "ClientCalledEvent", `{}`)
	for name, on := range map[string]*process{"fresh": p, "fresh too": w.process()} {
		// The limit is that of the event.
		on.must(w.request("ConfirmOrderCommand", `{"OrderId": "%s"}`, on.order(customer, "50")))
		if name == "fresh too" {
			on.refused(w.request("ConfirmOrderCommand", `{"OrderId": "%s"}`, on.order(customer, "50.01")), fault.Rejected)
		}
	}
	expected := 3
	change := w.request("ChangeCustomerPaymentTermCommand", `{"CustomerId": "%s", "PaymentTerm": 7}`, customer)
	change.ExpectedRevision = &expected
	if result := p.must(change); result.Streams[0].StreamRevision != 4 || result.Streams[0].StreamType != "Customer" {
		t.Errorf("%+v", result)
	}
}

// What cannot be read refuses the commands on its stream, and says why.
func TestACommandOnAnUnreadableStream(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.evolve()
	p := w.process()
	named, merged, gone := uuid.New(), uuid.New(), uuid.New()
	p.happened("Person", named, 0, "PersonNamedEvent", `{"First": "Ken"}`)
	p.happened("Person", merged, 0, "PersonMergedEvent", `{}`)
	p.happened("Gone", gone, 0, "GoneEvent", `{}`)
	for id, want := range map[uuid.UUID]string{
		named:  `PersonNamedEvent (version 1) cannot be read: Name: "First + ' ' + Last": Last is absent (changes/2.yaml:6)`,
		merged: "PersonMergedEvent (version 1) cannot be said in this release: two people were one (changes/2.yaml:5)",
	} {
		refusal := p.refused(w.request("AssignCustomerCommand", `{"PartyId": "%s"}`, id), fault.Rejected)
		if !strings.Contains(refusal.Message, want) || refusal.Details[0].Rule != "upcast" {
			t.Errorf("%+v", refusal)
		}
	}
	// A stream of a type that is gone is there, and nothing else is known of it.
	p.refused(w.request("RegisterPersonCommand", `{"PersonId": "%s", "Name": "x"}`, gone), fault.Rejected)
	p.refused(w.request("ChangeCustomerPaymentTermCommand", `{"CustomerId": "%s", "PaymentTerm": 7}`, gone), fault.NotFound)
}
