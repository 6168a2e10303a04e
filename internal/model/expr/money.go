package expr

import (
	"errors"
	"fmt"
	"strings"

	"github.com/shopspring/decimal"
)

// Money is an exact amount in a currency (ISO 4217). An empty currency is neutral: it takes
// that of what it is added to or compared with.
type Money struct {
	Amount   decimal.Decimal
	Currency string
}

// minorDigits is how many digits after the point a written amount has at least.
const minorDigits = 2

var errNotMoney = errors.New(`is not an amount of money, like "12.50" or "12.50 EUR"`)

// MixedCurrencies says that an expression put two currencies together.
type MixedCurrencies struct{ Left, Right string }

// Error names both currencies.
func (e *MixedCurrencies) Error() string {
	return fmt.Sprintf("%s and %s cannot be mixed", e.Left, e.Right)
}

// ParseMoney reads "12.50" or "12.50 EUR"; without a currency the money is neutral.
func ParseMoney(text string) (Money, error) {
	amount, currency, found := strings.Cut(text, " ")
	if found && !ValidCurrency(currency) {
		return Money{}, errNotMoney
	}
	d, err := ParseDecimal(amount)
	if errors.Is(err, errNotNumber) {
		return Money{}, errNotMoney
	}
	return Money{d, currency}, err
}

// ValidCurrency reports whether the code has the form of ISO 4217: three capital letters.
func ValidCurrency(code string) bool {
	if len(code) != 3 {
		return false
	}
	for i := range len(code) {
		if code[i] < 'A' || code[i] > 'Z' {
			return false
		}
	}
	return true
}

// FormatAmount writes the amount exactly with at least two digits after the point.
func (m Money) FormatAmount() string {
	if text, ok := formatShort(m.Amount, minorDigits); ok {
		return text
	}
	if m.Amount.Exponent() >= -minorDigits {
		return m.Amount.StringFixed(minorDigits)
	}
	return m.Amount.StringFixed(int32(max(minorDigits, Scale(m.Amount))))
}

// String returns the amount and the currency, as in "12.50 EUR".
func (m Money) String() string {
	return strings.TrimRight(m.FormatAmount()+" "+m.Currency, " ")
}

// In returns the money with the currency if it is neutral, else unchanged.
func (m Money) In(currency string) Money {
	if m.Currency == "" {
		m.Currency = currency
	}
	return m
}

// Equal reports whether both are the same amount in the same currency, or one is neutral.
func (m Money) Equal(o Money) bool {
	_, err := m.common(o)
	return err == nil && m.Amount.Equal(o.Amount)
}

// Add returns the sum, an error if the currencies differ.
func (m Money) Add(o Money) (Money, error) {
	currency, err := m.common(o)
	return Money{addDecimals(m.Amount, o.Amount), currency}, err
}

// Sub returns the difference, an error if the currencies differ.
func (m Money) Sub(o Money) (Money, error) {
	currency, err := m.common(o)
	return Money{subtractDecimals(m.Amount, o.Amount), currency}, err
}

// Compare returns -1, 0 or 1, an error if the currencies differ.
func (m Money) Compare(o Money) (int, error) {
	_, err := m.common(o)
	return m.Amount.Cmp(o.Amount), err
}

func (m Money) common(o Money) (string, error) {
	switch {
	case m.Currency == o.Currency, o.Currency == "":
		return m.Currency, nil
	case m.Currency == "":
		return o.Currency, nil
	}
	return "", &MixedCurrencies{m.Currency, o.Currency}
}
