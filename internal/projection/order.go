package projection

import "strings"

// OrderKey returns the SQL expression of a number's key: bytes that sort as the number does, and
// are the same for 1 and 1.00. PostgreSQL compares bytes, other than numeric, below row-level
// security by an index. The number is an expression of type numeric; the key of NULL is NULL.
//
// A table keeps the key in a generated column, and a query makes that of its parameter: both by this
// expression, so a change of it asks for tables with other names (compile.keyed).
//
// The key is made of what numeric_send gives: behind the count of digits the weight of the first one, sign and
// scale, which are left out, and the digits, each of two bytes to the base of 10,000 and
// without zeros at the end.
//
//	1 ≤ n        04, weight, digits
//	0 < n < 1    03, weight (negative: two's complements sort among themselves), digits
//	    n = 0    02
//	-1 < n < 0   01, then as text: weight and digits in hex, complemented, and a "g"
//	    n ≤ -1   00, and so on
//
// The "g" sorts after all digits: -12.5 comes before -12.
func OrderKey(number string) string {
	const key = `CASE
WHEN {n} >= 1 THEN '\x04'::bytea || {size}
WHEN {n} > 0 THEN '\x03'::bytea || {size}
WHEN {n} = 0 THEN '\x02'::bytea
WHEN {n} > -1 THEN '\x01'::bytea || {complement}
ELSE '\x00'::bytea || {complement} END`
	const complement = `pg_catalog.decode(pg_catalog.translate(pg_catalog.encode({size}, 'hex'), '0123456789abcdef', 'fedcba9876543210') || 'g', 'escape')`
	const size = `pg_catalog.substr(pg_catalog.overlay(pg_catalog.numeric_send({n}), ''::bytea, 5, 4), 3)`
	text := strings.ReplaceAll(key, "{complement}", complement)
	text = strings.ReplaceAll(text, "{size}", size)
	return "(" + strings.ReplaceAll(text, "{n}", number) + ")"
}
