package importer

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/polderhq/polder/internal/fault"
)

// state is what is kept of an import beside its file.
type state struct {
	Digest     string `json:"digest"` // sha256 of the file
	Line       int    `json:"line"`   // all rows up to it have their answer
	Stored     int    `json:"stored"`
	Repeated   int    `json:"repeated"`
	Refused    int    `json:"refused"`
	ErrorBytes int64  `json:"errorBytes"` // of the file of errors that belong to these rows

	path string
}

// loadState returns the state of an earlier run on the same content, or a fresh one.
func loadState(path, digest string, again bool) (*state, error) {
	fresh := &state{Digest: digest, path: path}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fresh, nil
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The state of the import cannot be read")
	}
	known := &state{path: path}
	readable := json.Unmarshal(text, known) == nil
	if readable && known.Digest != digest {
		return nil, fault.New(fault.Precondition, "The file is not the one whose import began: its rows would have other command ids, "+
			"so those that are stored already would be stored a second time")
	}
	if again || !readable { // what is sent again is found again by its command id
		return fresh, nil
	}
	return known, nil
}

// save replaces the file in one step, so that a crash leaves the old state or the new.
func (s *state) save() error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	fresh, err := os.CreateTemp(filepath.Dir(s.path), filepath.Base(s.path)+".*")
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "The state of the import cannot be written beside the file")
	}
	defer os.Remove(fresh.Name()) // gone already when all went well
	_, err = fresh.Write(append(text, '\n'))
	if err := errors.Join(err, fresh.Close()); err != nil {
		return err
	}
	return os.Rename(fresh.Name(), s.path)
}

// errorFile holds a line for each refused row. It is made when the first row is refused.
type errorFile struct {
	path string
	file *os.File
	size int64
}

// openErrors cuts off what was written after the state was saved: those rows are sent again.
func openErrors(path string, size int64) (*errorFile, error) {
	e := &errorFile{path: path, size: size}
	if size == 0 {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fault.Wrap(err, fault.Invalid, "The old file of errors cannot be removed")
		}
		return e, nil
	}
	if err := os.Truncate(path, size); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fault.Wrap(err, fault.Invalid, "The file of errors cannot be written")
	}
	return e, e.open()
}

func (e *errorFile) open() error {
	file, err := os.OpenFile(e.path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fault.Wrap(err, fault.Invalid, "The file of errors cannot be written beside the file")
	}
	e.file = file
	e.size, err = file.Seek(0, io.SeekEnd)
	return err
}

// refused is a line of the file of errors.
type refused struct {
	Line    int             `json:"line"`
	Row     json.RawMessage `json:"row"` // with its command id, to be corrected and imported
	Problem json.RawMessage `json:"problem"`
}

func (e *errorFile) write(sent row, a answer) error {
	if e.file == nil {
		if err := e.open(); err != nil {
			return err
		}
	}
	text := json.RawMessage(sent.sent)
	if !json.Valid(text) {
		text, _ = json.Marshal(string(sent.sent)) // a string always encodes
	}
	line, err := json.Marshal(refused{Line: sent.line, Row: text, Problem: a.Problem})
	if err != nil {
		return err
	}
	n, err := e.file.Write(append(line, '\n'))
	e.size += int64(n)
	return err
}

// sync makes the lines durable and returns the size of the file.
func (e *errorFile) sync() (int64, error) {
	if e.file == nil {
		return e.size, nil
	}
	return e.size, e.file.Sync()
}

// Close closes the file.
func (e *errorFile) Close() error {
	if e.file == nil {
		return nil
	}
	return e.file.Close()
}
