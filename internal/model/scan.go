package model

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner reads JSON from front to back without building a tree: the reader above it knows
// from the model what comes next. It accepts what encoding/json accepts, and never panics.
type scanner struct {
	text []byte
	at   int
}

// maxNesting bounds the depth of a value that is skipped; what is read is bounded by types.
const maxNesting = 1000

// syntaxError says that the text is not JSON from byte at on.
type syntaxError struct{ at int }

// Error implements error.
func (e *syntaxError) Error() string { return fmt.Sprintf("malformed JSON at byte %d", e.at) }

func (s *scanner) broken() error { return &syntaxError{s.at} }

// peek returns the next significant byte without taking it, 0 at the end.
func (s *scanner) peek() byte {
	for s.at < len(s.text) {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return c
		}
	}
	return 0
}

// take takes the next significant byte if it is c.
func (s *scanner) take(c byte) bool {
	if s.peek() != c || c == 0 {
		return false
	}
	s.at++
	return true
}

func (s *scanner) end() error {
	if s.peek() != 0 || s.at < len(s.text) {
		return s.broken()
	}
	return nil
}

// raw takes one value of any kind and returns its text.
func (s *scanner) raw() ([]byte, error) {
	s.peek()
	start := s.at
	err := s.skip(0)
	return s.text[start:s.at], err
}

func (s *scanner) skip(depth int) error {
	switch c := s.peek(); {
	case c == '"':
		_, err := s.quoted()
		return err
	case c == '{':
		return s.object(func([]byte) error { return s.skip(depth + 1) }, depth)
	case c == '[':
		return s.array(func(int) error { return s.skip(depth + 1) }, depth)
	case c == '-' || c >= '0' && c <= '9':
		_, err := s.number()
		return err
	}
	return s.word()
}

// object takes an object and calls member at each value, which it must take.
func (s *scanner) object(member func(key []byte) error, depth int) error {
	if depth > maxNesting || !s.take('{') {
		return s.broken()
	}
	if s.take('}') {
		return nil
	}
	for {
		key, err := s.key()
		if err != nil {
			return err
		}
		if err := member(key); err != nil {
			return err
		}
		if s.take(',') {
			continue
		}
		if s.take('}') {
			return nil
		}
		return s.broken()
	}
}

func (s *scanner) key() ([]byte, error) {
	if s.peek() != '"' {
		return nil, s.broken()
	}
	key, err := s.quoted()
	if err == nil && !s.take(':') {
		err = s.broken()
	}
	if bytes.IndexByte(key, '\\') < 0 || err != nil {
		return bytes.Trim(key, `"`), err
	}
	text, err := unquote(key)
	return []byte(text), err
}

// array takes an array and calls element at each value, which it must take.
func (s *scanner) array(element func(i int) error, depth int) error {
	if depth > maxNesting || !s.take('[') {
		return s.broken()
	}
	if s.take(']') {
		return nil
	}
	for i := 0; ; i++ {
		if err := element(i); err != nil {
			return err
		}
		if s.take(',') {
			continue
		}
		if s.take(']') {
			return nil
		}
		return s.broken()
	}
}

// quoted takes a string and returns it with its quotes and escapes.
func (s *scanner) quoted() ([]byte, error) {
	start := s.at
	for i := start + 1; i < len(s.text); i++ {
		switch c := s.text[i]; {
		case c == '"':
			s.at = i + 1
			return s.text[start:s.at], nil
		case c == '\\':
			i++
		case c < ' ':
			s.at = i
			return nil, s.broken()
		}
	}
	return nil, s.broken()
}

// unquote returns the text of a quoted string.
func unquote(quoted []byte) (string, error) {
	if !utf8.Valid(quoted) {
		return "", &syntaxError{}
	}
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1]), nil
	}
	var text string
	err := json.Unmarshal(quoted, &text)
	return text, err
}

// number takes a number and returns its text.
func (s *scanner) number() ([]byte, error) {
	start := s.at
	for s.at < len(s.text) && isNumberByte(s.text[s.at]) {
		s.at++
	}
	if text := s.text[start:s.at]; json.Valid(text) {
		return text, nil
	}
	s.at = start
	return nil, s.broken()
}

func isNumberByte(c byte) bool {
	return c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E'
}

// word takes true, false or null.
func (s *scanner) word() error {
	for _, w := range [...]string{"null", "true", "false"} {
		if bytes.HasPrefix(s.text[s.at:], []byte(w)) {
			s.at += len(w)
			return nil
		}
	}
	return s.broken()
}

// appendText appends the text as a JSON string.
func appendText(b []byte, text string) []byte {
	b = append(b, '"')
	for i := range len(text) {
		switch c := text[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c < ' ' || c == 0x7f:
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// storable reports whether PostgreSQL can hold the text that a quoted string stands for: it
// takes no NUL, and half of a surrogate pair is no character. Bare, neither is JSON.
func storable(quoted []byte) bool {
	for i := 0; i < len(quoted); i++ {
		if quoted[i] != '\\' {
			continue
		}
		code := escaped(quoted[i:])
		switch {
		case code == 0:
			return false
		case utf16.IsSurrogate(code):
			if i+6 > len(quoted) || utf16.DecodeRune(code, escaped(quoted[i+6:])) == utf8.RuneError {
				return false
			}
			i += 6 + 5
		default:
			i++ // the escaped character, which may be a backslash itself
		}
	}
	return true
}

// escaped returns the code of a \u escape at the beginning of the text, -1 if there is none.
func escaped(text []byte) rune {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	code, err := strconv.ParseUint(string(text[2:6]), 16, 32)
	if err != nil {
		return -1
	}
	return rune(code)
}
