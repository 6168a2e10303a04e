package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/polderhq/polder/internal/fault"
)

// strictJSON checks that text is one JSON value that everybody reads alike: valid UTF-8,
// no member twice, no NUL (which PostgreSQL's text cannot hold), bounded depth, and nothing
// after it. Its error is Invalid.
func strictJSON(text []byte) error {
	if !utf8.Valid(text) {
		return fault.New(fault.Invalid, "The body is not UTF-8")
	}
	scan := &scanner{decoder: json.NewDecoder(bytes.NewReader(text))}
	scan.decoder.UseNumber()
	if err := scan.value(0); err != nil {
		return scan.explain(err)
	}
	if _, err := scan.decoder.Token(); !errors.Is(err, io.EOF) {
		return fault.New(fault.Invalid, "Something follows the JSON value, after byte %d", scan.decoder.InputOffset())
	}
	return nil
}

type scanner struct{ decoder *json.Decoder }

func (s *scanner) explain(err error) error {
	var known *fault.Error
	if errors.As(err, &known) {
		return err
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fault.Wrap(err, fault.Invalid, "The body ends before its JSON value does")
	}
	return fault.Wrap(err, fault.Invalid, "The body is not JSON, near byte %d", s.decoder.InputOffset())
}

func (s *scanner) value(depth int) error {
	token, err := s.decoder.Token()
	if err != nil {
		return err
	}
	return s.after(token, depth)
}

func (s *scanner) after(token json.Token, depth int) error {
	switch t := token.(type) {
	case string:
		return s.text(t)
	case json.Delim:
		if depth == maxDepth {
			return fault.New(fault.Invalid, "The JSON is nested deeper than %d levels", maxDepth)
		}
		if t == '{' {
			return s.object(depth + 1)
		}
		return s.array(depth + 1)
	}
	return nil
}

func (s *scanner) object(depth int) error {
	seen := map[string]bool{}
	for s.decoder.More() {
		token, err := s.decoder.Token()
		if err != nil {
			return err
		}
		name, _ := token.(string) // the decoder lets nothing else stand for a name
		if seen[name] {
			return fault.New(fault.Invalid, "The member %q occurs twice, near byte %d", name, s.decoder.InputOffset())
		}
		seen[name] = true
		if err := s.text(name); err != nil {
			return err
		}
		if err := s.value(depth); err != nil {
			return err
		}
	}
	_, err := s.decoder.Token() // the closing brace
	return err
}

func (s *scanner) array(depth int) error {
	for s.decoder.More() {
		if err := s.value(depth); err != nil {
			return err
		}
	}
	_, err := s.decoder.Token() // the closing bracket
	return err
}

func (s *scanner) text(text string) error {
	if strings.ContainsRune(text, 0) {
		return fault.New(fault.Invalid, "A text holds the character NUL, near byte %d", s.decoder.InputOffset())
	}
	return nil
}
