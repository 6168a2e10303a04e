package importer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/polderhq/polder/internal/fault"
)

// answer is what the API says of one row.
type answer struct {
	Line     int             `json:"line"` // in the request, from 1
	Status   int             `json:"status"`
	Repeated bool            `json:"repeated"`
	Problem  json.RawMessage `json:"problem"`
}

// send sends the rows in one request, settles the answers in order and returns how many
// rows have one. The error says why it ended before the last row: a *notNow, or a fault
// that sending again does not mend.
func (r *run) send(ctx context.Context, rows []row) (answered int, err error) {
	ctx, cancel := context.WithCancel(ctx) // a request that is left early is ended
	defer cancel()
	response, err := r.post(ctx, rows)
	if err != nil {
		return 0, unlessCancelled(ctx, err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return 0, refusal(response)
	}
	decoder := json.NewDecoder(response.Body)
	for answered < len(rows) {
		var a answer
		if err := decoder.Decode(&a); err != nil {
			return answered, unlessCancelled(ctx, fmt.Errorf("the answer broke off: %w", err))
		}
		if a.Line != answered+1 {
			return answered, fault.New(fault.Internal, "The API answered line %d where line %d was due", a.Line, answered+1)
		}
		if err := a.final(); err != nil {
			return answered, err
		}
		if err := r.settle(rows[answered], a); err != nil {
			return answered, err
		}
		answered++
	}
	return answered, nil
}

// final returns nil when the answer would be the same next time.
func (a answer) final() error {
	switch a.Status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable, http.StatusConflict, http.StatusInternalServerError:
		return &notNow{cause: errors.New(detail(a.Problem))}
	case http.StatusUnauthorized:
		return fault.New(fault.Unauthorized, "%s", detail(a.Problem))
	case http.StatusForbidden: // nothing is wrong with the row: the account is suspended, or the key lacks a role
		return fault.New(fault.Forbidden, "%s", detail(a.Problem))
	}
	return nil
}

func (r *run) post(ctx context.Context, rows []row) (*http.Response, error) {
	var body bytes.Buffer
	for _, row := range rows {
		body.Write(row.sent)
		body.WriteByte('\n')
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(r.URL, "/")+"/v1/commands/batch", &body)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "The URL of the API cannot be used")
	}
	request.Header.Set("Authorization", "Bearer "+r.Key)
	request.Header.Set("Content-Type", "application/x-ndjson")
	return r.Client.Do(request)
}

// unlessCancelled makes a broken connection a reason to send again, unless it was ours to break.
func unlessCancelled(ctx context.Context, err error) error {
	var known *fault.Error
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.As(err, &known) {
		return err
	}
	return &notNow{cause: err}
}

// refusal is why the API took none of the rows.
func refusal(response *http.Response) error {
	text, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	message := detail(text)
	switch code := response.StatusCode; {
	case code == http.StatusUnauthorized:
		return fault.New(fault.Unauthorized, "%s", message)
	case code == http.StatusForbidden:
		return fault.New(fault.Forbidden, "%s", message)
	case code == http.StatusNotFound:
		return fault.New(fault.NotFound, "There is no Polder API at this URL: %s", message)
	case code == http.StatusTooManyRequests, code >= http.StatusInternalServerError:
		seconds, _ := strconv.Atoi(response.Header.Get("Retry-After"))
		return &notNow{after: time.Duration(seconds) * time.Second, cause: errors.New(message)}
	default:
		return fault.New(fault.Invalid, "The API refuses the rows: %s", message)
	}
}

// detail is the sentence of a problem, or the text itself where that is none.
func detail(text []byte) string {
	var p struct{ Detail, Title string }
	if json.Unmarshal(text, &p) != nil || p.Detail == "" && p.Title == "" {
		return strings.TrimSpace(string(text))
	}
	if p.Detail == "" {
		return p.Title
	}
	return p.Detail
}
