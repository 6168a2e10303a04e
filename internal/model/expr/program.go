package expr

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/interpreter"
)

var errTooCostly = errors.New("the expression costs too much")

// Program is a checked expression, ready to run. It is safe for concurrent use.
type Program struct {
	source   string
	variable string // set when the expression is just a variable
	typ      Type
	needs    []string
	program  cel.Program
	plain    plain // nil: it is for CEL alone
}

// Scope gives the values of the variables of an evaluation.
type Scope interface {
	// Lookup returns the variable's value, nil when it is absent.
	Lookup(name string) (any, error)
}

// Values is a Scope of given values.
type Values map[string]any

// Lookup implements Scope.
func (v Values) Lookup(name string) (any, error) { return v[name], nil }

func (e *Env) plan(env *cel.Env, checked *cel.Ast, w *walk) (*Program, error) {
	bounded := true
	options := []cel.ProgramOption{cel.EvalOptions(cel.OptOptimize), cel.CustomDecoratorV2(foldConstants)}
	if w.loops {
		estimate, err := env.EstimateCost(checked, sizes{})
		if err != nil {
			return nil, failure(checked.Source().Content(), err)
		}
		if estimate.Min > maxCost {
			return nil, failure(checked.Source().Content(), errTooCostly)
		}
		if bounded = estimate.Max <= maxCost; !bounded {
			options = append(options, cel.CostLimit(maxCost))
		}
	}
	program, err := env.Program(checked, options...)
	if err != nil {
		return nil, failure(checked.Source().Content(), err)
	}
	made := &Program{
		source: checked.Source().Content(), typ: e.language.typeOf(checked.OutputType()),
		needs: slices.Sorted(maps.Keys(w.needs)), program: program,
	}
	if bounded && covered(made.typ.Kind) {
		made.plain = (&plainer{env: e, tree: checked.NativeRep()}).expression(checked.NativeRep().Expr())
	}
	return made, nil
}

// foldConstants computes money('0') and its like once, not at each evaluation.
func foldConstants(i interpreter.InterpretableV2) (interpreter.InterpretableV2, error) {
	call, ok := i.(interpreter.InterpretableCall)
	if !ok || !slices.Contains([]string{"money", "decimal", "date"}, call.Function()) {
		return i, nil
	}
	for _, arg := range call.Args() {
		if _, constant := arg.(interpreter.InterpretableConst); !constant {
			return i, nil
		}
	}
	return interpreter.NewConstValue(call.ID(), call.Eval(interpreter.EmptyActivation())), nil
}

// Source returns the expression's text.
func (p *Program) Source() string { return p.source }

// Type returns the type of the result, which may always also be absent.
func (p *Program) Type() Type { return p.typ }

// Needs returns what the expression reads, sorted: "Total", or "Address.City" when it reads
// only that field of the variable.
func (p *Program) Needs() []string { return p.needs }

// Variable returns the variable's name if the expression is just that, else "".
func (p *Program) Variable() string { return p.variable }

// EvalError says why an expression has no value for these variables.
type EvalError struct {
	Source string
	Absent []string // needed variables that are absent, if that is the reason
	Cause  error
}

// Error says what people can do something about: which value is absent, or the cause.
func (e *EvalError) Error() string {
	if len(e.Absent) > 0 {
		return strings.Join(e.Absent, ", ") + " is absent"
	}
	return e.Cause.Error()
}

// Unwrap returns the cause, which may be a *MixedCurrencies.
func (e *EvalError) Unwrap() error { return e.Cause }

// Eval returns the expression's value. An error that is not the scope's own is an *EvalError.
func (p *Program) Eval(scope Scope) (any, error) {
	if p.variable != "" {
		return scope.Lookup(p.variable)
	}
	if p.plain != nil {
		switch d, out := p.plain(scope, nil); out {
		case certain:
			return d.value(), nil
		case lacking:
			return nil, p.failed(scope, errLacking)
		}
	}
	return p.evalCEL(scope)
}

// evalCEL evaluates the expression as CEL does.
func (p *Program) evalCEL(scope Scope) (any, error) {
	result, _, err := p.program.Eval(activation{scope})
	if err != nil {
		return nil, p.failed(scope, err)
	}
	return fromCEL(result), nil
}

func (p *Program) failed(scope Scope, err error) error {
	failed := &EvalError{Source: p.source, Cause: err}
	var mixed *MixedCurrencies
	if errors.As(err, &mixed) {
		failed.Cause = mixed
		return failed
	}
	for _, path := range p.needs {
		if absent(scope, path) {
			failed.Absent = append(failed.Absent, path)
		}
	}
	return failed
}

func absent(scope Scope, path string) bool {
	name, field, nested := strings.Cut(path, ".")
	value, err := scope.Lookup(name)
	if err != nil {
		return false
	}
	if row, ok := value.(*Row); ok && nested {
		return row.Get(field) == nil
	}
	return value == nil
}

// activation shows a Scope to CEL.
type activation struct{ Scope }

// ResolveName implements interpreter.Activation.
func (a activation) ResolveName(name string) (any, bool) {
	value, err := a.Lookup(name)
	if err != nil {
		return types.WrapErr(err), true
	}
	return value, true
}

// Parent implements interpreter.Activation.
func (a activation) Parent() interpreter.Activation { return nil }
