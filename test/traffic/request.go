package traffic

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/test/history"
)

// Acknowledged is a command that was said to be stored.
type Acknowledged struct {
	CommandID      uuid.UUID
	SequenceNumber int64
	Streams        []struct {
		StreamID       uuid.UUID
		StreamRevision int32
	}
}

func (a Acknowledged) stream() uuid.UUID {
	if len(a.Streams) == 0 {
		return uuid.Nil
	}
	return a.Streams[0].StreamID
}

func (a Acknowledged) revision() int32 {
	if len(a.Streams) == 0 {
		return 0
	}
	return a.Streams[0].StreamRevision
}

// page answers a query.
type page struct {
	SequenceNumber int64
	Stale          bool
	Items          []map[string]any
}

const (
	again    = 100 * time.Millisecond // until a client sends a request again, times how often it did, up to
	mostly   = time.Second
	patience = 3 * time.Minute // of a client that sends it again and again
)

// request is one to the API.
type request struct {
	path, token, body string
	header            map[string]string
}

// refusal is an answer that says no.
type refusal struct {
	status int
	text   []byte
}

func (r *refusal) Error() string { return fmt.Sprintf("%d: %s", r.status, r.text) }

// away reports whether the error means that a part of the platform is away: there was no answer, or
// one that says so.
func away(err error) bool {
	var no *refusal
	return err != nil && (!errors.As(err, &no) || no.status == http.StatusServiceUnavailable)
}

// command sends the command under a key of its own until it is answered.
func (p *party) command(ctx context.Context, body string) (Acknowledged, error) {
	return p.commandOr(ctx, body, nil)
}

// commandOr sends the command; an answer of one of the statuses is one that is expected, and no
// failure. The header is the revision that the command must find, if any.
func (p *party) commandOr(ctx context.Context, body string, header map[string]string, expected ...int) (a Acknowledged, err error) {
	o := history.Operation{Kind: history.Command, Command: uuid.New()}
	r := request{path: "/v1/commands", token: p.Token, body: body, header: map[string]string{"Idempotency-Key": o.Command.String()}}
	for name, value := range header {
		r.header[name] = value
	}
	p.book.count(&p.book.commands)
	err = p.answered(ctx, r, &a, &o)
	var no *refusal
	switch {
	case err == nil:
		o.Outcome, o.Sequence, o.Stream, o.Revision = history.Acknowledged, a.SequenceNumber, a.stream(), a.revision()
		p.book.count(&p.book.acknowledged)
		raise(&p.written, a.SequenceNumber)
	case errors.As(err, &no) && no.status < http.StatusInternalServerError:
		o.Outcome = history.Refused
		if is(no.status, expected) {
			p.book.count(&p.book.refused)
			break
		}
		p.book.failed("%s: %v, to %s", p.Name, err, body)
	default:
		p.book.failed("%s: %v, to %s", p.Name, err, body)
	}
	p.log.Record(o)
	return a, err
}

func is(status int, one []int) bool {
	for _, s := range one {
		if s == status {
			return true
		}
	}
	return false
}

// query asks, and records of which number the answer is and what it shows. It must be of the number
// asked for at least, when that is not 0.
func (p *party) query(ctx context.Context, body string, asked int64) (found page, err error) {
	o := history.Operation{Kind: history.Query, Asked: asked}
	p.book.count(&p.book.queries)
	r := request{path: "/v1/queries", token: p.Token, body: body}
	for {
		found = page{}
		if err = p.answered(ctx, r, &found, &o); err != nil {
			p.book.failed("%s: %v, to %s", p.Name, err, body)
			return found, err
		}
		// An answer that says how old it is keeps its word; the client asks again.
		if asked == 0 || !found.Stale && found.SequenceNumber >= asked || o.Answered-o.Sent > patience {
			break
		}
	}
	o.Sequence = found.SequenceNumber
	p.log.Record(o)
	for _, item := range found.Items {
		for _, key := range []string{"OrderId", "PersonId"} {
			text, _ := item[key].(string)
			if id, err := uuid.Parse(text); err == nil {
				p.log.Record(history.Operation{Kind: history.Row, Stream: id})
			}
		}
	}
	return found, nil
}

// answered sends the request until there is an answer, and notes in o how long that took. Only what
// had no answer because a part of the platform was away is sent again, to the next of the addresses.
func (p *party) answered(ctx context.Context, r request, into any, o *history.Operation) error {
	if o.Attempts == 0 {
		o.Sent = p.log.Now()
	}
	for {
		sent := time.Now()
		o.Attempts++
		err := p.post(ctx, p.address(), r, into)
		o.Answered = p.log.Now()
		switch {
		case err == nil:
			p.book.took(r.path, time.Since(sent))
			return nil
		case !away(err), !p.book.tolerates(sent), o.Answered-o.Sent > patience:
			return err
		}
		p.book.count(&p.book.retried)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(min(time.Duration(o.Attempts)*again, mostly)):
		}
	}
}

// post sends the request to an address once.
func (t *Traffic) post(ctx context.Context, address string, r request, into any) error {
	posted, err := http.NewRequestWithContext(ctx, http.MethodPost, address+r.path, bytes.NewReader([]byte(r.body)))
	if err != nil {
		return err
	}
	posted.Header.Set("Authorization", "Bearer "+r.token)
	for name, value := range r.header {
		posted.Header.Set(name, value)
	}
	response, err := t.client.Do(posted)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return &refusal{response.StatusCode, text}
	}
	return json.Unmarshal(text, into)
}
