package change

import (
	"fmt"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/source"
)

// operation returns an operation of the kind; keys and texts take turns, and an empty text
// is left out.
func (s *step) operation(kind string, pairs ...string) model.Operation {
	op := model.Operation{Kind: kind, Declared: map[string]string{}, Origin: s.set.origin}
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			op.Declared[pairs[i]] = pairs[i+1]
		}
	}
	return op
}

// back is the way back of an operation on one event's attributes.
func (s *step) back(event string, operations ...model.Operation) way {
	return way{operations: operations, after: []string{s.calledAfter(event)}, before: []string{event}}
}

// noWay says why an event's attributes cannot be taken back.
func (s *step) noWay(event, format string, args ...any) way {
	return way{none: fmt.Sprintf(format, args...), after: []string{s.calledAfter(event)}, before: []string{event}}
}

func (o *outcome) expect(text source.Word, want model.Type) {
	if text.Given() {
		o.backs = append(o.backs, expectation{text, o.into[0].event, want})
	}
}
