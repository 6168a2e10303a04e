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
// An absent value is null. It can be compared (x == null) and replaced (or(x, y)); arithmetic
// with it is an error. Money of two currencies does not mix; money without a currency, as
// money('0') is, takes that of the other operand.
package expr
