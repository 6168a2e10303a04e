package model

import (
	"bytes"
	"unicode/utf8"

	"github.com/polderhq/polder/internal/model/expr"
)

// glance takes a value of the kind without making it, and reports whether read is sure to
// take it too. It knows the forms that nearly all values have; of the others it says no
// without knowing, and where the scanner then stands means nothing.
func (s *scanner) glance(k *kind) bool {
	switch c := s.peek(); {
	case c == 'n':
		return s.literal("null")
	case c == '"':
		quoted, err := s.quoted()
		return err == nil && glanceQuoted(k.Kind, quoted[1:len(quoted)-1])
	case c == '-' || c >= '0' && c <= '9':
		return s.glanceNumber(k.Kind)
	case c == 't':
		return k.Kind == Bool && s.literal("true")
	case c == 'f':
		return k.Kind == Bool && s.literal("false")
	case c == '[':
		return k.Kind == List && s.glanceRows(k)
	case c == '{' && k.Kind == Object:
		return s.glanceRow(k)
	case c == '{':
		return k.Kind == Money && s.glanceMoney()
	}
	return false
}

func (s *scanner) literal(word string) bool {
	if !bytes.HasPrefix(s.text[s.at:], []byte(word)) {
		return false
	}
	s.at += len(word)
	return true
}

func (s *scanner) glanceRows(k *kind) bool {
	s.at++
	if s.take(']') {
		return true
	}
	for {
		if s.peek() != '{' || !s.glanceRow(k) {
			return false
		}
		if !s.take(',') {
			return s.take(']')
		}
	}
}

func (s *scanner) glanceRow(k *kind) bool {
	s.at++
	if s.take('}') {
		return true
	}
	for {
		key, err := s.key()
		if err != nil {
			return false
		}
		if i := k.shape.IndexBytes(key); i < 0 {
			if s.skip(0) != nil {
				return false
			}
		} else if !s.glance(k.fields[i].kind) {
			return false
		}
		if !s.take(',') {
			return s.take('}')
		}
	}
}

// glanceMoney knows money as this package writes it.
func (s *scanner) glanceMoney() bool {
	if !s.literal(`{"amount":`) || s.peek() != '"' {
		return false
	}
	amount, err := s.quoted()
	if err != nil || !plainNumber(amount[1:len(amount)-1]) || !s.literal(`,"currency":"`) {
		return false
	}
	const rest = len(`EUR"}`)
	if len(s.text)-s.at < rest || !isCurrency(s.text[s.at:s.at+3]) {
		return false
	}
	s.at += 3
	return s.literal(`"}`)
}

func isCurrency(code []byte) bool { return expr.ValidCurrency(string(code)) }

func (s *scanner) glanceNumber(k Kind) bool {
	start := s.at
	for s.at < len(s.text) && isNumberByte(s.text[s.at]) {
		s.at++
	}
	text := s.text[start:s.at]
	if digits := bytes.TrimPrefix(text, []byte("-")); !plainNumber(text) || len(digits) > 1 && digits[0] == '0' && digits[1] != '.' {
		return false
	}
	switch k {
	case Int:
		return bytes.IndexByte(text, '.') < 0
	case Decimal, Money:
		return true
	}
	return false
}

// plainNumber reports whether the text is a few digits with perhaps a sign and a point.
func plainNumber(text []byte) bool {
	digits := bytes.TrimPrefix(text, []byte("-"))
	if len(digits) == 0 || len(digits) > 18 || digits[0] == '.' || digits[len(digits)-1] == '.' {
		return false
	}
	points := 0
	for _, c := range digits {
		switch {
		case c == '.':
			points++
		case c < '0' || c > '9':
			return false
		}
	}
	return points <= 1
}

func glanceQuoted(k Kind, text []byte) bool {
	switch k {
	case Text, Enum:
		return bytes.IndexByte(text, '\\') < 0 && utf8.Valid(text)
	case Ref:
		return fits(text, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx")
	case Decimal, Money:
		return plainNumber(text)
	case Date:
		return len(text) == len("2026-11-23") && isDay(text)
	case Timestamp:
		return isMoment(text)
	}
	return false
}

// fits reports whether the text has the form: 9 stands for a digit, x for a hexadecimal one.
func fits(text []byte, form string) bool {
	if len(text) != len(form) {
		return false
	}
	for i, c := range text {
		digit := c >= '0' && c <= '9'
		switch form[i] {
		case '9':
			if !digit {
				return false
			}
		case 'x':
			if lower := c | 0x20; !digit && (lower < 'a' || lower > 'f') {
				return false
			}
		default:
			if c != form[i] {
				return false
			}
		}
	}
	return true
}

// isDay reports whether the text begins with a day that every month has.
func isDay(text []byte) bool {
	if !fits(text[:10], "9999-99-99") || bytes.HasPrefix(text, []byte("0000")) {
		return false
	}
	month, day := two(text[5:]), two(text[8:])
	return month >= 1 && month <= 12 && day >= 1 && day <= 28
}

// isMoment knows moments in UTC, with at most nanoseconds.
func isMoment(text []byte) bool {
	const seconds = len("2026-11-23T09:30:00")
	if len(text) <= seconds || text[len(text)-1] != 'Z' || !isDay(text) || !fits(text[10:seconds], "T99:99:99") {
		return false
	}
	if two(text[11:]) > 23 || two(text[14:]) > 59 || two(text[17:]) > 59 {
		return false
	}
	fraction := text[seconds : len(text)-1]
	return len(fraction) == 0 || len(fraction) <= 10 && fits(fraction, ".999999999"[:len(fraction)]) && len(fraction) > 1
}

func two(digits []byte) int { return int(digits[0]-'0')*10 + int(digits[1]-'0') }
