package expr

import (
	"errors"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// Limits of a number's written form. They bound the work that one input can cause: without
// them "1e999999999" would be a number of a gigabyte.
const (
	maxNumberText     = 64
	maxNumberExponent = 40
)

// maxDigits bounds what arithmetic makes.
const maxDigits = 400

// divisionDigits is how many digits after the point a quotient keeps; a model that wants
// fewer says so with round.
const divisionDigits = 16

var (
	errNotNumber   = errors.New("is not a decimal number")
	errNumberRange = errors.New("has too many digits")
)

// ParseDecimal reads a decimal number exactly, as in "12.50", "-3" or "1e3".
func ParseDecimal(text string) (decimal.Decimal, error) {
	if d, ok := parseShort(text); ok {
		return d, nil
	}
	if len(text) > maxNumberText {
		return decimal.Decimal{}, errNumberRange
	}
	if text == "" || text == "-" || strings.ContainsAny(text, "_ +xX") || strings.TrimPrefix(text, "-")[:1] == "." || text[len(text)-1] == '.' {
		return decimal.Decimal{}, errNotNumber
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Decimal{}, errNotNumber
	}
	if e := d.Exponent(); e > maxNumberExponent || e < -maxNumberExponent {
		return decimal.Decimal{}, errNumberRange
	}
	return d, nil
}

// parseShort reads what nearly all numbers are, digits with perhaps a point, without the
// detours of the general case.
func parseShort(text string) (decimal.Decimal, bool) {
	digits, negative := strings.CutPrefix(text, "-")
	if digits == "" || len(digits) > 18 || digits[0] == '.' || digits[len(digits)-1] == '.' {
		return decimal.Decimal{}, false
	}
	value, point := int64(0), len(digits)-1
	for i := range len(digits) {
		switch c := digits[i]; {
		case c >= '0' && c <= '9':
			value = value*10 + int64(c-'0')
		case c == '.' && point == len(digits)-1:
			point = i
		default:
			return decimal.Decimal{}, false
		}
	}
	if negative {
		value = -value
	}
	return decimal.New(value, int32(point-len(digits)+1)), true
}

// maxWord is how many digits any int64 has room for.
const maxWord = 18

// aligned returns two numbers as so many of the same unit, when an int64 has room for each.
func aligned(x, y decimal.Decimal) (a, b int64, exponent int32, fit bool) {
	exponent = min(x.Exponent(), y.Exponent())
	longerX, longerY := int(x.Exponent()-exponent), int(y.Exponent()-exponent)
	if longerX+x.NumDigits() > maxWord || longerY+y.NumDigits() > maxWord {
		return 0, 0, 0, false
	}
	return x.CoefficientInt64() * power10(longerX), y.CoefficientInt64() * power10(longerY), exponent, true
}

// addDecimals and subtractDecimals are x.Add(y) and x.Sub(y), without the detours that long
// numbers take.
func addDecimals(x, y decimal.Decimal) decimal.Decimal {
	if a, b, exponent, fit := aligned(x, y); fit {
		return decimal.New(a+b, exponent)
	}
	return x.Add(y)
}

func subtractDecimals(x, y decimal.Decimal) decimal.Decimal {
	if a, b, exponent, fit := aligned(x, y); fit {
		return decimal.New(a-b, exponent)
	}
	return x.Sub(y)
}

// multiplyDecimals does not make numbers that no trade knows: squared again and again they would
// take all memory.
func multiplyDecimals(x, y decimal.Decimal) (product decimal.Decimal, fits bool) {
	digits, exponent := x.NumDigits()+y.NumDigits(), int(x.Exponent())+int(y.Exponent())
	switch {
	case digits > maxDigits || exponent > maxDigits || exponent < -maxDigits:
		return product, false
	case digits > maxWord:
		return x.Mul(y), true
	}
	return decimal.New(x.CoefficientInt64()*y.CoefficientInt64(), int32(exponent)), true
}

// roundDecimal is x.Round(places): half away from zero.
func roundDecimal(x decimal.Decimal, places int32) decimal.Decimal {
	over := int(-places - x.Exponent())
	if over < 0 || over > maxWord || x.NumDigits() > maxWord {
		return x.Round(places)
	}
	unit, n := power10(over), x.CoefficientInt64()
	whole, rest := n/unit, n%unit
	switch {
	case 2*rest >= unit && over > 0:
		whole++
	case -2*rest >= unit && over > 0:
		whole--
	}
	return decimal.New(whole, -places)
}

// power10 is 10 to the power of n, which is at most maxWord.
func power10(n int) int64 {
	p := int64(1)
	for range n {
		p *= 10
	}
	return p
}

// FormatDecimal writes the number in its shortest exact form, as in "12.5".
func FormatDecimal(d decimal.Decimal) string {
	if text, ok := formatShort(d, 0); ok {
		return text
	}
	return d.String()
}

// formatShort writes the number with as many digits after the point as it needs, and at least so
// many, when an int64 has room for it.
func formatShort(d decimal.Decimal, least int) (string, bool) {
	places, n := -int(d.Exponent()), d.CoefficientInt64()
	if places < 0 || places > maxWord || d.NumDigits() > maxWord {
		return "", false
	}
	for ; places > least && n%10 == 0; places-- {
		n /= 10
	}
	b := make([]byte, 0, 2*maxWord)
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	unit := power10(places)
	b = strconv.AppendInt(b, n/unit, 10)
	if places == 0 && least == 0 {
		return string(b), true
	}
	b = append(b, '.')
	for rest := n % unit; unit > 1; {
		unit /= 10
		b = append(b, byte('0'+rest/unit%10))
	}
	for ; places < least; places++ {
		b = append(b, '0')
	}
	return string(b), true
}

// Scale returns how many digits after the point the number needs.
func Scale(d decimal.Decimal) int {
	if d.Exponent() >= 0 {
		return 0
	}
	text := d.String()
	if i := strings.IndexByte(text, '.'); i >= 0 {
		return len(text) - i - 1
	}
	return 0
}
