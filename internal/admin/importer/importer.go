package importer

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/polderhq/polder/internal/fault"
)

const (
	batchRows = 2000
	batchSize = 4 << 20 // bytes
	// giveUpAfter is how long the API may take no row before the import ends.
	giveUpAfter = 2 * time.Minute
	firstWait   = 250 * time.Millisecond
	longestWait = 10 * time.Second
)

// Config says what to import, and where to.
type Config struct {
	Path     string
	URL      string // of the API, e.g. http://127.0.0.1:8080
	Key      string // API key of the account
	Again    bool   // send rows that were sent before once more: stored ones stay, refused ones are tried again
	Client   *http.Client
	Clock    func() time.Time
	Progress func(Progress) // told of every answer; nil: nobody is
}

// Progress is how far an import has come. Its counts include earlier runs on the same file.
type Progress struct {
	Total    int `json:"rows"`     // of the file
	Stored   int `json:"stored"`   // now, or by an earlier run
	Repeated int `json:"repeated"` // of those, rows that the store had already
	Refused  int `json:"refused"`  // in the file of errors
	Skipped  int `json:"skipped"`  // known from an earlier run, and not sent again
}

// Done is how many rows have their answer.
func (p Progress) Done() int { return p.Stored + p.Refused }

// run is an import under way.
type run struct {
	Config
	file   *source
	state  *state
	errors *errorFile
	base   Progress
}

// Import sends the rows that have no answer yet, until all have one. Its errors are faults:
// Invalid (the file cannot be read), Precondition (the file changed since its import
// began), Unauthorized and Forbidden (the key), Unavailable (the API took no row for two
// minutes). After each of them, and after a cancelled ctx, Import may be called again.
func Import(ctx context.Context, c Config) (Progress, error) {
	r, err := begin(c)
	if err != nil {
		return Progress{}, err
	}
	err = r.sendAll(ctx)
	return r.progress(), errors.Join(err, r.end())
}

func begin(c Config) (*run, error) {
	digest, total, err := survey(c.Path)
	if err != nil {
		return nil, err
	}
	s, err := loadState(c.Path+".progress", digest, c.Again)
	if err != nil {
		return nil, err
	}
	r := &run{Config: c, state: s, base: Progress{Total: total, Skipped: s.Stored + s.Refused}}
	if r.file, err = openSource(c.Path, digest, s.Line); err != nil {
		return nil, err
	}
	if r.errors, err = openErrors(c.Path+".errors.ndjson", s.ErrorBytes); err != nil {
		return nil, errors.Join(err, r.file.Close())
	}
	return r, nil
}

func (r *run) end() error {
	return errors.Join(r.save(), r.errors.Close(), r.file.Close())
}

func (r *run) progress() Progress {
	p := r.base
	p.Stored, p.Repeated, p.Refused = r.state.Stored, r.state.Repeated, r.state.Refused
	return p
}

// save writes the errors down before the state that counts them.
func (r *run) save() error {
	size, err := r.errors.sync()
	if err != nil {
		return err
	}
	r.state.ErrorBytes = size
	return r.state.save()
}

func (r *run) sendAll(ctx context.Context) error {
	for {
		rows, err := r.file.batch()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := r.sendRows(ctx, rows); err != nil {
			return err
		}
		if err := r.save(); err != nil {
			return err
		}
	}
}

// sendRows sends the rows until each has an answer. It waits while the API takes none.
func (r *run) sendRows(ctx context.Context, rows []row) error {
	stuckSince, wait := r.Clock(), firstWait
	for len(rows) > 0 {
		answered, err := r.send(ctx, rows)
		if rows = rows[answered:]; answered > 0 {
			stuckSince, wait = r.Clock(), firstWait
		}
		if len(rows) == 0 {
			return nil
		}
		var later *notNow
		if !errors.As(err, &later) {
			return err
		}
		if r.Clock().Sub(stuckSince) > giveUpAfter {
			return fault.Wrap(later.cause, fault.Unavailable, "The API did not take line %d for %s", rows[0].line, giveUpAfter)
		}
		if err := pause(ctx, max(wait, later.after)); err != nil {
			return err
		}
		wait = min(2*wait, longestWait)
	}
	return nil
}

// notNow says that a row may be sent again.
type notNow struct {
	after time.Duration // at least
	cause error
}

func (e *notNow) Error() string { return "not now: " + e.cause.Error() }

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// settle counts a row's final answer.
func (r *run) settle(sent row, a answer) error {
	r.state.Line = sent.line
	if a.Status == http.StatusOK {
		r.state.Stored++
		if a.Repeated {
			r.state.Repeated++
		}
	} else {
		r.state.Refused++
		if err := r.errors.write(sent, a); err != nil {
			return err
		}
	}
	if r.Progress != nil {
		r.Progress(r.progress())
	}
	return nil
}
