package importer

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
)

// longestLine is more than the API takes, so that it is the API that refuses a long row.
const longestLine = 16 << 20

// row is a line of the file.
type row struct {
	line int    // in the file, from 1
	sent []byte // with a command id
}

// source reads rows from the file.
type source struct {
	file    *os.File
	lines   *bufio.Scanner
	digest  string
	line    int
	pending *row // read, and too much for the last batch
}

// survey returns the digest of the file and how many rows it has.
func survey(path string) (digest string, rows int, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", 0, fault.Wrap(err, fault.Invalid, "The file cannot be read")
	}
	defer file.Close()
	sum := sha256.New()
	lines := newLines(io.TeeReader(file, sum))
	for lines.Scan() {
		if len(bytes.TrimSpace(lines.Bytes())) > 0 {
			rows++
		}
	}
	if err := readable(lines.Err(), 0); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(sum.Sum(nil)), rows, nil
}

// openSource returns the rows after the line.
func openSource(path, digest string, after int) (*source, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The file cannot be read")
	}
	s := &source{file: file, lines: newLines(file), digest: digest}
	for s.line < after && s.lines.Scan() {
		s.line++
	}
	return s, nil
}

func newLines(from io.Reader) *bufio.Scanner {
	lines := bufio.NewScanner(from)
	lines.Buffer(make([]byte, 64<<10), longestLine)
	return lines
}

func readable(err error, line int) error {
	if errors.Is(err, bufio.ErrTooLong) {
		return fault.New(fault.TooLarge, "Line %d of the file is longer than %d MiB", line+1, longestLine>>20)
	}
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "The file cannot be read")
	}
	return nil
}

// batch returns the next rows, or io.EOF.
func (s *source) batch() ([]row, error) {
	var rows []row
	size := 0
	for len(rows) < batchRows {
		next, err := s.next()
		if errors.Is(err, io.EOF) && len(rows) > 0 {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		if size += len(next.sent); size > batchSize && len(rows) > 0 {
			s.pending = next
			return rows, nil
		}
		rows = append(rows, *next)
	}
	return rows, nil
}

func (s *source) next() (*row, error) {
	if next := s.pending; next != nil {
		s.pending = nil
		return next, nil
	}
	for s.lines.Scan() {
		s.line++
		if text := bytes.TrimSpace(s.lines.Bytes()); len(text) > 0 {
			return &row{line: s.line, sent: withCommandID(text, s.rowID())}, nil
		}
	}
	if err := readable(s.lines.Err(), s.line); err != nil {
		return nil, err
	}
	return nil, io.EOF
}

// Close closes the file.
func (s *source) Close() error { return s.file.Close() }

// rowID is the same for the same line of the same content, wherever the file is called from.
func (s *source) rowID() uuid.UUID {
	space := uuid.NewSHA1(uuid.NameSpaceURL, []byte("urn:polder:import:sha256:"+s.digest))
	return uuid.NewSHA1(space, fmt.Appendf(nil, "line %d", s.line))
}

// withCommandID returns the row with the id, unless it brings its own. What is no JSON
// object stays as it is: the API says what is wrong with it.
func withCommandID(text []byte, id uuid.UUID) []byte {
	var members map[string]json.RawMessage
	if json.Unmarshal(text, &members) != nil || members == nil {
		return bytes.Clone(text)
	}
	if _, own := members["commandId"]; own {
		return bytes.Clone(text)
	}
	separator := ","
	if len(members) == 0 {
		separator = ""
	}
	return fmt.Appendf(nil, `{"commandId":"%s"%s%s`, id, separator, text[1:])
}
