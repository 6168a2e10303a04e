package importer

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
)

func TestARowGetsAnIDUnlessItHasOne(t *testing.T) {
	t.Parallel()
	id := uuid.MustParse("11111111-1111-4111-8111-111111111111")
	for row, want := range map[string]string{
		`{"ACommand": {}}`:                     `{"commandId":"` + id.String() + `","ACommand": {}}`,
		`{}`:                                   `{"commandId":"` + id.String() + `"}`,
		`{"ACommand": {}, "commandId": "own"}`: `{"ACommand": {}, "commandId": "own"}`,
		`[1]`:                                  `[1]`,
		`null`:                                 `null`,
		`not JSON`:                             `not JSON`,
		`{"ACommand": {"commandId": "inner"}}`: `{"commandId":"` + id.String() + `","ACommand": {"commandId": "inner"}}`,
	} {
		if got := string(withCommandID([]byte(row), id)); got != want {
			t.Errorf("%s is sent as %s, want %s", row, got, want)
		}
	}
}

func FuzzARowKeepsItsMembers(f *testing.F) {
	f.Add(`{"PlaceOrderCommand": {"OrderId": "1"}}`)
	f.Add(`{ }`)
	f.Add(`{"a":1,"a":2}`)
	f.Fuzz(func(t *testing.T, row string) {
		row = strings.TrimSpace(row)
		var before, after map[string]json.RawMessage
		sent := withCommandID([]byte(row), uuid.New())
		if json.Unmarshal([]byte(row), &before) != nil || before == nil {
			if string(sent) != row {
				t.Fatalf("%q was changed to %q", row, sent)
			}
			return
		}
		if err := json.Unmarshal(sent, &after); err != nil {
			t.Fatalf("%q became %q: %v", row, sent, err)
		}
		if _, own := before["commandId"]; !own {
			delete(after, "commandId")
		}
		if len(after) != len(before) {
			t.Fatalf("%q became %q", row, sent)
		}
	})
}

func TestBatchesFollowTheFile(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/rows.ndjson"
	big := `{"ACommand": {"Text": "` + strings.Repeat("x", batchSize/3) + `"}}`
	text := big + "\r\n" + big + "\n\n" + big + "\n" + big + "\n" + strings.Repeat(`{"B": {}}`+"\n", batchRows+1)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	digest, total, err := survey(path)
	if err != nil || total != batchRows+5 {
		t.Fatalf("%d rows (%v), want %d", total, err, batchRows+5)
	}
	var lines, sizes []int
	for from := 0; ; {
		s, err := openSource(path, digest, from) // as a run that was interrupted after each batch
		if err != nil {
			t.Fatal(err)
		}
		rows, err := s.batch()
		_ = s.Close()
		if errors.Is(err, io.EOF) {
			break
		}
		sizes = append(sizes, len(rows))
		for _, r := range rows {
			lines = append(lines, r.line)
			from = r.line
		}
	}
	if len(lines) != total || lines[0] != 1 || lines[2] != 4 || lines[total-1] != total+1 {
		t.Errorf("lines %d ... %d, %d in all; want each once, the blank one left out", lines[0], lines[len(lines)-1], len(lines))
	}
	if sizes[0] != 2 {
		t.Errorf("the first batch has %d rows of a third of the bytes that one may have", sizes[0])
	}
}

func TestOnePassGivesTheSameIDsAsMany(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/rows.ndjson"
	if err := os.WriteFile(path, []byte("{\"A\":{}}\n{\"A\":{}}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	digest, _, _ := survey(path)
	whole, _ := openSource(path, digest, 0)
	defer whole.Close()
	rows, _ := whole.batch()
	rest, _ := openSource(path, digest, 1)
	defer rest.Close()
	again, _ := rest.batch()
	if len(rows) != 2 || len(again) != 1 || string(rows[1].sent) != string(again[0].sent) || string(rows[0].sent) == string(rows[1].sent) {
		t.Errorf("rows %+v, from the second line on %+v", rows, again)
	}
}

func TestALineWithoutEndIsRefused(t *testing.T) {
	t.Parallel()
	path := t.TempDir() + "/rows.ndjson"
	if err := os.WriteFile(path, make([]byte, longestLine+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := survey(path); !fault.Is(err, fault.TooLarge) {
		t.Errorf("error is %v", err)
	}
}
