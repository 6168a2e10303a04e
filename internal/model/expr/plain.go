package expr

import (
	"errors"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// plain evaluates an expression on plain values, with less ado than CEL. CEL is what expressions
// mean: plain covers what most of them are made of, and of a value that it does not know how to
// take it says so, and CEL evaluates the expression. The row is what the name of a sum stands for.
type plain func(scope Scope, row *Row) (datum, outcome)

// outcome is what an evaluation knows.
type outcome int

const (
	certain outcome = iota // the value
	lacking                // that there is none: something absent is calculated with
	unsure                 // nothing: CEL has to say
)

var errLacking = errors.New("a value is absent")

// plainer makes expressions plain.
type plainer struct {
	env  *Env
	tree *ast.AST
	row  string // the name of the row of the sum around it; empty: there is none
}

// covered reports whether values of the kind are plain.
func covered(k Kind) bool {
	switch k {
	case Null, Text, Int, Decimal, MoneyKind, Bool, DateKind:
		return true
	}
	return false
}

// expression returns nil when the expression is not covered.
func (p *plainer) expression(e ast.Expr) plain {
	switch e.Kind() {
	case ast.LiteralKind:
		return literal(e)
	case ast.IdentKind:
		return p.name(e.AsIdent())
	case ast.SelectKind:
		return p.field(e.AsSelect())
	case ast.CallKind:
		return p.call(e)
	case ast.ComprehensionKind:
		return p.sum(e)
	}
	return nil
}

func (p *plainer) kind(e ast.Expr) Kind { return p.env.language.typeOf(p.tree.GetType(e.ID())).Kind }

func literal(e ast.Expr) plain {
	switch v := e.AsLiteral().(type) {
	case types.String, types.Int, types.Bool, types.Null:
		return constant(datumOf(fromCEL(v)))
	}
	return nil
}

func constant(d datum) plain {
	return func(Scope, *Row) (datum, outcome) { return d, certain }
}

func (p *plainer) name(name string) plain {
	if name == p.row && name != "" {
		return func(_ Scope, row *Row) (datum, outcome) { return datum{kind: Object, boxed: row}, certain }
	}
	if _, known := p.env.variables[name]; !known {
		return nil
	}
	return func(scope Scope, _ *Row) (datum, outcome) {
		value, err := scope.Lookup(name)
		if err != nil {
			return datum{}, unsure
		}
		return datumOf(value), certain
	}
}

// field reads a field, or asks whether it is there.
func (p *plainer) field(s ast.SelectExpr) plain {
	of := p.expression(s.Operand())
	shape := p.env.language.shape(p.tree.GetType(s.Operand().ID()).TypeName())
	if of == nil || shape == nil || shape.Index(s.FieldName()) < 0 {
		return nil
	}
	i := shape.Index(s.FieldName())
	get := func(scope Scope, row *Row) (datum, outcome) {
		d, out := of(scope, row)
		if out != certain || d.kind == Null { // the fields of what is absent are absent
			return datum{}, out
		}
		fields, is := d.boxed.(Fields)
		if !is {
			return datum{}, unsure
		}
		value, err := fields.Field(i)
		if err != nil {
			return datum{}, unsure
		}
		return datumOf(value), certain
	}
	if s.IsTestOnly() {
		return one(get, present)
	}
	return get
}

func (p *plainer) call(e ast.Expr) plain {
	c := e.AsCall()
	if c.IsMemberFunction() {
		return nil
	}
	args := make([]plain, len(c.Args()))
	for i, a := range c.Args() {
		if args[i] = p.expression(a); args[i] == nil || !covered(p.kind(a)) && c.FunctionName() != hasFunction {
			return nil
		}
	}
	made := apply(c.FunctionName(), args)
	if _, constants := literals(c.Args()); made != nil && constants {
		if d, out := made(nil, nil); out == certain {
			return constant(d)
		}
	}
	return made
}

// apply returns nil for functions that are not covered.
func apply(function string, args []plain) plain {
	switch function {
	case operators.Conditional:
		return choose(args[0], args[1], args[2])
	case operators.LogicalAnd:
		return all(args, true)
	case operators.LogicalOr:
		return all(args, false)
	}
	switch do1, do2 := unary(function), dyadic(function); {
	case len(args) == 1 && do1 != nil:
		return one(args[0], do1)
	case len(args) == 2 && do2 != nil:
		return two(args[0], args[1], do2)
	}
	return nil
}

// one and two take the value of each argument before they do anything with them, as CEL does.
func one(of plain, do func(datum) (datum, outcome)) plain {
	return func(scope Scope, row *Row) (datum, outcome) {
		d, out := of(scope, row)
		if out != certain {
			return d, out
		}
		return do(d)
	}
}

func two(left, right plain, do func(l, r datum) (datum, outcome)) plain {
	return func(scope Scope, row *Row) (datum, outcome) {
		l, out := left(scope, row)
		if out != certain {
			return l, out
		}
		r, out := right(scope, row)
		if out != certain {
			return r, out
		}
		return do(l, r)
	}
}

func choose(condition, yes, no plain) plain {
	return func(scope Scope, row *Row) (datum, outcome) {
		d, out := condition(scope, row)
		switch {
		case out != certain:
			return d, out
		case d.kind != Bool:
			return d, unsure
		case d.whole != 0:
			return yes(scope, row)
		}
		return no(scope, row)
	}
}

// all is so when each condition is; with or, when each is not: what decides it ends it. CEL looks
// past a condition without value to one that decides.
func all(conditions []plain, so bool) plain {
	return func(scope Scope, row *Row) (datum, outcome) {
		for _, c := range conditions {
			d, out := c(scope, row)
			if out != certain || d.kind != Bool {
				return d, unsure
			}
			if (d.whole != 0) != so {
				return truth(!so)
			}
		}
		return truth(so)
	}
}

// sum covers the loop that expandSum makes, and no loops in it.
func (p *plainer) sum(e ast.Expr) plain {
	c := e.AsComprehension()
	step, begin, result := c.LoopStep(), c.AccuInit(), c.Result()
	if p.row != "" || !calls(step, plusFunction) || !calls(begin, nothingFunction) || !calls(result, totalFunction) {
		return nil
	}
	inner := &plainer{env: p.env, tree: p.tree, row: c.IterVar()}
	list, element := p.expression(c.IterRange()), inner.expression(step.AsCall().Args()[1])
	zero := datum{kind: p.kind(e)}
	if list == nil || element == nil || zero.kind != Int && zero.kind != Decimal && zero.kind != MoneyKind {
		return nil
	}
	return func(scope Scope, row *Row) (datum, outcome) {
		d, out := list(scope, row)
		rows, is := d.boxed.(Rows)
		if out != certain || !is {
			return d, unsure
		}
		sum := datum{}
		for _, row := range rows {
			next, out := element(scope, row)
			if out == certain {
				sum, out = withNext(sum, next)
			}
			if out != certain {
				return sum, out
			}
		}
		if sum.kind == Null {
			return zero, certain
		}
		return sum, certain
	}
}

func calls(e ast.Expr, function string) bool {
	return e.Kind() == ast.CallKind && e.AsCall().FunctionName() == function
}
