// Package expr is the expression language of the model: CEL, narrowed to what is exact,
// total and cheap. There are no floating-point numbers, no clock, no randomness, no
// look-ups and no unbounded loops.
//
// Words: a Type is what a value can be; a Shape is the fields of a row or value object; an
// Env is the variables that an expression may read; a Program is a checked expression.
//
// Values are plain Go values, the same everywhere in the platform:
//
//	absent          nil
//	text, enum, ref string
//	int             int64
//	decimal         decimal.Decimal
//	money           Money
//	bool            bool
//	date            Date
//	timestamp       time.Time (UTC, microseconds)
//	list            Rows
//	value           *Row
//
// What there is beside CEL's own logic, comparisons, text functions and list macros:
//
//	x + y, also - * /   int, decimal, money; an int beside a decimal counts as one. Money times
//	                    or by a number is money, money by money a decimal. date +/- days is a
//	                    date, date - date days
//	l.sum(x, e)         the sum of e over the rows of l; of no rows: zero, neutral for money
//	round(x, n)         n digits after the point, half away from zero
//	min(x, y) max(x, y) of two of a kind
//	or(x, y)            x, or y when x is absent
//	has(x)              whether the variable or field is there; lists are asked this way too
//	money('12.50')      money('12.50', 'EUR'), money(decimal, 'EUR'); amount(m), currency(m)
//	decimal('1.5')      decimal(int)
//	date('2026-11-23')  date(timestamp); month(date) is a text, '2026-11'
//
// An absent value is null. It can be compared (x == null) and replaced (or(x, y)); arithmetic
// with it is an error; the fields of an absent value object are absent. Money of two currencies does not mix; money without a currency, as
// money('0') is, takes that of the other operand.
//
// CEL checks expressions and is what they mean. Most are evaluated without it (plain), on values
// that are not put into boxes; what that is not certain of is evaluated by CEL.
package expr
