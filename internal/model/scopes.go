package model

import (
	"fmt"
	"slices"

	"github.com/polderhq/polder/internal/model/expr"
)

// The names that expressions use beside the model's own.
const (
	statusName = "Status" // the state of the life cycle
	thisName   = "this"   // the stream before the command or event
)

// Scopes gives the expressions of a model their environments: which names they may read,
// and of which type. The compiler checks with it and Load runs with it, so that they agree.
type Scopes struct {
	language *expr.Language
	values   map[string]*Value
	objects  map[string]expr.Type
	states   map[*Stream]*expr.Shape
}

// NewScopes returns the scopes of the model. It reads the value objects of ir now, and the
// rest when asked.
func NewScopes(ir *IR) (*Scopes, error) {
	language, err := expr.NewLanguage()
	if err != nil {
		return nil, err
	}
	s := &Scopes{language, map[string]*Value{}, map[string]expr.Type{}, map[*Stream]*expr.Shape{}}
	for i := range ir.Values {
		s.values[ir.Values[i].Name] = &ir.Values[i]
	}
	return s, nil
}

// Type returns the type that expressions see; name is for messages about rows. An unknown
// or recursive value object is an error.
func (s *Scopes) Type(name string, t Type) (expr.Type, error) {
	switch t.Kind {
	case Enum:
		return expr.Type{Kind: expr.Text, Enum: t.Enum}, nil
	case List:
		shape, err := s.shape(name, t.Of)
		return expr.Type{Kind: expr.List, Shape: shape}, err
	case Object:
		return s.object(t.Value)
	}
	kind, ok := exprKinds[t.Kind]
	if !ok {
		return expr.Type{}, fmt.Errorf("unknown kind %q", t.Kind)
	}
	return expr.Type{Kind: kind}, nil
}

var exprKinds = map[Kind]expr.Kind{
	Text: expr.Text, Ref: expr.Text, Int: expr.Int, Decimal: expr.Decimal, Money: expr.MoneyKind,
	Bool: expr.Bool, Date: expr.DateKind, Timestamp: expr.Timestamp, Custom: expr.CustomKind,
}

func (s *Scopes) object(name string) (expr.Type, error) {
	if t, ok := s.objects[name]; ok {
		if t.Shape == nil {
			return t, fmt.Errorf("the value %q holds itself", name)
		}
		return t, nil
	}
	value := s.values[name]
	if value == nil {
		return expr.Type{}, fmt.Errorf("there is no value %q", name)
	}
	s.objects[name] = expr.Type{Kind: expr.Object} // marks it as being made
	shape, err := s.shape(name, value.Attributes)
	t := expr.Type{Kind: expr.Object, Shape: shape}
	if err == nil {
		s.objects[name] = t
	}
	return t, err
}

func (s *Scopes) shape(name string, attributes []Attribute) (*expr.Shape, error) {
	fields, err := s.fields(attributes)
	if err != nil {
		return nil, err
	}
	return s.language.Shape(name, fields), nil
}

func (s *Scopes) fields(attributes []Attribute) ([]expr.Field, error) {
	fields := make([]expr.Field, 0, len(attributes)+1)
	for _, a := range attributes {
		t, err := s.Type(a.Name, a.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", a.Origin, a.Name, err)
		}
		fields = append(fields, expr.Field{Name: a.Name, Type: t})
	}
	return fields, nil
}

// stateShape is what a stream of the type looks like: its attributes, then its computes,
// then, when it has a life cycle, its Status.
func (s *Scopes) stateShape(stream *Stream) (*expr.Shape, error) {
	if shape, ok := s.states[stream]; ok {
		return shape, nil
	}
	fields, err := s.fields(stream.Attributes)
	if err != nil {
		return nil, err
	}
	for _, c := range stream.Computes {
		t, err := s.Type(c.Name, c.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", c.Origin, c.Name, err)
		}
		fields = append(fields, expr.Field{Name: c.Name, Type: t})
	}
	if len(stream.Lifecycle) > 0 {
		fields = append(fields, expr.Field{Name: statusName, Type: expr.Type{Kind: expr.Text, Enum: stream.Lifecycle}})
	}
	shape := s.language.Shape(stream.Name, fields)
	s.states[stream] = shape
	return shape, nil
}

// Constant is the environment of Attribute.Default: no names at all.
func (s *Scopes) Constant() *expr.Env { return s.language.Env(nil) }

// Stored is the environment of an upcast's expressions: the attributes of the stored event
// that they read.
func (s *Scopes) Stored(reads []Attribute) (*expr.Env, error) {
	fields, err := s.fields(reads)
	if err != nil {
		return nil, err
	}
	list := make([]expr.Variable, len(fields))
	for i, f := range fields {
		list[i] = expr.Variable(f)
	}
	return s.language.Env(list), nil
}

// State is the environment of Compute.Expr, Column.Expr, Limit.Max and LimitClaim.Delta:
// attributes, computes and Status.
func (s *Scopes) State(stream *Stream) (*expr.Env, error) {
	shape, err := s.stateShape(stream)
	if err != nil {
		return nil, err
	}
	return s.language.Env(variables(nil, shape)), nil
}

// Row is the environment of Column.Expr of a chained projection: the key of the feeding row
// under its name, the row's stored columns, and the fields of the element. A name that both
// the row and the element have is not in it.
func (s *Scopes) Row(feeder *Projection, key string, element []Attribute) (*expr.Env, error) {
	row := []Attribute{{Name: key, Type: Type{Kind: Ref}, Origin: feeder.Origin}}
	for _, c := range feeder.Columns {
		if c.Stored() {
			row = append(row, Attribute{Name: c.Name, Type: c.Type, Origin: c.Origin})
		}
	}
	named := func(list []Attribute, name string) bool {
		return slices.ContainsFunc(list, func(a Attribute) bool { return a.Name == name })
	}
	scope := slices.DeleteFunc(slices.Clone(row), func(a Attribute) bool { return named(element, a.Name) })
	for _, a := range element {
		if !named(row, a.Name) {
			scope = append(scope, a)
		}
	}
	shape, err := s.shape(feeder.Name, scope)
	if err != nil {
		return nil, err
	}
	return s.language.Env(variables(nil, shape)), nil
}

// Event is the environment of LimitClaim.When: the state after the event, and "this", the
// state before it.
func (s *Scopes) Event(stream *Stream) (*expr.Env, error) {
	shape, err := s.stateShape(stream)
	if err != nil {
		return nil, err
	}
	return s.language.Env(append(variables(nil, shape), this(shape))), nil
}

// Command is the environment of Rule.That, Raise.When and Raise.With: the inputs, the
// stream's attributes, computes and Status as they will be, and "this", the stream before.
func (s *Scopes) Command(stream *Stream, command *Command) (*expr.Env, error) {
	shape, err := s.stateShape(stream)
	if err != nil {
		return nil, err
	}
	inputs, err := s.fields(command.Input)
	if err != nil {
		return nil, err
	}
	list := variables([]expr.Variable{{Name: stream.ID, Type: expr.Type{Kind: expr.Text}}}, shape)
	for _, f := range inputs {
		list = append(list, expr.Variable(f))
	}
	return s.language.Env(append(list, this(shape))), nil
}

func this(shape *expr.Shape) expr.Variable {
	return expr.Variable{Name: thisName, Type: expr.Type{Kind: expr.Object, Shape: shape}}
}

func variables(list []expr.Variable, shape *expr.Shape) []expr.Variable {
	for _, f := range shape.Fields() {
		list = append(list, expr.Variable(f))
	}
	return list
}
