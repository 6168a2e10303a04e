package history

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Recorder keeps operations in files of a folder.
type Recorder struct {
	dir   string
	began time.Time

	mu   sync.Mutex
	logs map[string]*Log
}

// Log is the operations of one account. Its methods may be called by many at a time.
type Log struct {
	recorder *Recorder

	mu   sync.Mutex
	file *os.File
	out  *bufio.Writer
	line []byte
	err  error
}

// NewRecorder begins a recording in the folder, which is made.
func NewRecorder(dir string) (*Recorder, error) {
	return &Recorder{dir: dir, began: time.Now(), logs: map[string]*Log{}}, os.MkdirAll(dir, 0o755)
}

// Now is the time that operations are noted by.
func (r *Recorder) Now() time.Duration { return time.Since(r.began) }

// Log is that of the account.
func (r *Recorder) Log(account string) (*Log, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if l := r.logs[account]; l != nil {
		return l, nil
	}
	file, err := os.Create(r.path(account))
	if err != nil {
		return nil, err
	}
	l := &Log{recorder: r, file: file, out: bufio.NewWriterSize(file, 1<<15)}
	r.logs[account] = l
	return l, nil
}

func (r *Recorder) path(account string) string { return filepath.Join(r.dir, account+".operations") }

// Now is the recorder's.
func (l *Log) Now() time.Duration { return l.recorder.Now() }

// Record adds the operation. What cannot be written is told by Close.
func (l *Log) Record(o Operation) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.line = o.encode(l.line[:0])
	if _, err := l.out.Write(l.line); err != nil {
		l.err = err
	}
}

// Close ends the recording; it fails when a part of it could not be written.
func (r *Recorder) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []error
	for _, l := range r.logs {
		l.mu.Lock()
		all = append(all, l.err, l.out.Flush(), l.file.Close())
		l.mu.Unlock()
	}
	r.logs = map[string]*Log{}
	return errors.Join(all...)
}

// Operations are those of the account, in the order in which they were recorded, after Close.
func (r *Recorder) Operations(account string) iter.Seq2[*Operation, error] {
	return func(yield func(*Operation, error) bool) {
		file, err := os.Open(r.path(account))
		if err != nil {
			yield(nil, err)
			return
		}
		defer file.Close()
		in, buffer, o := bufio.NewReaderSize(file, 1<<18), make([]byte, size), &Operation{}
		for {
			switch _, err := io.ReadFull(in, buffer); {
			case errors.Is(err, io.EOF):
				return
			case err != nil:
				yield(nil, fmt.Errorf("%s: %w", file.Name(), err))
				return
			}
			if o.decode(buffer); !yield(o, nil) {
				return
			}
		}
	}
}
