package expr

import (
	"cmp"
	"math"

	"cel.dev/cel-go/common/operators"
	"github.com/shopspring/decimal"
)

// datum is a value that is not in a box of its own on the heap, as an any is.
type datum struct {
	kind   Kind
	text   string          // text; of money the currency
	whole  int64           // int; bool: 0 or 1
	number decimal.Decimal // decimal; of money the amount
	boxed  any             // the value, when it came in a box; a date, and what is not plain, has one
}

func datumOf(value any) datum {
	switch v := value.(type) {
	case nil:
		return datum{}
	case string:
		return datum{kind: Text, text: v, boxed: value}
	case int64:
		return datum{kind: Int, whole: v, boxed: value}
	case bool:
		d, _ := truth(v)
		return d
	case decimal.Decimal:
		return datum{kind: Decimal, number: v, boxed: value}
	case Money:
		return datum{kind: MoneyKind, number: v.Amount, text: v.Currency, boxed: value}
	case Date:
		return datum{kind: DateKind, boxed: value}
	}
	return datum{kind: Other, boxed: value}
}

// value is the inverse of datumOf.
func (d datum) value() any {
	switch {
	case d.boxed != nil:
		return d.boxed
	case d.kind == Text:
		return d.text
	case d.kind == Int:
		return d.whole
	case d.kind == Bool:
		return d.whole != 0
	case d.kind == Decimal:
		return d.number
	case d.kind == MoneyKind:
		return d.money()
	}
	return nil
}

func (d datum) money() Money { return Money{d.number, d.text} }

func (d datum) date() Date {
	date, _ := d.boxed.(Date)
	return date
}

func truth(is bool) (datum, outcome) {
	d := datum{kind: Bool}
	if is {
		d.whole = 1
	}
	return d, certain
}

func ofNumber(n decimal.Decimal) (datum, outcome) { return datum{kind: Decimal, number: n}, certain }

func ofText(text string) (datum, outcome) { return datum{kind: Text, text: text}, certain }

func ofDate(d Date, err error) (datum, outcome) {
	if err != nil {
		return datum{}, unsure
	}
	return datum{kind: DateKind, boxed: d}, certain
}

func ofMoney(m Money, err error) (datum, outcome) {
	if err != nil {
		return datum{}, unsure
	}
	return datum{kind: MoneyKind, number: m.Amount, text: m.Currency}, certain
}

// decimals returns both as decimals when one of them is and the other one is or is an int.
func decimals(l, r datum) (x, y decimal.Decimal, are bool) {
	switch {
	case l.kind == Decimal && r.kind == Decimal:
		return l.number, r.number, true
	case l.kind == Decimal && r.kind == Int:
		return l.number, decimalOf(r.whole), true
	case l.kind == Int && r.kind == Decimal:
		return decimalOf(l.whole), r.number, true
	}
	return x, y, false
}

// unary returns nil when the function is not covered.
func unary(function string) func(datum) (datum, outcome) {
	switch function {
	case operators.LogicalNot:
		return strict(func(d datum) (datum, outcome) {
			if d.kind != Bool {
				return d, unsure
			}
			return truth(d.whole == 0)
		})
	case operators.Negate:
		return strict(negateData)
	case hasFunction:
		return present
	case "money":
		return strict(func(d datum) (datum, outcome) { return ofMoney(d.asMoney()) })
	case "decimal":
		return strict(asDecimal)
	case "date":
		return strict(func(d datum) (datum, outcome) {
			if d.kind != Text {
				return d, unsure
			}
			return ofDate(ParseDate(d.text))
		})
	case "month":
		return strict(func(d datum) (datum, outcome) {
			if d.kind != DateKind {
				return d, unsure
			}
			return ofText(monthOf(d.date()))
		})
	case "amount":
		return ofAmount(func(d datum) (datum, outcome) { return ofNumber(d.number) })
	case "currency":
		return ofAmount(func(d datum) (datum, outcome) { return ofText(d.text) })
	}
	return nil
}

// strict knows that what is absent has no outcome.
func strict(do func(datum) (datum, outcome)) func(datum) (datum, outcome) {
	return func(d datum) (datum, outcome) {
		if d.kind == Null {
			return d, lacking
		}
		return do(d)
	}
}

func ofAmount(do func(datum) (datum, outcome)) func(datum) (datum, outcome) {
	return strict(func(d datum) (datum, outcome) {
		if d.kind != MoneyKind {
			return d, unsure
		}
		return do(d)
	})
}

func present(d datum) (datum, outcome) { return truth(d.kind != Null) }

func asDecimal(d datum) (datum, outcome) {
	switch d.kind {
	case Int:
		return ofNumber(decimalOf(d.whole))
	case Text:
		if n, err := ParseDecimal(d.text); err == nil {
			return ofNumber(n)
		}
	}
	return d, unsure
}

func (d datum) asMoney() (Money, error) {
	switch d.kind {
	case Decimal:
		return Money{Amount: d.number}, nil
	case Text:
		return ParseMoney(d.text)
	}
	return Money{}, errNotMoney
}

// dyadic returns nil when the function is not covered.
func dyadic(function string) func(l, r datum) (datum, outcome) {
	switch function {
	case operators.Equals:
		return func(l, r datum) (datum, outcome) { return same(l, r, true) }
	case operators.NotEquals:
		return func(l, r datum) (datum, outcome) { return same(l, r, false) }
	case "or":
		return func(l, r datum) (datum, outcome) {
			if l.kind == Null {
				return r, certain
			}
			return l, certain
		}
	case operators.Add:
		return strict2(addData)
	case operators.Subtract:
		return strict2(subtractData)
	case operators.Multiply:
		return strict2(multiplyData)
	case operators.Divide:
		return strict2(divideData)
	case "round":
		return strict2(roundData)
	case "money":
		return strict2(moneyIn)
	}
	return ordered(function)
}

func strict2(do func(l, r datum) (datum, outcome)) func(l, r datum) (datum, outcome) {
	return func(l, r datum) (datum, outcome) {
		if l.kind == Null || r.kind == Null {
			return datum{}, lacking
		}
		return do(l, r)
	}
}

// ordered are the functions that compare.
func ordered(function string) func(l, r datum) (datum, outcome) {
	test := func(holds func(c int) bool) func(l, r datum) (datum, outcome) {
		return strict2(func(l, r datum) (datum, outcome) {
			c, out := orderData(l, r)
			if out != certain {
				return l, out
			}
			return truth(holds(c))
		})
	}
	pick := func(left func(c int) bool) func(l, r datum) (datum, outcome) {
		return strict2(func(l, r datum) (datum, outcome) {
			c, out := orderData(l, r)
			if left(c) {
				return l, out
			}
			return r, out
		})
	}
	switch function {
	case operators.Less:
		return test(func(c int) bool { return c < 0 })
	case operators.LessEquals:
		return test(func(c int) bool { return c <= 0 })
	case operators.Greater:
		return test(func(c int) bool { return c > 0 })
	case operators.GreaterEquals:
		return test(func(c int) bool { return c >= 0 })
	case "min":
		return pick(func(c int) bool { return c <= 0 })
	case "max":
		return pick(func(c int) bool { return c >= 0 })
	}
	return nil
}

func orderData(l, r datum) (int, outcome) {
	if x, y, are := decimals(l, r); are {
		return x.Cmp(y), certain
	}
	if l.kind != r.kind {
		return 0, unsure
	}
	switch l.kind {
	case Int:
		return cmp.Compare(l.whole, r.whole), certain
	case Text:
		return cmp.Compare(l.text, r.text), certain
	case DateKind:
		return l.date().Compare(r.date()), certain
	case MoneyKind:
		if c, err := l.money().Compare(r.money()); err == nil {
			return c, certain
		}
	}
	return 0, unsure
}

func same(l, r datum, want bool) (datum, outcome) {
	if l.kind == Null || r.kind == Null {
		return truth((l.kind == r.kind) == want)
	}
	if l.kind != r.kind {
		return l, unsure
	}
	switch l.kind {
	case Text:
		return truth((l.text == r.text) == want)
	case Int, Bool:
		return truth((l.whole == r.whole) == want)
	case Decimal:
		return truth(l.number.Equal(r.number) == want)
	case MoneyKind:
		return truth(l.money().Equal(r.money()) == want)
	case DateKind:
		return truth((l.date() == r.date()) == want)
	}
	return l, unsure
}

func addData(l, r datum) (datum, outcome) {
	if x, y, are := decimals(l, r); are {
		return ofNumber(addDecimals(x, y))
	}
	switch {
	case l.kind == Text && r.kind == Text:
		return ofText(l.text + r.text)
	case l.kind == MoneyKind && r.kind == MoneyKind:
		return ofMoney(l.money().Add(r.money()))
	case l.kind == DateKind && r.kind == Int:
		return ofDate(l.date().AddDays(int(r.whole)), nil)
	case l.kind == Int && r.kind == Int && small(l.whole) && small(r.whole):
		return datum{kind: Int, whole: l.whole + r.whole}, certain
	}
	return l, unsure
}

func subtractData(l, r datum) (datum, outcome) {
	if x, y, are := decimals(l, r); are {
		return ofNumber(subtractDecimals(x, y))
	}
	switch {
	case l.kind == MoneyKind && r.kind == MoneyKind:
		return ofMoney(l.money().Sub(r.money()))
	case l.kind == DateKind && r.kind == Int:
		return ofDate(l.date().AddDays(-int(r.whole)), nil)
	case l.kind == DateKind && r.kind == DateKind:
		return datum{kind: Int, whole: int64(l.date().DaysSince(r.date()))}, certain
	case l.kind == Int && r.kind == Int && small(l.whole) && small(r.whole):
		return datum{kind: Int, whole: l.whole - r.whole}, certain
	}
	return l, unsure
}

// small reports whether the sum, difference and product of two such ints is an int.
func small(n int64) bool { return n <= math.MaxInt32 && n >= math.MinInt32 }

func negateData(d datum) (datum, outcome) {
	switch {
	case d.kind == Int && small(d.whole):
		return datum{kind: Int, whole: -d.whole}, certain
	case d.kind == Decimal || d.kind == MoneyKind:
		return datum{kind: d.kind, number: d.number.Neg(), text: d.text}, certain
	}
	return d, unsure
}

func multiplyData(l, r datum) (datum, outcome) {
	if l.kind == Int && r.kind == Int && small(l.whole) && small(r.whole) {
		return datum{kind: Int, whole: l.whole * r.whole}, certain
	}
	if r.kind == MoneyKind {
		l, r = r, l
	}
	x, y, are := decimals(l.factor(), r)
	product, fits := multiplyDecimals(x, y)
	if !are || !fits {
		return l, unsure
	}
	return l.like(product)
}

func divideData(l, r datum) (datum, outcome) {
	if l.kind == MoneyKind && r.kind == MoneyKind {
		if _, err := l.money().common(r.money()); err != nil {
			return l, unsure
		}
		l, r = l.factor(), r.factor()
	}
	x, y, are := decimals(l.factor(), r)
	if !are || y.IsZero() {
		return l, unsure
	}
	return l.like(x.DivRound(y, divisionDigits))
}

// factor is the amount of money, and anything else as it is.
func (d datum) factor() datum {
	if d.kind == MoneyKind {
		return datum{kind: Decimal, number: d.number}
	}
	return d
}

// like makes the number money when the datum is, in its currency.
func (d datum) like(n decimal.Decimal) (datum, outcome) {
	if d.kind == MoneyKind {
		return datum{kind: MoneyKind, number: n, text: d.text}, certain
	}
	return ofNumber(n)
}

func roundData(l, r datum) (datum, outcome) {
	if r.kind != Int || r.whole < 0 || r.whole > maxRound || l.kind != Decimal && l.kind != MoneyKind {
		return l, unsure
	}
	return datum{kind: l.kind, number: roundDecimal(l.number, int32(r.whole)), text: l.text}, certain
}

// moneyIn makes money in a currency.
func moneyIn(l, r datum) (datum, outcome) {
	m, err := l.asMoney()
	if err != nil || m.Currency != "" || r.kind != Text || !ValidCurrency(r.text) {
		return l, unsure
	}
	return ofMoney(m.In(r.text), nil)
}

// withNext adds the next element to a sum, like plus.
func withNext(sum, next datum) (datum, outcome) {
	switch {
	case sum.kind == Null:
		return next, certain
	case next.kind == Null:
		return sum, certain
	}
	return addData(sum, next)
}
