package traffic

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/google/uuid"
)

// Acknowledged is a command that was said to be stored.
type Acknowledged struct {
	CommandID      uuid.UUID
	SequenceNumber int64
	Streams        []struct{ StreamID uuid.UUID }
}

func (a Acknowledged) stream() uuid.UUID {
	if len(a.Streams) == 0 {
		return uuid.Nil
	}
	return a.Streams[0].StreamID
}

// page answers a query.
type page struct {
	SequenceNumber int64
	Stale          bool
	Items          []map[string]any
}

// again is how long a client waits before it sends a request again.
const again = 100 * time.Millisecond

// command sends the command under a key of its own until it is answered.
func (p *party) command(ctx context.Context, body string) (a Acknowledged, err error) {
	key := uuid.New()
	p.book.count(&p.book.commands)
	if err = p.answered(ctx, "/v1/commands", body, &a, "Idempotency-Key", key.String()); err == nil {
		p.book.acknowledge(p.Account, a)
	}
	return a, err
}

func (p *party) query(ctx context.Context, body string) (found page, err error) {
	p.book.count(&p.book.queries)
	return found, p.answered(ctx, "/v1/queries", body, &found)
}

// answered sends the request until there is an answer, or it has failed. Only what had no answer
// because a part of the platform was away is sent again.
func (p *party) answered(ctx context.Context, path, body string, into any, header ...string) error {
	for {
		sent := time.Now()
		away, err := p.post(ctx, path, body, into, header...)
		switch {
		case err == nil:
			p.book.took(path, time.Since(sent))
			return nil
		case !away || !p.book.tolerates(sent):
			p.book.failed("%s %s: %v, to %s", p.Name, path, err, body)
			return err
		}
		p.book.count(&p.book.retried)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(again):
		}
	}
}

// post sends the request once. It reports whether an error means that a part is away.
func (p *party) post(ctx context.Context, path, body string, into any, header ...string) (away bool, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, p.URL+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return false, err
	}
	request.Header.Set("Authorization", "Bearer "+p.Token)
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := p.client.Do(request)
	if err != nil {
		return true, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return true, err
	}
	if response.StatusCode != http.StatusOK {
		return response.StatusCode == http.StatusServiceUnavailable, fmt.Errorf("%s: %s", response.Status, text)
	}
	return false, json.Unmarshal(text, into)
}
