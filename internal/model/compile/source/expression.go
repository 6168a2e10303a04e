package source

import (
	"errors"
	"strings"

	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/expr"
)

// Expression compiles an expression of the file, and reports its problems at their places
// in it. It returns nil when there are any.
func (r *Report) Expression(text Word, env *expr.Env) *expr.Program {
	program, err := env.Compile(text.Text)
	if err == nil {
		return program
	}
	var failed *expr.CompileError
	if !errors.As(err, &failed) {
		r.At(text.At, problem.ExpressionSyntax, "%v", err)
		return nil
	}
	for _, p := range failed.Problems {
		hint := p.Hint
		if p.Kind == expr.UnknownName && len(env.Names()) == 0 {
			hint = "a constant belongs here: \"'text'\", \"30\", \"decimal('1.5')\", \"money('12.50')\" or \"true\""
		}
		message, _, _ := strings.Cut(p.Message, " expecting {") // a list of tokens helps nobody
		message = strings.NewReplacer("mismatched input", "unexpected", "'<EOF>'", "end").Replace(message)
		r.Hint(text.At.Inside(p.Line, p.Column), codeOf(p.Kind), hint, "%s", capital(message))
	}
	return nil
}

func codeOf(kind expr.ProblemKind) problem.Code {
	switch kind {
	case expr.BadSyntax:
		return problem.ExpressionSyntax
	case expr.UnknownName:
		return problem.ExpressionUnknownName
	case expr.TooCostly:
		return problem.ExpressionCost
	}
	return problem.ExpressionType
}

func capital(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
