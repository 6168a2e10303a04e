package expr

import (
	"errors"
	"fmt"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/decls"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/parser"
)

// What the macros sum and has become.
const (
	nothingFunction = "@nothing"
	plusFunction    = "@plus"
	totalFunction   = "@total"
	hasFunction     = "@has"
)

// maxRound is the finest rounding that makes sense: money and decimals are kept by people.
const maxRound = maxNumberExponent

// functions declares what the language has beside CEL's own operators.
func functions() []cel.EnvOption {
	i, d, m, text := types.IntType, decimalType, moneyType, types.StringType
	a := types.NewTypeParamType("A")
	return []cel.EnvOption{
		cel.Function("money", overload("money", text, m), overload("money", text, text, m), overload("money", d, text, m),
			cel.SingletonFunctionBinding(makeMoney)),
		cel.Function("decimal", overload("decimal", text, d), overload("decimal", i, d), cel.SingletonUnaryBinding(makeDecimal)),
		cel.Function("date", overload("date", text, dateType), overload("date", types.TimestampType, dateType),
			cel.SingletonUnaryBinding(makeDate)),
		cel.Function("month", overload("month", dateType, text), cel.SingletonUnaryBinding(month)),
		cel.Function("amount", overload("amount", m, d), cel.SingletonUnaryBinding(amount)),
		cel.Function("currency", overload("currency", m, text), cel.SingletonUnaryBinding(currency)),
		cel.Function("round", overload("round", d, i, d), overload("round", m, i, m), cel.SingletonBinaryBinding(round)),
		cel.Function("or", overload("or", a, a, a), cel.SingletonBinaryBinding(or)),
		binary("min", pick(func(c int) bool { return c <= 0 }), [][3]*types.Type{{i, i, i}, {d, d, d}, {m, m, m}, {dateType, dateType, dateType}}),
		binary("max", pick(func(c int) bool { return c >= 0 }), [][3]*types.Type{{i, i, i}, {d, d, d}, {m, m, m}, {dateType, dateType, dateType}}),
		cel.Function(nothingFunction, overload(nothingFunction, a), cel.SingletonFunctionBinding(nothing)),
		binary(plusFunction, plus, [][3]*types.Type{{i, i, i}, {d, d, d}, {m, m, m}}),
		cel.Function(totalFunction, decls.DisableTypeGuards(true), totalOf(i, types.IntZero), totalOf(d, decimalValue{}), totalOf(m, moneyValue{})),
		cel.Function(hasFunction, overload(hasFunction, a, types.BoolType), cel.SingletonUnaryBinding(has)),
		cel.Macros(
			cel.ReceiverMacro("sum", 2, expandSum),
			cel.GlobalMacro("has", 1, expandHas)),
	}
}

func makeMoney(args ...ref.Val) ref.Val {
	m, err := moneyFrom(args[0])
	if err != nil || len(args) == 1 {
		return moneyOr(m, err)
	}
	code, ok := args[1].(types.String)
	switch {
	case !ok:
		return unfit(args[0], args[1])
	case m.Currency != "" || !ValidCurrency(string(code)):
		return types.NewErr("%q is not a currency, like \"EUR\"", string(code))
	}
	return moneyValue{m.In(string(code))}
}

func moneyFrom(v ref.Val) (Money, error) {
	switch x := v.(type) {
	case decimalValue:
		return Money{Amount: x.Decimal}, nil
	case types.String:
		m, err := ParseMoney(string(x))
		return m, quoted(string(x), err)
	}
	return Money{}, errors.New("a value is absent")
}

func makeDecimal(v ref.Val) ref.Val {
	switch x := v.(type) {
	case types.Int:
		return decimalValue{decimalOf(int64(x))}
	case types.String:
		d, err := ParseDecimal(string(x))
		if err != nil {
			return types.WrapErr(quoted(string(x), err))
		}
		return decimalValue{d}
	}
	return unfit(v, v)
}

func makeDate(v ref.Val) ref.Val {
	switch x := v.(type) {
	case types.Timestamp:
		return dateValue{DateOf(x.UTC())}
	case types.String:
		d, err := ParseDate(string(x))
		if err != nil {
			return types.WrapErr(quoted(string(x), err))
		}
		return dateValue{d}
	}
	return unfit(v, v)
}

// month returns the month of a day as a text that sorts as months do: "2026-11".
func month(v ref.Val) ref.Val {
	if d, ok := v.(dateValue); ok {
		return types.String(monthOf(d.Date))
	}
	return unfit(v, v)
}

func monthOf(d Date) string { return d.Time().Format("2006-01") }

func quoted(text string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%q %w", text, err)
}

func amount(v ref.Val) ref.Val {
	if m, ok := v.(moneyValue); ok {
		return decimalValue{m.Amount}
	}
	return unfit(v, v)
}

func currency(v ref.Val) ref.Val {
	if m, ok := v.(moneyValue); ok {
		return types.String(m.Currency)
	}
	return unfit(v, v)
}

// round rounds half away from zero, as people do and the law of VAT asks.
func round(v, places ref.Val) ref.Val {
	n, ok := places.(types.Int)
	if !ok {
		return unfit(v, places)
	}
	if n < 0 || n > maxRound {
		return types.NewErr("round to %d places: between 0 and %d", int64(n), maxRound)
	}
	switch x := v.(type) {
	case decimalValue:
		return decimalValue{roundDecimal(x.Decimal, int32(n))}
	case moneyValue:
		return moneyValue{Money{roundDecimal(x.Amount, int32(n)), x.Currency}}
	}
	return unfit(v, places)
}

func nothing(...ref.Val) ref.Val { return types.NullValue }

func has(v ref.Val) ref.Val { return types.Bool(!isNull(v)) }

func or(v, fallback ref.Val) ref.Val {
	if !isNull(v) {
		return v
	}
	return fallback
}

func pick(first func(int) bool) func(l, r ref.Val) ref.Val {
	return func(l, r ref.Val) ref.Val {
		c, failure := order(l, r)
		switch {
		case failure != nil:
			return failure
		case first(c):
			return l
		}
		return r
	}
}

// totalOf declares that a sum of t is a t. The sum of no elements is zero, for money the
// neutral zero.
func totalOf(t *types.Type, zero ref.Val) cel.FunctionOpt {
	return cel.Overload(overloadID(totalFunction, []*types.Type{t}), []*types.Type{t}, t,
		cel.UnaryBinding(func(v ref.Val) ref.Val {
			if isNull(v) {
				return zero
			}
			return v
		}))
}

// plus adds the next element to a sum. Absent elements count for nothing.
func plus(sum, element ref.Val) ref.Val {
	switch {
	case isNull(sum):
		return element
	case isNull(element):
		return sum
	}
	return add(sum, element)
}

// expandSum makes l.sum(x, e) a loop over l that begins with nothing and adds each e. What
// it begins with is of any type, so that the type check finds that of e.
func expandSum(eh parser.ExprHelper, target ast.Expr, args []ast.Expr) (ast.Expr, *common.Error) {
	if args[0].Kind() != ast.IdentKind {
		return nil, eh.NewError(args[0].ID(), "the first argument of sum is a name for the row")
	}
	step := eh.NewCall(plusFunction, eh.NewAccuIdent(), args[1])
	return eh.NewComprehension(target, args[0].AsIdent(), eh.AccuIdentName(), eh.NewCall(nothingFunction),
		eh.NewLiteral(types.True), step, eh.NewCall(totalFunction, eh.NewAccuIdent())), nil
}

// expandHas lets has(x) ask for a variable too; CEL's own asks only for fields.
func expandHas(eh parser.ExprHelper, target ast.Expr, args []ast.Expr) (ast.Expr, *common.Error) {
	if args[0].Kind() == ast.IdentKind {
		return eh.NewCall(hasFunction, args[0]), nil
	}
	return parser.MakeHas(eh, target, args)
}
