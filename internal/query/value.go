package query

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/expr"
)

// scalar is a value to compare with, as PostgreSQL reads it.
type scalar struct {
	text     string
	currency string // of money
}

// problem is what is wrong with a value: a rule and a sentence.
type problem struct{ rule, message string }

func wrongType(want string) *problem { return &problem{"type", "Must be " + want} }

// parseScalar reads a value for a column of the type.
func (p *plan) parseScalar(t model.Type, raw json.RawMessage) (scalar, *problem) {
	switch t.Kind {
	case model.Text, model.Enum:
		return parseText(t, raw)
	case model.Int:
		return parseInt(raw)
	case model.Decimal:
		text, wrong := parseDecimal(raw)
		return scalar{text: text}, wrong
	case model.Money:
		return p.parseMoney(raw)
	case model.Bool:
		return parseBool(raw)
	case model.Date:
		return parseTime(raw, time.DateOnly, "a date such as \"2026-11-23\"")
	case model.Timestamp:
		return parseTime(raw, time.RFC3339Nano, "a time such as \"2026-11-23T10:30:00Z\"")
	case model.Ref:
		return parseRef(raw)
	}
	return scalar{}, wrongType("absent: a column of kind " + string(t.Kind) + " cannot be compared")
}

func asString(raw json.RawMessage) (string, bool) {
	if raw[0] != '"' {
		return "", false
	}
	var text string
	err := json.Unmarshal(raw, &text)
	return text, err == nil && !strings.ContainsRune(text, 0) && utf8.ValidString(text)
}

func parseText(t model.Type, raw json.RawMessage) (scalar, *problem) {
	text, ok := asString(raw)
	if !ok {
		return scalar{}, wrongType("a text")
	}
	if t.Kind == model.Enum && !slices.Contains(t.Enum, text) {
		return scalar{}, &problem{"enum", fmt.Sprintf("%q is not one of %s%s", text, strings.Join(t.Enum, ", "), expr.DidYouMean(text, t.Enum))}
	}
	return scalar{text: text}, nil
}

func parseInt(raw json.RawMessage) (scalar, *problem) {
	n, err := strconv.ParseInt(unquoted(raw), 10, 64)
	if err != nil {
		return scalar{}, wrongType("a whole number")
	}
	return scalar{text: strconv.FormatInt(n, 10)}, nil
}

func parseBool(raw json.RawMessage) (scalar, *problem) {
	if text := string(raw); text == "true" || text == "false" {
		return scalar{text: text}, nil
	}
	return scalar{}, wrongType("true or false")
}

func parseRef(raw json.RawMessage) (scalar, *problem) {
	text, ok := asString(raw)
	id, err := uuid.Parse(text)
	if !ok || err != nil || len(text) != 36 {
		return scalar{}, wrongType("an id such as \"0b81b458-7671-4e9b-844b-9934255f5406\"")
	}
	return scalar{text: id.String()}, nil
}

func parseTime(raw json.RawMessage, layout, want string) (scalar, *problem) {
	text, ok := asString(raw)
	at, err := time.Parse(layout, text)
	if !ok || err != nil {
		return scalar{}, wrongType(want)
	}
	return scalar{text: at.UTC().Format(layout)}, nil
}

// plainDecimal is what a decimal may look like. It has no exponent, so that a few bytes
// cannot ask for a number of a billion digits.
var plainDecimal = regexp.MustCompile(`^-?[0-9]{1,30}(\.[0-9]{1,30})?$`)

func parseDecimal(raw json.RawMessage) (string, *problem) {
	text := unquoted(raw)
	if !plainDecimal.MatchString(text) {
		return "", wrongType("a decimal number such as \"12.50\"")
	}
	return decimal.RequireFromString(text).String(), nil
}

var currencyCode = regexp.MustCompile(`^[A-Z]{3}$`)

// parseMoney reads 12.50, "12.50", "12.50 USD" and {"amount": "12.50", "currency": "USD"}.
func (p *plan) parseMoney(raw json.RawMessage) (scalar, *problem) {
	wrong := wrongType("an amount such as \"12.50\" or {\"amount\": \"12.50\", \"currency\": \"USD\"}")
	amount, currency := raw, p.currency
	if raw[0] == '{' {
		var given struct {
			Amount   json.RawMessage `json:"amount"`
			Currency *string         `json:"currency"`
		}
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.DisallowUnknownFields()
		if decoder.Decode(&given) != nil || len(given.Amount) == 0 {
			return scalar{}, wrong
		}
		if amount = given.Amount; given.Currency != nil {
			currency = *given.Currency
		}
	} else if text, ok := asString(raw); ok {
		if number, code, found := strings.Cut(text, " "); found {
			amount, currency = json.RawMessage(number), code
		}
	}
	text, bad := parseDecimal(amount)
	if bad != nil || !currencyCode.MatchString(currency) {
		return scalar{}, wrong
	}
	return scalar{text: text, currency: currency}, nil
}

// unquoted returns a JSON number's text, or a JSON string's content.
func unquoted(raw json.RawMessage) string {
	if text, ok := asString(raw); ok {
		return text
	}
	return string(raw)
}
