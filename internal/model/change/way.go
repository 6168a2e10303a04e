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

// expect notes an expression of the way back, which is to give a value of the type.
func (o *outcome) expect(text source.Word, want model.Type) {
	if text.Given() {
		o.backs = append(o.backs, expectation{text, o.into[0].event, want})
	}
}

// expectBranch notes the expressions by which the new event becomes one of the old.
func (o *outcome) expectBranch(back branch, values map[string]derived, before *event) {
	o.expect(back.When, model.Type{Kind: model.Bool})
	o.expectValues(o.into[0].event, values, before)
}

// expectValues notes the expressions that give an event of after attributes of before.
func (o *outcome) expectValues(after string, values map[string]derived, before *event) {
	for _, name := range sortedKeys(values) {
		a := before.attribute(name)
		if a == nil {
			continue // reported where the values were read
		}
		for _, text := range []source.Word{values[name].Value, values[name].Else} {
			if text.Given() {
				o.backs = append(o.backs, expectation{text, after, a.Type})
			}
		}
	}
}
