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
// in the file. It returns nil when there are any.
func (c *compiler) check(env *expr.Env, text source.Word) *expr.Program {
	if env == nil || !text.Given() {
		return nil
	}
	program, err := env.Compile(text.Text)
	if err == nil {
		return program
	}
	failed, ok := err.(*expr.CompileError)
	if !ok {
		c.report.At(text.At, problem.ExpressionSyntax, "%v", err)
		return nil
	}
	for _, p := range failed.Problems {
		at := text.At.Inside(p.Line, p.Column)
		c.report.Hint(at, codes[p.Kind], p.Hint, "%s", capital(p.Message))
	}
	return nil
}

var codes = map[expr.ProblemKind]problem.Code{
	expr.BadSyntax: problem.ExpressionSyntax, expr.BadType: problem.ExpressionType,
	expr.UnknownName: problem.ExpressionUnknown, expr.TooCostly: problem.ExpressionCost,
}

// checkType is check for an expression whose value has to fit in a type.
func (c *compiler) checkType(env *expr.Env, text source.Word, want model.Type, code problem.Code) *expr.Program {
	program := c.check(env, text)
	if program == nil {
		return nil
	}
	to, err := c.scopes.Type("", want)
	if err != nil || program.Type().AssignableTo(to) && c.inEnum(program, to) {
		return program
	}
	c.report.Hint(text.At, code, typeHint(program.Type(), to), "The expression gives %s, but %s belongs here",
		withArticle(program.Type().String()), withArticle(describe(want)))
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

var boolType = model.Type{Kind: model.Bool}

func capital(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

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
