package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// state is what a running `up` tells other commands, in dev.json.
type state struct {
	PID      int    `json:"pid"`
	URL      string `json:"url"`
	Ready    bool   `json:"ready"`    // Northwind is loaded and the lines to try were printed
	Children []int  `json:"children"` // process ids of api and projector
}

func (c config) readState() (state, error) {
	var s state
	text, err := os.ReadFile(c.path("dev.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	return s, json.Unmarshal(text, &s)
}

func (c config) writeState(s state) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return writeFile(c.path("dev.json"), text, 0o644)
}

// writeFile replaces the file in one step, so that nobody reads half of it.
func writeFile(path string, text []byte, mode fs.FileMode) error {
	fresh, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(fresh.Name()) // gone already when all went well
	_, err = fresh.Write(text)
	if err := errors.Join(err, fresh.Chmod(mode), fresh.Close()); err != nil {
		return err
	}
	return os.Rename(fresh.Name(), path)
}

// errRunning says that another process holds the folder's lock.
var errRunning = errors.New("already running")

// lock takes the folder for one `up`; the kernel gives it back when the process ends.
func (c config) lock() (*os.File, error) {
	if err := os.MkdirAll(c.path("log"), 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(c.path("dev.lock"), os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = file.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, errRunning
		}
		return nil, err
	}
	return file, nil
}

// environment is the content of dev.env: what programs need to talk to the platform.
type environment [][2]string

// apiKey returns the key that the last run left, empty when there was none.
func (e environment) apiKey() string {
	for _, pair := range e {
		if pair[0] == "POLDER_API_KEY" {
			return pair[1]
		}
	}
	return ""
}

// readEnvironment returns the environment of the last run, empty before the first.
func (c config) readEnvironment() (environment, error) {
	text, err := os.ReadFile(c.path("dev.env"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var e environment
	for line := range strings.Lines(string(text)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			e = append(e, [2]string{name, value})
		}
	}
	return e, err
}

// writeEnvironment writes values that a shell and a line parser read alike: none of them
// needs quotes. Only the user may read it, because it holds a key and a password.
func (c config) writeEnvironment(e environment) error {
	var text strings.Builder
	for _, pair := range e {
		fmt.Fprintf(&text, "%s=%s\n", pair[0], pair[1])
	}
	return writeFile(c.path("dev.env"), []byte(text.String()), 0o600)
}
