package expr

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"cel.dev/cel-go/cel"
)

// ProblemKind says what sort of thing is wrong in an expression.
type ProblemKind int

// The kinds of problems.
const (
	BadType     ProblemKind = iota // what it computes does not fit
	BadSyntax                      // it cannot be read
	UnknownName                    // it reads what is not there
	TooCostly                      // it could take too long
)

// Problem is one thing that is wrong in an expression, and where.
type Problem struct {
	Kind         ProblemKind
	Line, Column int // from 1, in characters of the expression's text
	Message      string
	Hint         string // a way out; may be empty
}

// CompileError is everything that is wrong in an expression; Problems is never empty.
type CompileError struct {
	Source   string
	Problems []Problem
}

// Error returns the first problem, with its place in the expression.
func (e *CompileError) Error() string {
	p := e.Problems[0]
	text := fmt.Sprintf("%d:%d: %s", p.Line, p.Column, p.Message)
	if p.Hint != "" {
		text += "; " + p.Hint
	}
	return text
}

func failure(source string, err error) *CompileError {
	kind := BadSyntax
	if errors.Is(err, errTooCostly) {
		kind = TooCostly
	}
	return &CompileError{source, []Problem{{Kind: kind, Line: 1, Column: 1, Message: err.Error()}}}
}

// CEL reports its problems as text only; these are the kinds that deserve a hint.
var (
	undeclared     = regexp.MustCompile(`^undeclared reference to '([^']+)'.*$`)
	undefinedField = regexp.MustCompile(`^undefined field '([^']+)'$`)
	noOverload     = regexp.MustCompile(`^found no matching overload for '([^']+)' applied to '(.*)'$`)
	customField    = regexp.MustCompile(`^type 'custom' does not support field selection$`)
	typeNames      = strings.NewReplacer(
		"wrapper(string)", "text", "wrapper(int)", "int", "wrapper(bool)", "bool",
		"google.protobuf.Timestamp", "timestamp", "google.protobuf.Duration", "duration",
		"string", "text", "double", "floating-point number")
)

func (e *Env) explain(source string, issues *cel.Issues) *CompileError {
	found := &CompileError{Source: source}
	for _, issue := range issues.Errors() {
		message, hint := e.explainOne(issue.Message)
		found.Problems = append(found.Problems, Problem{
			Kind: kindOf(issue.Message), Line: max(1, issue.Location.Line()), Column: max(0, issue.Location.Column()) + 1,
			Message: message, Hint: hint,
		})
	}
	return found
}

func kindOf(message string) ProblemKind {
	switch {
	case strings.HasPrefix(message, "Syntax error: "):
		return BadSyntax
	case undeclared.MatchString(message), undefinedField.MatchString(message):
		return UnknownName
	}
	return BadType
}

func (e *Env) explainOne(message string) (text, hint string) {
	if m := undeclared.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("there is no %q here", m[1]), e.nearest(m[1])
	}
	if m := undefinedField.FindStringSubmatch(message); m != nil {
		return fmt.Sprintf("there is no field %q", m[1]), e.nearestField(m[1])
	}
	if customField.MatchString(message) {
		return "an expression cannot read one of the custom values", "ask whether there are any, has(X); make an attribute of what rules and columns need"
	}
	if m := noOverload.FindStringSubmatch(message); m != nil {
		operator := strings.Trim(m[1], "_@")
		return fmt.Sprintf("%s does not work on %s", operator, typeNames.Replace(m[2])), overloadHint(m[2])
	}
	message, _, _ = strings.Cut(message, "\n")
	return typeNames.Replace(strings.TrimPrefix(message, "Syntax error: ")), ""
}

func overloadHint(arguments string) string {
	switch {
	case strings.Contains(arguments, "double"):
		return "write exact numbers, like decimal('1.5')"
	case strings.Contains(arguments, "money") && strings.Contains(arguments, "int"):
		return "write money('0') for an amount"
	case strings.Contains(arguments, "list") && strings.Contains(arguments, "null"):
		return "ask has(x) of a list"
	case strings.Contains(arguments, "decimal") && strings.Contains(arguments, "int"):
		return "write decimal('1') for a whole number"
	case strings.Contains(arguments, "null"):
		return "use == null, has(x) or or(x, y) for what may be absent"
	}
	return ""
}

func (e *Env) nearest(name string) string {
	if best := Closest(name, e.names); best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "known here: " + strings.Join(e.names[:min(len(e.names), 12)], ", ")
}

func (e *Env) nearestField(name string) string {
	var names []string
	e.language.mu.RLock()
	for _, s := range e.language.byName {
		names = append(names, fieldNames(s.fields)...)
	}
	e.language.mu.RUnlock()
	if best := Closest(name, names); best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return ""
}
