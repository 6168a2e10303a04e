package expr

import (
	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
	"github.com/shopspring/decimal"
)

func errAbsent() ref.Val { return types.NewErr("a value is absent") }

func errDivide0() ref.Val { return types.NewErr("division by zero") }

// arithmetic declares + - * / and unary minus. The declarations are what the type check
// knows: text times money has none, so it does not compile.
func arithmetic() []cel.EnvOption {
	i, d, m, day := types.IntType, decimalType, moneyType, dateType
	ts, span, text := types.TimestampType, types.DurationType, types.StringType
	listOfA := types.NewListType(types.NewTypeParamType("A"))
	return []cel.EnvOption{
		binary(operators.Add, add, [][3]*types.Type{{i, i, i}, {d, d, d}, {d, i, d}, {i, d, d}, {m, m, m},
			{text, text, text}, {day, i, day}, {ts, span, ts}, {span, span, span}, {listOfA, listOfA, listOfA}}),
		binary(operators.Subtract, subtract, [][3]*types.Type{{i, i, i}, {d, d, d}, {d, i, d}, {i, d, d}, {m, m, m},
			{day, i, day}, {day, day, i}, {ts, span, ts}, {ts, ts, span}, {span, span, span}}),
		binary(operators.Multiply, multiply, [][3]*types.Type{{i, i, i}, {d, d, d}, {d, i, d}, {i, d, d},
			{m, d, m}, {m, i, m}, {d, m, m}, {i, m, m}}),
		binary(operators.Divide, divide, [][3]*types.Type{{i, i, i}, {d, d, d}, {d, i, d}, {i, d, d},
			{m, d, m}, {m, i, m}, {m, m, d}}),
		cel.Function(operators.Negate, overload(operators.Negate, d, d), overload(operators.Negate, m, m),
			overload(operators.Negate, i, i), cel.SingletonUnaryBinding(negate)),
	}
}

// comparisons declares the orders; equality is CEL's own, of two values of one type.
func comparisons() []cel.EnvOption {
	i, d, b := types.IntType, decimalType, types.BoolType
	var pairs [][3]*types.Type
	for _, t := range []*types.Type{i, d, moneyType, dateType, types.TimestampType, types.DurationType, types.StringType} {
		pairs = append(pairs, [3]*types.Type{t, t, b})
	}
	pairs = append(pairs, [3]*types.Type{d, i, b}, [3]*types.Type{i, d, b})
	return []cel.EnvOption{
		binary(operators.Less, compare(func(c int) bool { return c < 0 }), pairs),
		binary(operators.LessEquals, compare(func(c int) bool { return c <= 0 }), pairs),
		binary(operators.Greater, compare(func(c int) bool { return c > 0 }), pairs),
		binary(operators.GreaterEquals, compare(func(c int) bool { return c >= 0 }), pairs),
	}
}

func binary(name string, do func(l, r ref.Val) ref.Val, signatures [][3]*types.Type) cel.EnvOption {
	options := []cel.FunctionOpt{cel.SingletonBinaryBinding(do)}
	for _, s := range signatures {
		options = append(options, overload(name, s[0], s[1], s[2]))
	}
	return cel.Function(name, options...)
}

// overload declares a signature: the arguments, and last the result.
func overload(name string, signature ...*types.Type) cel.FunctionOpt {
	return cel.Overload(overloadID(name, signature), signature[:len(signature)-1], signature[len(signature)-1])
}

func overloadID(name string, signature []*types.Type) string {
	id := "polder_" + name
	for _, t := range signature {
		id += "_" + t.String()
	}
	return id
}

func add(l, r ref.Val) ref.Val {
	switch x := widen(l, r).(type) {
	case decimalValue:
		if y, ok := widen(r, l).(decimalValue); ok {
			return decimalValue{addDecimals(x.Decimal, y.Decimal)}
		}
	case moneyValue:
		if y, ok := r.(moneyValue); ok {
			return moneyOr(x.Money.Add(y.Money))
		}
	case dateValue:
		if y, ok := r.(types.Int); ok {
			return dateValue{x.AddDays(int(y))}
		}
	case traits.Adder:
		return whole(x.Add(r), l, r)
	}
	return unfit(l, r)
}

func subtract(l, r ref.Val) ref.Val {
	switch x := widen(l, r).(type) {
	case decimalValue:
		if y, ok := widen(r, l).(decimalValue); ok {
			return decimalValue{subtractDecimals(x.Decimal, y.Decimal)}
		}
	case moneyValue:
		if y, ok := r.(moneyValue); ok {
			return moneyOr(x.Money.Sub(y.Money))
		}
	case dateValue:
		return subtractDate(x, r)
	case traits.Subtractor:
		return whole(x.Subtract(r), l, r)
	}
	return unfit(l, r)
}

func subtractDate(x dateValue, r ref.Val) ref.Val {
	switch y := r.(type) {
	case types.Int:
		return dateValue{x.AddDays(-int(y))}
	case dateValue:
		return types.Int(x.DaysSince(y.Date))
	}
	return unfit(x, r)
}

func multiply(l, r ref.Val) ref.Val {
	if m, ok := r.(moneyValue); ok {
		l, r = m, l
	}
	switch x := widen(l, r).(type) {
	case decimalValue:
		if y, ok := widen(r, l).(decimalValue); ok {
			return product(x.Decimal, y.Decimal)
		}
	case moneyValue:
		if y, ok := widen(r, decimalValue{}).(decimalValue); ok {
			return withAmount(x, product(x.Amount, y.Decimal))
		}
	case types.Int:
		return whole(x.Multiply(r), l, r)
	}
	return unfit(l, r)
}

func divide(l, r ref.Val) ref.Val {
	divisor := widen(r, decimalValue{})
	switch x := widen(l, r).(type) {
	case decimalValue:
		if y, ok := divisor.(decimalValue); ok {
			return quotient(x, y)
		}
	case moneyValue:
		return divideMoney(x, divisor)
	case types.Int:
		return whole(x.Divide(r), l, r)
	}
	return unfit(l, r)
}

func divideMoney(x moneyValue, divisor ref.Val) ref.Val {
	switch y := divisor.(type) {
	case moneyValue:
		if _, err := x.common(y.Money); err != nil {
			return types.WrapErr(err)
		}
		return quotient(decimalValue{x.Amount}, decimalValue{y.Amount})
	case decimalValue:
		return withAmount(x, quotient(decimalValue{x.Amount}, y))
	}
	return unfit(x, divisor)
}

// withAmount returns the money with another amount, or the error that there is instead.
func withAmount(m moneyValue, amount ref.Val) ref.Val {
	if d, ok := amount.(decimalValue); ok {
		return moneyValue{Money{d.Decimal, m.Currency}}
	}
	return amount
}

func product(x, y decimal.Decimal) ref.Val {
	if p, fits := multiplyDecimals(x, y); fits {
		return decimalValue{p}
	}
	return types.NewErr("a product of more than %d digits", maxDigits)
}

func quotient(x, y decimalValue) ref.Val {
	if y.IsZero() {
		return errDivide0()
	}
	return decimalValue{x.DivRound(y.Decimal, divisionDigits)}
}

func negate(v ref.Val) ref.Val {
	switch x := v.(type) {
	case decimalValue:
		return decimalValue{x.Neg()}
	case moneyValue:
		return moneyValue{Money{x.Amount.Neg(), x.Currency}}
	case types.Int:
		return x.Negate()
	}
	return unfit(v, v)
}

func compare(holds func(int) bool) func(l, r ref.Val) ref.Val {
	return func(l, r ref.Val) ref.Val {
		c, failure := order(l, r)
		if failure != nil {
			return failure
		}
		return types.Bool(holds(c))
	}
}

// order returns -1, 0 or 1, or else the error.
func order(l, r ref.Val) (int, ref.Val) {
	switch x := widen(l, r).(type) {
	case decimalValue:
		if y, ok := widen(r, l).(decimalValue); ok {
			return x.Cmp(y.Decimal), nil
		}
	case moneyValue:
		if y, ok := r.(moneyValue); ok {
			c, err := x.Money.Compare(y.Money)
			return c, wrapped(err)
		}
	case dateValue:
		if y, ok := r.(dateValue); ok {
			return x.Compare(y.Date), nil
		}
	case traits.Comparer:
		if c, ok := whole(x.Compare(r), l, r).(types.Int); ok {
			return int(c), nil
		}
	}
	return 0, unfit(l, r)
}

// widen makes an int a decimal when it meets one.
func widen(v, other ref.Val) ref.Val {
	if n, ok := v.(types.Int); ok {
		if _, ok := other.(decimalValue); ok {
			return decimalValue{decimalOf(int64(n))}
		}
	}
	return v
}

// whole passes a result of CEL's own arithmetic on, or says that an operand is absent.
func whole(result, l, r ref.Val) ref.Val {
	if types.IsError(result) && (types.IsUnknownOrError(l) || isNull(l) || isNull(r)) {
		return unfit(l, r)
	}
	return result
}

func unfit(l, r ref.Val) ref.Val {
	if isNull(l) || isNull(r) {
		return errAbsent()
	}
	return types.MaybeNoSuchOverloadErr(r)
}

func isNull(v ref.Val) bool { return v == types.NullValue }

func moneyOr(m Money, err error) ref.Val {
	if err != nil {
		return types.WrapErr(err)
	}
	return moneyValue{m}
}

func wrapped(err error) ref.Val {
	if err != nil {
		return types.WrapErr(err)
	}
	return nil
}
