package example

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
)

// Failure is an example that does not hold, and where it is written.
type Failure struct {
	Example string
	Origin  string
	Message string
}

// Error returns the failure as a line for a terminal.
func (f Failure) Error() string { return fmt.Sprintf("%s: %s: %s", f.Origin, f.Example, f.Message) }

// Run runs the examples against the release and returns those that do not hold, in order.
func Run(release *model.Release, examples []Example) []Failure {
	var failures []Failure
	for _, e := range examples {
		if err := run(release, e); err != nil {
			failures = append(failures, Failure{Example: e.Name, Origin: e.Origin, Message: err.Error()})
		}
	}
	return failures
}

func run(release *model.Release, e Example) error {
	w := newWorld(release)
	for i, step := range e.Given {
		if err := w.happen(step, i); err != nil {
			return fmt.Errorf("given %d (%s): %w", i+1, step.Origin, err)
		}
	}
	told, err := w.tell(e.When, e.Roles, len(e.Given))
	if e.Then.Rejected != "" {
		return refused(e.Then.Rejected, err)
	}
	if err != nil {
		return fmt.Errorf("it is rejected: %w", explain(err))
	}
	if e.Then.Events != nil {
		if err := sameEvents(release, e.Then.Events, told); err != nil {
			return err
		}
	}
	for _, row := range e.Then.Rows {
		if err := w.shows(row, told.stream); err != nil {
			return err
		}
	}
	return nil
}

// refused checks that the command was refused for the reason that the example names.
func refused(want string, err error) error {
	if err == nil {
		return fmt.Errorf("it is accepted, but %q should reject it", want)
	}
	var failed *fault.Error
	if !errors.As(err, &failed) {
		return err
	}
	matches := func(d fault.Detail) bool { return d.Rule == want || d.Message == want }
	if failed.Kind.String() == want || slices.ContainsFunc(failed.Details, matches) {
		return nil
	}
	return fmt.Errorf("%q should reject it, but it is rejected by: %w", want, explain(err))
}

// explain adds the rules' names to an error, which are what an example can name.
func explain(err error) error {
	var failed *fault.Error
	if !errors.As(err, &failed) || len(failed.Details) == 0 {
		return err
	}
	texts := make([]string, len(failed.Details))
	for i, d := range failed.Details {
		texts[i] = strings.TrimSpace(fmt.Sprintf("%s (%s %s)", d.Message, d.Rule, d.Path))
	}
	return errors.New(strings.Join(texts, "; "))
}

func sameEvents(release *model.Release, want []Event, told *told) error {
	names := make([]string, len(told.events))
	for i, e := range told.events {
		names[i] = e.Name
	}
	wanted := make([]string, len(want))
	for i, e := range want {
		wanted[i] = e.Name
	}
	if !slices.Equal(names, wanted) {
		return fmt.Errorf("it raises %s, expected %s", strings.Join(names, ", "), strings.Join(wanted, ", "))
	}
	for i, e := range want {
		types := eventTypes(release, told.streamType, e.Name)
		if err := contains(types, told.events[i].Payload, e.Body); err != nil {
			return fmt.Errorf("%s: %s: %w", e.Origin, e.Name, err)
		}
	}
	return nil
}

func eventTypes(release *model.Release, stream, event string) map[string]model.Type {
	types := map[string]model.Type{}
	for _, e := range release.Stream(stream).Stream.Events {
		if e.Name == event {
			for _, a := range e.Attributes {
				types[a.Name] = a.Type
			}
		}
	}
	return types
}
