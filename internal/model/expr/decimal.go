package expr

import (
	"errors"
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

// FormatDecimal writes the number in its shortest exact form, as in "12.5".
func FormatDecimal(d decimal.Decimal) string { return d.String() }

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
