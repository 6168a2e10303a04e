package model

import (
	"cmp"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model/expr"
)

// CommandType runs one command of the release.
type CommandType struct {
	*Command
	Stream *StreamType

	input  *kind // the body: the stream's id and the inputs
	id     int   // number of the field that names the stream
	rules  []*rule
	raises []*raise
}

type rule struct {
	*Rule
	that *expr.Program
	path string // the one input it reads; empty when it reads none or several
}

type raise struct {
	*Raise
	event *eventType
	when  *expr.Program // nil: always
	with  map[string]*expr.Program
}

// Input is a validated body of a command.
type Input struct {
	command *CommandType
	values  []any  // by number of the body's field
	given   []bool // named in the body, null included, or defaulted
}

// Get returns the value of the input, nil when it is absent.
func (in *Input) Get(name string) any {
	if i := in.command.input.shape.Index(name); i >= 0 {
		return in.values[i]
	}
	return nil
}

func (l *loader) newCommand(t *StreamType, c *Command) (*CommandType, error) {
	made := &CommandType{Command: c, Stream: t}
	if err := l.body(made); err != nil {
		return nil, err
	}
	env, err := l.scopes.Command(t.Stream, c)
	if err != nil {
		return nil, err
	}
	for i := range c.Require {
		that, err := compile(env, c.Require[i].That, c.Require[i].Origin, expr.Bool)
		if err != nil {
			return nil, err
		}
		made.rules = append(made.rules, &rule{&c.Require[i], that, made.pathOf(that)})
	}
	for i := range c.Raises {
		r, err := made.newRaise(env, &c.Raises[i])
		if err != nil {
			return nil, err
		}
		made.raises = append(made.raises, r)
	}
	return made, nil
}

// body makes the kind of the command's body: the stream's id, unless an input has its name
// already, and the inputs.
func (l *loader) body(c *CommandType) error {
	fields, err := l.kinds.fields(c.Input)
	if err != nil {
		return err
	}
	named := false
	for i, f := range fields {
		if f.Name == c.Stream.ID {
			c.id, named = i, true
		}
	}
	if !named {
		id := *c.Stream.idField.Attribute
		id.Optional = c.Creates
		c.id = len(fields)
		fields = append(fields, &field{Attribute: &id, kind: c.Stream.idField.kind})
	}
	list := make([]expr.Field, len(fields))
	for i, f := range fields {
		list[i] = expr.Field{Name: f.Name, Type: f.kind.as}
	}
	c.input = &kind{shape: l.scopes.language.Shape(c.Name, list), fields: fields, key: -1}
	return nil
}

func compile(env *expr.Env, source, origin string, want expr.Kind) (*expr.Program, error) {
	p, err := env.Compile(source)
	if err != nil {
		return nil, located(origin, err)
	}
	if !p.Type().AssignableTo(expr.Type{Kind: want}) {
		return nil, located(origin, fmt.Errorf("%q is %s, not %s", source, p.Type(), want))
	}
	return p, nil
}

func (c *CommandType) newRaise(env *expr.Env, r *Raise) (*raise, error) {
	made := &raise{Raise: r, event: c.Stream.events[r.Event], with: map[string]*expr.Program{}}
	if made.event == nil {
		return nil, located(r.Origin, fmt.Errorf("there is no event %s", r.Event))
	}
	if r.When != "" {
		when, err := compile(env, r.When, r.Origin, expr.Bool)
		if err != nil {
			return nil, err
		}
		made.when = when
	}
	for _, f := range made.event.fields {
		source, ok := r.With[f.Name]
		if !ok {
			continue
		}
		p, err := env.Compile(source)
		if err != nil {
			return nil, located(r.Origin, err)
		}
		if !p.Type().AssignableTo(f.kind.as) {
			return nil, located(r.Origin, fmt.Errorf("%s is %s, but %q is %s", f.Name, f.kind.as, source, p.Type()))
		}
		made.with[f.Name] = p
	}
	if len(made.with) != len(r.With) {
		return nil, located(r.Origin, fmt.Errorf("%s has no attribute for one of its expressions", r.Event))
	}
	return made, nil
}

// pathOf returns the one input that the program reads, empty if it reads none or several.
func (c *CommandType) pathOf(p *expr.Program) string {
	path := ""
	for _, name := range roots(p) {
		if c.input.shape.Index(name) < 0 {
			continue
		}
		if path != "" {
			return ""
		}
		path = name
	}
	return path
}

// Parse reads a command's body strictly: an unknown field, a missing or ill-typed one gives a *fault.Error of kind
// Rejected with a detail per violation (all of them, not only the first); JSON that does not parse gives Invalid.
func (c *CommandType) Parse(body json.RawMessage) (*Input, error) {
	if !utf8.Valid(body) {
		return nil, fault.New(fault.Invalid, "The body of %s is not UTF-8", c.Name)
	}
	if !json.Valid(body) {
		return nil, fault.New(fault.Invalid, "The body of %s is not JSON", c.Name)
	}
	in := &Input{c, make([]any, len(c.input.fields)), make([]bool, len(c.input.fields))}
	r := &reader{scanner: scanner{text: body}, strict: true}
	if r.peek() != '{' {
		return nil, fault.New(fault.Invalid, "The body of %s is an object, like {...}", c.Name)
	}
	if err := r.fields(c.input, nil, in.values, in.given); err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The body of %s cannot be read", c.Name)
	}
	if len(r.violations) > 0 {
		for i := range r.violations {
			r.violations[i].Origin = cmp.Or(r.violations[i].Origin, c.Origin) // of an unknown name: what it is unknown to
		}
		return nil, fault.Reject(r.violations...)
	}
	return in, nil
}

// StreamID returns the stream that the command writes: the one its input names, or, for a command that creates
// and names none, one derived from the command id.
func (c *CommandType) StreamID(in *Input, commandID uuid.UUID) uuid.UUID {
	if text, ok := in.values[c.id].(string); ok {
		return uuid.MustParse(text) // the reader let nothing else through
	}
	return uuid.NewSHA1(commandID, []byte(c.Stream.Name))
}

// scope is what the expressions of a command read.
type scope struct {
	in     *Input
	id     uuid.UUID
	after  *view
	before *view
}

// Lookup implements expr.Scope.
func (s *scope) Lookup(name string) (any, error) {
	if name == thisName {
		if s.before.state.Revision == 0 {
			return nil, nil
		}
		return s.before, nil
	}
	i := s.in.command.input.shape.Index(name)
	switch {
	case i < 0:
		return s.after.Lookup(name)
	case i == s.in.command.id:
		return s.id.String(), nil
	}
	return s.in.values[i], nil
}
