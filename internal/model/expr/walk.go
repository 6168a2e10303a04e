package expr

import (
	"fmt"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// walk goes over a checked expression: it collects what the expression reads, and finds
// what CEL's type check cannot know to be wrong.
type walk struct {
	env      *Env
	tree     *ast.AST
	needs    map[string]bool
	loops    bool
	problems []Problem
}

// locals are the names bound by the macros around an expression, innermost first.
type locals struct {
	name  string
	outer *locals
}

func newWalk(e *Env, checked *cel.Ast) *walk {
	return &walk{env: e, tree: checked.NativeRep(), needs: map[string]bool{}}
}

func (l *locals) has(name string) bool {
	for ; l != nil; l = l.outer {
		if l.name == name {
			return true
		}
	}
	return false
}

func (w *walk) visit(e ast.Expr, bound *locals) {
	switch e.Kind() {
	case ast.IdentKind:
		w.need(e.AsIdent(), bound)
	case ast.SelectKind:
		w.selection(e.AsSelect(), bound)
	case ast.CallKind:
		w.call(e, bound)
	case ast.ListKind:
		w.visitAll(e.AsList().Elements(), bound)
	case ast.LiteralKind:
		w.literal(e)
	case ast.ComprehensionKind:
		w.comprehension(e.AsComprehension(), bound)
	case ast.MapKind, ast.StructKind:
		w.problem(e, "an expression cannot make a structure", "give the values one by one")
	}
}

func (w *walk) visitAll(list []ast.Expr, bound *locals) {
	for _, e := range list {
		w.visit(e, bound)
	}
}

func (w *walk) need(path string, bound *locals) {
	root, _, _ := strings.Cut(path, ".")
	if !bound.has(root) {
		w.needs[path] = true
	}
}

// selection needs the variable's field, not the whole variable.
func (w *walk) selection(s ast.SelectExpr, bound *locals) {
	if s.Operand().Kind() == ast.IdentKind {
		w.need(s.Operand().AsIdent()+"."+s.FieldName(), bound)
		return
	}
	w.visit(s.Operand(), bound)
}

func (w *walk) call(e ast.Expr, bound *locals) {
	c := e.AsCall()
	if c.IsMemberFunction() {
		w.visit(c.Target(), bound)
	}
	w.visitAll(c.Args(), bound)
	switch c.FunctionName() {
	case operators.Equals, operators.NotEquals:
		w.enumLiteral(c.Args()[0], c.Args()[1])
		w.enumLiteral(c.Args()[1], c.Args()[0])
	case operators.In:
		if c.Args()[1].Kind() == ast.ListKind {
			for _, element := range c.Args()[1].AsList().Elements() {
				w.enumLiteral(c.Args()[0], element)
			}
		}
	case "money", "decimal", "date":
		w.constant(e, c)
	}
}

// constant finds money('abc') before it fails at every use.
func (w *walk) constant(e ast.Expr, c ast.CallExpr) {
	if args, ok := literals(c.Args()); ok {
		if result, isErr := makeConstant(c.FunctionName(), args).(*types.Err); isErr {
			w.problem(e, result.Error(), "")
		}
	}
}

func literals(list []ast.Expr) ([]ref.Val, bool) {
	values := make([]ref.Val, len(list))
	for i, e := range list {
		if e.Kind() != ast.LiteralKind {
			return nil, false
		}
		values[i] = e.AsLiteral()
	}
	return values, true
}

func makeConstant(function string, args []ref.Val) ref.Val {
	switch function {
	case "money":
		return makeMoney(args...)
	case "decimal":
		return makeDecimal(args[0])
	}
	return makeDate(args[0])
}

func (w *walk) literal(e ast.Expr) {
	switch e.AsLiteral().(type) {
	case types.Double:
		w.problem(e, "a floating-point number is not exact", fmt.Sprintf("write decimal('%v')", e.AsLiteral().Value()))
	case types.Uint, types.Bytes:
		w.problem(e, "there are no unsigned numbers and no bytes", "")
	}
}

func (w *walk) comprehension(c ast.ComprehensionExpr, bound *locals) {
	w.loops = true
	w.visit(c.IterRange(), bound)
	w.visit(c.AccuInit(), bound)
	inner := &locals{c.AccuVar(), &locals{c.IterVar(), bound}}
	w.visit(c.LoopCondition(), inner)
	w.visit(c.LoopStep(), inner)
	w.visit(c.Result(), &locals{c.AccuVar(), bound})
}

// enumLiteral finds a text that an enum is compared with but never is.
func (w *walk) enumLiteral(enum, literal ast.Expr) {
	if literal.Kind() != ast.LiteralKind {
		return
	}
	text, isText := literal.AsLiteral().(types.String)
	values := w.enumOf(enum)
	if !isText || values == nil || slices.Contains(values, string(text)) {
		return
	}
	hint := "one of " + strings.Join(values, ", ")
	if best := Closest(string(text), values); best != "" {
		hint = fmt.Sprintf("did you mean %q?", best)
	}
	w.problem(literal, fmt.Sprintf("it is never %q", string(text)), hint)
}

func (w *walk) enumOf(e ast.Expr) []string {
	switch e.Kind() {
	case ast.IdentKind:
		return w.env.variables[e.AsIdent()].Enum
	case ast.SelectKind:
		s := e.AsSelect()
		if shape := w.env.language.shape(w.tree.GetType(s.Operand().ID()).TypeName()); shape != nil {
			if i := shape.Index(s.FieldName()); i >= 0 {
				return shape.fields[i].Type.Enum
			}
		}
	}
	return nil
}

func (w *walk) problem(e ast.Expr, message, hint string) {
	at := w.tree.SourceInfo().GetStartLocation(e.ID())
	w.problems = append(w.problems, Problem{BadType, max(1, at.Line()), max(0, at.Column()) + 1, message, hint})
}
