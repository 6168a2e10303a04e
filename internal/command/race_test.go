package command_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/command"
	"github.com/polderhq/polder/internal/fault"
)

func asFault(err error) (*fault.Error, bool) {
	var known *fault.Error
	return known, errors.As(err, &known)
}

// outcome is what one of several callers at once got.
type outcome struct {
	result command.Result
	err    error
}

// atOnce runs the requests at the same time, each on the process of its number.
func atOnce(t *testing.T, requests []command.Request, on func(i int) *process) []outcome {
	ctx := deadline(t)
	outcomes := make([]outcome, len(requests))
	var ready, all sync.WaitGroup
	ready.Add(len(requests))
	for i := range requests {
		all.Go(func() {
			ready.Done()
			ready.Wait()
			outcomes[i].result, outcomes[i].err = on(i).Handle(ctx, requests[i])
		})
	}
	all.Wait()
	return outcomes
}

func TestHotStreamTakesEveryCommandOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.process()
	hot(t, w, []*process{p})
}

func TestTwoProcessesShareAHotStream(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hot(t, w, []*process{w.process(), w.process()})
}

// hot sends 64 commands to one stream and checks that each took a revision of its own.
// Two processes race each other; a caller that lost its race too often sends again, under
// the same id.
func hot(t *testing.T, w *world, on []*process) {
	customer := on[0].customer("1000")
	requests := make([]command.Request, 64)
	for i := range requests {
		requests[i] = w.request("ChangeCustomerPaymentTermCommand", `{"CustomerId": "%s", "PaymentTerm": %d}`, customer, i)
	}
	outcomes := atOnce(t, requests, func(i int) *process { return on[i%len(on)] })
	lost := 0
	for i, o := range outcomes {
		if len(on) > 1 && fault.Is(o.err, fault.Conflict) {
			lost++
			o.result, o.err = on[0].Handle(t.Context(), requests[i])
		}
		if o.err != nil {
			t.Fatalf("command %d: %v", i, o.err)
		}
		event := on[0].events(customer)[o.result.Streams[0].StreamRevision-1]
		if event.CommandID != requests[i].CommandID || event.SequenceNumber != o.result.SequenceNumber {
			t.Errorf("command %d was told revision %d, where %s is", i, o.result.Streams[0].StreamRevision, event.CommandID)
		}
	}
	if n := len(on[0].events(customer)); n != 1+len(requests) {
		t.Errorf("%d events, want %d", n, 1+len(requests))
	}
	t.Logf("%d of %d lost their race", lost, len(requests))
}

func TestRepeatsAtOnceAreOneCommand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	processes := []*process{w.process(), w.process()}
	request := w.request("RegisterOrganisationCommand", `{"OrganisationId": "%s", "Name": "AFAS", "VatNumber": "NL123456789B01"}`, uuid.New())
	requests := make([]command.Request, 16)
	for i := range requests {
		requests[i] = request
	}
	outcomes := atOnce(t, requests, func(i int) *process { return processes[i%2] })
	first := 0
	for i, o := range outcomes {
		if o.err != nil {
			t.Fatalf("repeat %d: %v", i, o.err)
		}
		if !o.result.Repeated {
			first++
		}
		if o.result.SequenceNumber != 1 || o.result.Streams[0].StreamRevision != 1 {
			t.Errorf("repeat %d was told %+v", i, o.result)
		}
	}
	if n := len(processes[0].events(outcomes[0].result.Streams[0].StreamID)); n != 1 || first != 1 {
		t.Errorf("%d events and %d first answers, want one of each", n, first)
	}
}

func TestOfTwoWithOneKeyExactlyOnePasses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	processes := []*process{w.process(), w.process()}
	var requests []command.Request
	for range 2 {
		requests = append(requests, w.request("RegisterOrganisationCommand",
			`{"OrganisationId": "%s", "Name": "AFAS", "VatNumber": "NL123456789B01"}`, uuid.New()))
	}
	refusal := onePasses(t, atOnce(t, requests, func(i int) *process { return processes[i] }))
	if len(refusal.Details) != 1 || refusal.Details[0].Path != "VatNumber" || refusal.Details[0].Rule != "Organisation.VatNumber" ||
		refusal.Details[0].Origin == "" {
		t.Errorf("refusal = %+v", refusal.Details)
	}
}

func TestOfTwoConfirmsAtOnceExactlyOnePasses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	processes := []*process{w.process(), w.process()}
	customer := processes[0].customer("1000")
	var requests []command.Request
	for range 2 {
		requests = append(requests, w.request("ConfirmOrderCommand", `{"OrderId": "%s"}`, processes[0].order(customer, "600")))
	}
	refusal := onePasses(t, atOnce(t, requests, func(i int) *process { return processes[i] }))
	if len(refusal.Details) != 1 || refusal.Details[0].Rule != "Customer.Credit" || refusal.Details[0].Origin == "" {
		t.Errorf("refusal = %+v", refusal.Details)
	}
	t.Log(refusal.Message)
}

func onePasses(t *testing.T, outcomes []outcome) *fault.Error {
	t.Helper()
	if outcomes[0].err != nil {
		outcomes[0], outcomes[1] = outcomes[1], outcomes[0]
	}
	if outcomes[0].err != nil {
		t.Fatalf("neither passes: %v; %v", outcomes[0].err, outcomes[1].err)
	}
	return mustBe(t, fault.Rejected, outcomes[1].result, outcomes[1].err)
}
