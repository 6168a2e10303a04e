package httpapi

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"regexp"
	"regexp/syntax"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
)

func TestIfMatch(t *testing.T) {
	t.Parallel()
	if revision, err := parseIfMatch(`"3"`); err != nil || *revision != 3 {
		t.Errorf("%v, error %v", revision, err)
	}
	if revision, err := parseIfMatch(""); err != nil || revision != nil {
		t.Errorf("%v, error %v; want none", revision, err)
	}
	for _, text := range []string{"3", `"3`, `3"`, `""`, `"x"`, `"-1"`, `"1.0"`, `W/"3"`, "*", `"3", "4"`, `"99999999999"`} {
		if _, err := parseIfMatch(text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: error = %v, want invalid", text, err)
		}
	}
}

func TestIDs(t *testing.T) {
	t.Parallel()
	if _, err := parseID("x", exampleID); err != nil {
		t.Error(err)
	}
	for _, text := range []string{"", "1", "{" + exampleID + "}", "urn:uuid:" + exampleID, strings.ReplaceAll(exampleID, "-", ""), uuid.Nil.String()} {
		if _, err := parseID("x", text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: error = %v, want invalid", text, err)
		}
	}
}

func TestLinesAreBounded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxBody+1)
	lines := newLineReader(strings.NewReader("one\r\n\n \n" + long + "\nfive\n" + strings.Repeat("y", maxBody)))
	want := []struct {
		number, length int
		kind           fault.Kind
	}{{1, 5, 0}, {4, 0, fault.TooLarge}, {5, 5, 0}, {6, maxBody, 0}}
	for _, w := range want {
		line, err := lines.next()
		if lines.number != w.number || len(line) != w.length || (err != nil) != (w.kind != 0) || err != nil && !fault.Is(err, w.kind) {
			t.Errorf("line %d of %d bytes, error %v; want %+v", lines.number, len(line), err, w)
		}
	}
	if _, err := lines.next(); !errors.Is(err, io.EOF) {
		t.Errorf("error = %v, want the end", err)
	}
}

func TestEveryKindHasAStatus(t *testing.T) {
	t.Parallel()
	for kind := fault.Internal; kind <= fault.Unavailable; kind++ {
		p := newProblem(fault.New(kind, "why"), "id")
		if p.Status < 400 || p.Title != http.StatusText(p.Status) || p.Detail != "why" || p.Type != "urn:polder:problem:"+kind.String() {
			t.Errorf("%v: %+v", kind, p)
		}
	}
}

func TestProblemKeepsTheCauseToItself(t *testing.T) {
	t.Parallel()
	for _, err := range []error{errors.New("password=secret"), fault.Wrap(errors.New("password=secret"), fault.Unavailable, "Away")} {
		if p := newProblem(err, "id"); strings.Contains(p.Detail, "secret") || p.Detail == "" {
			t.Errorf("detail = %q", p.Detail)
		}
	}
}

func TestOnlyTheLastChangeOfAPageHasAnID(t *testing.T) {
	t.Parallel()
	key := uuid.MustParse(exampleID)
	text := encodeChanges([]change{
		{Projection: "Orders", SequenceNumber: 7, Keys: []uuid.UUID{key}},
		{Projection: "Orders", Via: "CustomerNames", SequenceNumber: 8, Keys: []uuid.UUID{key}},
	}, 9)
	want := `data: {"projection":"Orders","sequenceNumber":7,"keys":["` + exampleID + `"]}` + "\n\n" +
		"id: 9\n" + `data: {"projection":"Orders","via":"CustomerNames","sequenceNumber":8,"keys":["` + exampleID + `"]}` + "\n\n"
	if !bytes.Equal(text, []byte(want)) {
		t.Errorf("got\n%swant\n%s", text, want)
	}
}

func TestShortestMatchMatches(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{`[A-Z]{2}[0-9A-Z]{2,12}`, `NL\d{9}B\d{2}`, `(a|b)+c?`, `.{3}`, `[1-9]\d{3} ?[A-Z]{2}`, `^[^@\s]+@[^@\s]+$`, `x*`, `(?i)ab`} {
		parsed, err := syntax.Parse(pattern, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		if text := shortestMatch(parsed); !regexp.MustCompile(`^(?:`+pattern+`)$`).MatchString(text) || strings.Contains(text, "\x00") {
			t.Errorf("%s does not match %q", pattern, text)
		}
	}
}
