package model

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Canonical returns the JSON that a release stores and digests: sorted keys, no
// insignificant space.
func Canonical(ir *IR) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(ir); err != nil {
		return nil, fmt.Errorf("write the IR: %w", err)
	}
	s := &sorter{scanner: scanner{text: text.Bytes()}, out: make([]byte, 0, text.Len())}
	if err := s.value(0); err != nil {
		return nil, fmt.Errorf("write the IR: %w", err)
	}
	return s.out, nil
}

// sorter copies JSON with the members of each object in the order of their keys.
type sorter struct {
	scanner
	out     []byte
	members []member // of the objects at hand, the outer ones' first
	spare   []byte
}

// member is a key and where it stands in out, with its value.
type member struct {
	key        string
	start, end int
}

func (s *sorter) value(depth int) error {
	switch s.peek() {
	case '{':
		return s.sorted(depth)
	case '[':
		s.out = append(s.out, '[')
		err := s.array(func(i int) error {
			s.separate(i)
			return s.value(depth + 1)
		}, depth)
		s.out = append(s.out, ']')
		return err
	}
	text, err := s.raw()
	s.out = append(s.out, text...)
	return err
}

func (s *sorter) separate(i int) {
	if i > 0 {
		s.out = append(s.out, ',')
	}
}

func (s *sorter) sorted(depth int) error {
	first := len(s.members)
	s.out = append(s.out, '{')
	start := len(s.out)
	begin := s.at // of what stands before the next key: a brace or a comma
	err := s.object(func(key []byte) error {
		s.separate(len(s.out) - start)
		m := member{key: string(key), start: len(s.out)}
		s.out = append(s.out, s.text[begin+1:s.at]...)
		err := s.value(depth + 1)
		begin = s.at
		m.end = len(s.out)
		s.members = append(s.members, m)
		return err
	}, depth)
	s.order(s.members[first:], start)
	s.members = s.members[:first]
	s.out = append(s.out, '}')
	return err
}

// order puts the members, which stand in out from start on, in the order of their keys.
func (s *sorter) order(members []member, start int) {
	byKey := func(a, b member) int { return strings.Compare(a.key, b.key) }
	if slices.IsSortedFunc(members, byKey) {
		return
	}
	slices.SortFunc(members, byKey)
	s.spare = s.spare[:0]
	for i, m := range members {
		if i > 0 {
			s.spare = append(s.spare, ',')
		}
		s.spare = append(s.spare, s.out[m.start:m.end]...)
	}
	s.out = append(s.out[:start], s.spare...)
}

// digest returns the sha256 of the canonical IR in hex.
func digest(canonical []byte) string {
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}
