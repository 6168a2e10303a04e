package command_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/command"
	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
)

// A stream is replayed as commands have it: read by the release, one step for each stored event.
func TestAStreamIsReplayedStepByStep(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.evolve()
	p := w.process()
	customer, person := uuid.New(), uuid.New()
	p.happened("Client", customer, 0, "ClientCalledEvent", `{}`)
	p.happened("Client", customer, 1, "ClientAssignedEvent", fmt.Sprintf(`{"PartyId": %q, "SpendingLimit": {"amount":"100.00","currency":"EUR"}}`, person))
	p.happened("Person", person, 0, "PersonNamedEvent", `{"First": "Ken", "Last": "Thompson"}`)
	p.happened("Person", person, 1, "PersonMergedEvent", `{}`)
	steps := func(stream uuid.UUID) (text string, err error) {
		events, err := p.store.ReadStream(t.Context(), es.StreamRange{AccountID: w.account.ID, StreamID: stream})
		if err != nil {
			t.Fatal(err)
		}
		err = command.Replay(w.release, events, func(s command.Step) {
			paths := []string{}
			for _, c := range model.Difference(s.Before, s.After) {
				paths = append(paths, c.Path)
			}
			text += fmt.Sprintf("%s %t: %v; ", s.Event.PayloadItemName, s.After != nil, paths)
		})
		return text, err
	}
	if got, err := steps(customer); err != nil || got != "ClientCalledEvent false: []; ClientAssignedEvent true: [Status PartyId SpendingLimit]; " {
		t.Errorf("%s, %v", got, err)
	}
	got, err := steps(person)
	if got != "PersonNamedEvent true: [Name]; " || !fault.Is(err, fault.Rejected) || !strings.Contains(err.Error(), "of revision 2 is of another release") {
		t.Errorf("%s, %v", got, err)
	}
}
