package expr

import (
	"fmt"
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/env"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// Limits of what an expression may hold and cost.
const (
	MaxRows   = 10_000 // rows of a list
	MaxText   = 10_000 // characters of a text
	maxSource = 4_000  // characters of an expression
	maxDepth  = 100    // nesting of an expression
	maxCost   = 2_000_000
)

// Language holds the shapes that expressions know, and makes their environments. It is safe
// for concurrent use.
type Language struct {
	mu          sync.RWMutex
	bySignature map[string]*Shape
	byName      map[string]*Shape
	base        *cel.Env
}

// ours are CEL's functions that the language keeps; the others are about floating point,
// bytes and types, or are declared anew for exact numbers.
var ours = []string{
	operators.Conditional, operators.LogicalAnd, operators.LogicalOr, operators.LogicalNot,
	operators.NotStrictlyFalse, operators.Equals, operators.NotEquals, operators.In, operators.Index,
	operators.Modulo, "size", "contains", "startsWith", "endsWith", "matches", "timestamp", "duration",
}

// NewLanguage returns a language without shapes.
func NewLanguage() (*Language, error) {
	l := &Language{bySignature: map[string]*Shape{}, byName: map[string]*Shape{}}
	kept := &env.LibrarySubset{ExcludeMacros: []string{"has"}}
	for _, name := range ours {
		kept.IncludeFunctions = append(kept.IncludeFunctions, &env.Function{Name: name})
	}
	options := []cel.EnvOption{
		cel.StdLib(cel.StdLibSubset(kept)),
		cel.CustomTypeProvider(provider{l}),
		cel.CustomTypeAdapter(adapter{}),
		cel.ParserExpressionSizeLimit(maxSource),
		cel.ParserRecursionLimit(maxDepth),
		cel.DefaultUTCTimeZone(true),
	}
	options = append(append(append(options, arithmetic()...), comparisons()...), functions()...)
	base, err := cel.NewCustomEnv(options...)
	if err != nil {
		return nil, fmt.Errorf("expression language: %w", err)
	}
	l.base = base
	return l, nil
}

// provider tells CEL the fields of the shapes.
type provider struct{ *Language }

// EnumValue implements types.Provider; enums are texts here.
func (provider) EnumValue(name string) ref.Val { return types.NewErr("there is no enum %q", name) }

// FindIdent implements types.Provider; names are variables only.
func (provider) FindIdent(string) (ref.Val, bool) { return nil, false }

// FindStructType implements types.Provider.
func (p provider) FindStructType(name string) (*types.Type, bool) {
	if s := p.shape(name); s != nil {
		return types.NewTypeTypeWithParam(s.cel), true
	}
	return nil, false
}

// FindStructFieldNames implements types.Provider.
func (p provider) FindStructFieldNames(name string) ([]string, bool) {
	s := p.shape(name)
	if s == nil {
		return nil, false
	}
	return fieldNames(s.fields), true
}

// FindStructFieldType implements types.Provider.
func (p provider) FindStructFieldType(name, field string) (*types.FieldType, bool) {
	s := p.shape(name)
	if s == nil || s.Index(field) < 0 {
		return nil, false
	}
	return s.celled[s.Index(field)], true
}

// NewValue implements types.Provider; expressions do not make rows.
func (provider) NewValue(name string, _ map[string]ref.Val) ref.Val {
	return types.NewErr("an expression cannot make a %s", name)
}

func fieldNames(fields []Field) []string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name
	}
	return names
}
