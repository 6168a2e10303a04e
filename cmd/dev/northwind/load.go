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

// Load sends the commands as one batch, calls report after every answer, and returns the
// highest sequence number among the answers, for waiting until all is visible. It may run
// again after a failure: commands that were stored by then are found again by their ids.
// A command that the model refuses is an error, told with the answer's own words.
func Load(ctx context.Context, to Target, commands []Command, report func(Progress)) (int64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	body, rows := io.Pipe()
	defer body.Close() // ends the sender when the server takes no more
	go func() { _ = rows.CloseWithError(send(rows, commands)) }()
	response, err := to.Post(ctx, "/v1/commands/batch", "application/x-ndjson", body)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(response.Body, 4096))
		return 0, fmt.Errorf("batch: %s: %s", response.Status, text)
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
	Line           int             `json:"line"`
	Status         int             `json:"status"`
	SequenceNumber int64           `json:"sequenceNumber"`
	Problem        json.RawMessage `json:"problem"`
}

// readAnswers reads an answer to each command.
func readAnswers(from io.Reader, commands []Command, report func(Progress)) (int64, error) {
	t := tally{Progress: Progress{Total: len(commands)}}
	started := time.Now()
	for decoder := json.NewDecoder(from); ; {
		var a answer
		if err := decoder.Decode(&a); err == io.EOF {
			return t.last, t.verdict()
		} else if err != nil {
			return 0, fmt.Errorf("after %d of %d answers: %w", t.Done, t.Total, err)
		}
		t.add(a)
		t.Elapsed = time.Since(started)
		report(t.Progress)
	}
}

// tally counts answers and keeps the first refusals.
type tally struct {
	Progress
	last     int64 // highest sequence number
	refused  int
	refusals bytes.Buffer
}

func (t *tally) add(a answer) {
	t.Done++
	t.last = max(t.last, a.SequenceNumber)
	if a.Status == http.StatusOK {
		return
	}
	if t.refused++; t.refused <= maxRefusals {
		fmt.Fprintf(&t.refusals, "\n  line %d: %s", a.Line, a.Problem)
	}
}

func (t *tally) verdict() error {
	if t.refused > 0 {
		return fmt.Errorf("%d of %d commands were refused:%s", t.refused, t.Total, t.refusals.String())
	}
	if t.Done != t.Total {
		return fmt.Errorf("%d answers to %d commands", t.Done, t.Total)
	}
	return nil
}
