package northwind

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Target is the API that Northwind is loaded into, and a key of the account.
type Target struct {
	URL string // e.g. http://127.0.0.1:8080
	Key string
}

// Progress tells how far a load is.
type Progress struct {
	Done    int // commands answered
	Total   int
	Elapsed time.Duration
}

// Rate is the commands answered per second since the start.
func (p Progress) Rate() float64 { return float64(p.Done) / max(p.Elapsed.Seconds(), 1e-9) }

// maxRefusals is how many refused rows an error shows.
const maxRefusals = 5

// Load sends the commands as one batch, and calls report after every answer. It may run
// again after a failure: commands that were stored by then are found again by their ids.
// A command that the model refuses is an error, told with the answer's own words.
func Load(ctx context.Context, to Target, commands []Command, report func(Progress)) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	body, rows := io.Pipe()
	defer body.Close() // ends the sender when the server takes no more
	go func() { _ = rows.CloseWithError(send(rows, commands)) }()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, to.URL+"/v1/commands/batch", body)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+to.Key)
	request.Header.Set("Content-Type", "application/x-ndjson")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 4096))
		return fmt.Errorf("batch: %s: %s", response.Status, text)
	}
	return readAnswers(response.Body, commands, report)
}

func send(to io.Writer, commands []Command) error {
	buffered := bufio.NewWriterSize(to, 64<<10)
	encoder := json.NewEncoder(buffered)
	for _, command := range commands {
		row := map[string]any{"commandId": command.ID, command.Name: command.Body}
		if err := encoder.Encode(row); err != nil {
			return err
		}
	}
	return buffered.Flush()
}

// answer is a line of the API's answer to a batch.
type answer struct {
	Line    int             `json:"line"`
	Status  int             `json:"status"`
	Problem json.RawMessage `json:"problem"`
}

func readAnswers(from io.Reader, commands []Command, report func(Progress)) error {
	started, done, refused := time.Now(), 0, 0
	var refusals bytes.Buffer
	for decoder := json.NewDecoder(from); ; {
		var a answer
		if err := decoder.Decode(&a); err == io.EOF {
			break
		} else if err != nil {
			return fmt.Errorf("after %d of %d answers: %w", done, len(commands), err)
		}
		done++
		if a.Status != http.StatusOK {
			if refused++; refused <= maxRefusals {
				fmt.Fprintf(&refusals, "\n  line %d: %s", a.Line, a.Problem)
			}
		}
		report(Progress{Done: done, Total: len(commands), Elapsed: time.Since(started)})
	}
	if refused > 0 {
		return fmt.Errorf("%d of %d commands were refused:%s", refused, len(commands), refusals.String())
	}
	if done != len(commands) {
		return fmt.Errorf("%d answers to %d commands", done, len(commands))
	}
	return nil
}
