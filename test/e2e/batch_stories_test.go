package e2e_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"
)

// rowAnswer is a line of a batch's answer.
type rowAnswer struct {
	Line, Status int
	CommandID    uuid.UUID
	Repeated     bool
	Streams      []struct{ StreamRevision int }
	Problem      *problem
}

func (a *answer) rows(t *testing.T) []rowAnswer {
	t.Helper()
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "application/x-ndjson" {
		t.Fatalf("status %d, content type %q: %s", a.status, a.header.Get("Content-Type"), a.body)
	}
	var rows []rowAnswer
	for line := range strings.Lines(string(a.body)) {
		var r rowAnswer
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		rows = append(rows, r)
	}
	return rows
}

func batch(t *testing.T, p *platform) {
	c := p.newClient(t)
	person, customer := uuid.New(), uuid.New()
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	add(`{"RegisterPersonCommand": {"PersonId": %q, "Name": "Linus 0"}}`, person)
	add(`{"AssignCustomerCommand": {"CustomerId": %q, "PartyId": %q}}`, customer, person) // needs the row before
	for i := range 50 {
		add(`{"RenamePersonCommand": {"PersonId": %q, "Name": "Linus %d"}}`, person, i+1)
		add(`{"PlaceOrderCommand": {"CustomerId": %q, "OrderLines": [{"ProductName": "Chai", "UnitPrice": 1}]}}`, customer)
	}
	add(`nonsense`)
	add(`{"RenamePersonCommand": {"PersonId": %q, "Name": "Linus 50"}}`, person) // that is the name already
	add(``)
	add(`{"RegisterPersonCommand": {"Name": "%s"}}`, strings.Repeat("x", 1<<20))
	add(`{"commandId": %q, "expectedRevision": 51, "RenamePersonCommand": {"PersonId": %q, "Name": "Linus Torvalds"}}`, uuid.New(), person)
	rows := c.send("POST", "/v1/commands/batch", strings.Join(lines, "\n")).rows(t)
	want := map[int]int{103: 400, 104: 422, 106: 413}
	if len(rows) != len(lines)-1 {
		t.Fatalf("%d answers to %d rows", len(rows), len(lines)-1)
	}
	revision := 0
	for i, r := range rows {
		if line := i + 1; i < 104 && r.Line != line || i >= 104 && r.Line != line+1 {
			t.Errorf("answer %d is to line %d", i+1, r.Line)
		}
		status := http.StatusOK
		if want[r.Line] != 0 {
			status = want[r.Line]
		}
		if r.Status != status || (r.Problem == nil) != (status == http.StatusOK) || r.Status == 200 && r.CommandID == uuid.Nil {
			t.Errorf("line %d: %+v %+v", r.Line, r, r.Problem)
		}
		if r.Status == http.StatusOK && strings.Contains(lines[r.Line-1], "RenamePerson") {
			if now := r.Streams[0].StreamRevision; now <= revision {
				t.Errorf("line %d: revision %d after %d", r.Line, now, revision)
			} else {
				revision = now
			}
		}
	}
	if found := c.query(`{"GetPeople": {"PersonId": %q, "$minSequenceNumber": 103, "$wait": "10s"}}`, person); found.Items[0]["Name"] != "Linus Torvalds" {
		t.Errorf("at last: %v", found.Items)
	}
}

func batchAgain(t *testing.T, p *platform) {
	c := p.newClient(t)
	var lines strings.Builder
	for i := range 20 {
		fmt.Fprintf(&lines, `{"RegisterPersonCommand": {"Name": "Linus %d"}}`+"\n", i)
	}
	key := uuid.NewString()
	first := c.send("POST", "/v1/commands/batch", lines.String(), "Idempotency-Key", key).rows(t)
	again := c.send("POST", "/v1/commands/batch", lines.String(), "Idempotency-Key", key).rows(t)
	for i, r := range again {
		if r.Status != http.StatusOK || !r.Repeated || first[i].Repeated || r.CommandID != first[i].CommandID {
			t.Errorf("again: %+v after %+v", r, first[i])
		}
	}
	if found := c.query(`{"GetPeople": {"$minSequenceNumber": 20, "$wait": "10s"}}`); len(found.Items) != 20 || found.SequenceNumber != 20 {
		t.Errorf("%d people at %d, want 20", len(found.Items), found.SequenceNumber)
	}
}

// openBatch begins a batch with a row, and returns where more rows go and answers come.
func (c *client) openBatch() (io.WriteCloser, *bufio.Scanner) {
	c.t.Helper()
	body, rows := io.Pipe()
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.url+"/v1/commands/batch", body)
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+c.token)
	answered := make(chan *http.Response, 1)
	go func() {
		defer close(answered)
		if response, err := http.DefaultClient.Do(request); err == nil {
			answered <- response
		}
	}()
	sendRow(c.t, rows)
	response := <-answered
	if response == nil {
		c.t.Fatal("the batch is not taken")
	}
	c.t.Cleanup(func() { _ = response.Body.Close() })
	return rows, bufio.NewScanner(response.Body)
}

func sendRow(t *testing.T, to io.Writer) {
	t.Helper()
	if _, err := fmt.Fprintln(to, `{"RegisterPersonCommand": {"Name": "Linus Torvalds"}}`); err != nil {
		t.Fatal(err)
	}
}

// batchStreams: a client may look at an answer before it sends the next row.
func batchStreams(t *testing.T, p *platform) {
	rows, answers := p.newClient(t).openBatch()
	for i := range 3 {
		if !answers.Scan() || !strings.Contains(answers.Text(), fmt.Sprintf(`"line":%d,"status":200`, i+1)) {
			t.Fatalf("answer %q, %v", answers.Text(), answers.Err())
		}
		sendRow(t, rows)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	if !answers.Scan() || answers.Scan() {
		t.Errorf("after the last row: %q, %v", answers.Text(), answers.Err())
	}
}
