package expr

import (
	"sync"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/decls"
)

// Variable is a name that an expression may read.
type Variable struct {
	Name string
	Type Type
}

// Env is the variables that an expression may read. It keeps what it compiled, so that the
// same text is compiled once. It is safe for concurrent use.
type Env struct {
	language  *Language
	variables map[string]Type
	names     []string

	mu       sync.Mutex
	cel      *cel.Env // made when the first expression needs it
	programs map[string]*Program
}

// Env returns the environment of the variables. A later variable hides an earlier one of
// the same name.
func (l *Language) Env(variables []Variable) *Env {
	e := &Env{language: l, variables: make(map[string]Type, len(variables)), programs: map[string]*Program{}}
	for _, v := range variables {
		if _, known := e.variables[v.Name]; !known {
			e.names = append(e.names, v.Name)
		}
		e.variables[v.Name] = v.Type
	}
	return e
}

// Names returns the variables' names in order; callers do not change them.
func (e *Env) Names() []string { return e.names }

// Compile checks the expression. The error is a *CompileError.
func (e *Env) Compile(source string) (*Program, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if p, ok := e.programs[source]; ok {
		return p, nil
	}
	p, err := e.compile(source)
	if err != nil {
		return nil, err
	}
	e.programs[source] = p
	return p, nil
}

func (e *Env) compile(source string) (*Program, error) {
	if t, ok := e.variables[source]; ok { // most expressions are one name
		return &Program{source: source, variable: source, typ: t, needs: []string{source}}, nil
	}
	env, err := e.env()
	if err != nil {
		return nil, failure(source, err)
	}
	checked, issues := env.Compile(source)
	if issues.Err() != nil {
		return nil, e.explain(source, issues)
	}
	w := newWalk(e, checked)
	w.visit(checked.NativeRep().Expr(), nil)
	if len(w.problems) > 0 {
		return nil, &CompileError{source, w.problems}
	}
	return e.plan(env, checked, w)
}

func (e *Env) env() (*cel.Env, error) {
	if e.cel != nil {
		return e.cel, nil
	}
	list := make([]*decls.VariableDecl, 0, len(e.names))
	for _, name := range e.names {
		list = append(list, decls.NewVariable(name, e.variables[name].cel()))
	}
	env, err := e.language.base.Extend(cel.VariableDecls(list...))
	e.cel = env
	return env, err
}
