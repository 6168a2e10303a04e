package command_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/command"
	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
)

// refusing cannot take any event.
type refusing struct{}

func (refusing) Apply(context.Context, es.Tx, uuid.UUID, []es.Event) error {
	return fault.New(fault.Rejected, "The rows cannot take it")
}

// What is to be written with the events of a command may refuse it, and then nothing is stored.
func TestWhatIsWrittenWithACommandMayRefuseIt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := 0
	p := w.process(func(c *command.Config) {
		c.Within = func(r *model.Release, a *es.Append) es.Within {
			if asked++; r != w.release || a.AccountID != w.account.ID || len(a.Writes) != 1 || len(a.Writes[0].Events) != 1 {
				t.Errorf("asked for %+v", a)
			}
			return refusing{}
		}
	})
	person := uuid.New()
	refused := p.refused(w.request("RegisterPersonCommand", `{"PersonId": "%s", "Name": "Linus Torvalds"}`, person), fault.Rejected)
	if refused.Message != "The rows cannot take it" || asked == 0 {
		t.Errorf("asked %d times, refused with %q", asked, refused.Message)
	}
	if events := p.events(person); len(events) > 0 {
		t.Errorf("%d events are stored", len(events))
	}
}
