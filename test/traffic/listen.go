package traffic

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/test/history"
)

// silence is how long a listener hears nothing, heartbeats neither, until it takes the connection
// for broken.
const silence = 40 * time.Second

// listen hears what changes until ctx ends, and goes on where it was when a connection breaks.
func (p *party) listen(ctx context.Context) {
	for last := ""; ctx.Err() == nil; {
		last = p.hear(ctx, last)
		select {
		case <-ctx.Done():
		case <-time.After(again):
		}
	}
}

// hear listens on one connection, from the last id on, and returns the last id that it has heard.
func (p *party) hear(ctx context.Context, last string) string {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watch := time.AfterFunc(silence, cancel)
	defer watch.Stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.address()+"/v1/notifications?projections=Orders,People", http.NoBody)
	if err != nil {
		return last
	}
	request.Header.Set("Authorization", "Bearer "+p.Token)
	if last != "" {
		request.Header.Set("Last-Event-ID", last)
	}
	response, err := (&http.Client{Transport: p.client.Transport}).Do(request) // without an end
	if err != nil {
		return last
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		if response.StatusCode != http.StatusServiceUnavailable {
			p.book.failed("%s listens from %q: %s", p.Name, last, response.Status)
		}
		return last
	}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		watch.Reset(silence)
		if id, found := strings.CutPrefix(lines.Text(), "id: "); found {
			last = id
			p.told(id)
		} else if data, found := strings.CutPrefix(lines.Text(), "data: "); found {
			p.shown(data)
		}
	}
	return last
}

// told records up to which number the client knows of what has changed.
func (p *party) told(id string) {
	through, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		p.book.failed("%s hears an id that is no number: %s", p.Name, id)
		return
	}
	p.log.Record(history.Operation{Kind: history.Heard, Answered: p.log.Now(), Sequence: through})
	raise(&p.heard, through)
}

// raise sets the number unless it is higher already.
func raise(number *atomic.Int64, to int64) {
	for was := number.Load(); was < to; was = number.Load() {
		if number.CompareAndSwap(was, to) {
			return
		}
	}
}

// shown records which rows it was told of.
func (p *party) shown(data string) {
	var change struct {
		Projection string
		Keys       []uuid.UUID
	}
	if err := json.Unmarshal([]byte(data), &change); err != nil {
		p.book.failed("%s hears %s: %v", p.Name, data, err)
		return
	}
	for _, key := range change.Keys {
		p.log.Record(history.Operation{Kind: history.Row, Stream: key})
	}
}
