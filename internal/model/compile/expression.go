package compile

import (
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/compile/source"
	"github.com/polderhq/polder/internal/model/expr"
)

// check compiles an expression in the environment, and reports its problems at the place
// in the file. It returns nil when there are any. The owner is whose names the expression
// reads; nil for a constant.
func (c *compiler) check(owner excuser, env *expr.Env, text source.Word) *expr.Program {
	if env == nil || !text.Given() {
		return nil
	}
	if _, err := env.Compile(text.Text); err != nil && owner != nil && owner.excusesText(text.Text) {
		return nil
	}
	return c.report.Expression(text, env)
}

// checkType is check for an expression whose value has to fit in a type.
func (c *compiler) checkType(owner excuser, env *expr.Env, text source.Word, want wanted) *expr.Program {
	program := c.check(owner, env, text)
	if program == nil {
		return nil
	}
	to, err := c.scopes.Type("", want.typ)
	if err != nil || program.Type().AssignableTo(to) && c.inEnum(program, to) {
		return program
	}
	c.report.Hint(text.At, want.code, typeHint(program.Type(), to), "The expression gives %s, but %s belongs here",
		withArticle(program.Type().String()), withArticle(describe(want.typ)))
	return nil
}

// inEnum reports whether the values of an enum that the program gives fit in another.
func (c *compiler) inEnum(program *expr.Program, to expr.Type) bool {
	for _, value := range program.Type().Enum {
		if to.Enum != nil && !slices.Contains(to.Enum, value) {
			return false
		}
	}
	return true
}

func describe(t model.Type) string {
	switch t.Kind {
	case model.Object:
		return t.Value
	case model.Enum:
		return "enum of " + strings.Join(t.Enum, ", ")
	}
	return string(t.Kind)
}

func typeHint(from, to expr.Type) string {
	switch {
	case to.Kind == expr.MoneyKind:
		return "write an amount like money('12.50')"
	case to.Kind == expr.Decimal && from.Kind == expr.MoneyKind:
		return "take its number with amount(x)"
	case to.Kind == expr.DateKind:
		return "write a date like date('2026-11-23')"
	case to.Kind == expr.Text && from.Kind != expr.Text:
		return "write a text in single quotes inside the expression: \"'NET30'\""
	}
	return ""
}

// wanted is the type that an expression has to give, and the code of the problem when it
// gives another.
type wanted struct {
	typ  model.Type
	code problem.Code
}

// condition is what a rule has to give.
func condition() wanted { return wanted{model.Type{Kind: model.Bool}, problem.ExpressionType} }

// roots returns the variables that the program reads, without the fields it takes of them.
func roots(program *expr.Program) []string {
	var names []string
	for _, path := range program.Needs() {
		name, _, _ := strings.Cut(path, ".")
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// stateEnv is the environment of what a stream of the type holds, nil when it has problems
// that have been reported.
func (c *compiler) stateEnv(stream *model.Stream) *expr.Env {
	env, err := c.scopes.State(stream)
	if err != nil {
		return nil
	}
	return env
}
