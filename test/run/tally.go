package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
)

// event is one line of `go test -json`, see `go doc test2json`.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

// tally counts results and keeps the output of tests that may still fail. Several runs may add to it at once.
type tally struct {
	mu      sync.Mutex // of all that follows
	out     io.Writer
	pending map[string][]string // output of running tests, by package and test
	passed  int
	failed  []string
	skipped []string // with the reason
	leaks   []string // tests in whose output, which holds the logs of processes, a secret stands
}

// secrets are what nobody may find in a log: API keys, passwords in addresses of databases,
// and private keys.
var secrets = regexp.MustCompile(`polder_[a-z2-7]{16}_[a-z2-7]{52}|postgres(ql)?://[^:/@\s"]*:[^@/\s"]+@|PRIVATE KEY-----`)

// figureMark starts what a test logs for everybody to see, also when it passes.
const figureMark = "figure: "

func newTally(out io.Writer) *tally { return &tally{out: out, pending: map[string][]string{}} }

func (t *tally) add(e event) {
	t.mu.Lock()
	defer t.mu.Unlock()
	key := e.Package + " " + e.Test
	switch e.Action {
	case "output":
		t.output(key, e)
	case "build-output":
		fmt.Fprint(t.out, e.Output)
	case "pass":
		t.end(e, func() { t.passed++ })
	case "skip":
		t.end(e, func() { t.skipped = append(t.skipped, key+": "+reason(t.pending[key])) })
	case "fail":
		fmt.Fprint(t.out, strings.Join(t.pending[key], ""))
		t.failed = append(t.failed, strings.TrimSpace(key))
		delete(t.pending, key)
	}
}

// output shows the packages' own lines at once and keeps the tests' for when they fail.
func (t *tally) output(key string, e event) {
	if _, figure, ok := strings.Cut(e.Output, figureMark); ok {
		fmt.Fprint(t.out, "\t", figure)
	}
	if secrets.MatchString(e.Output) && !slices.Contains(t.leaks, key) {
		t.leaks = append(t.leaks, key)
	}
	if e.Test != "" {
		t.pending[key] = append(t.pending[key], e.Output)
		return
	}
	if e.Output != "PASS\n" && !strings.Contains(e.Output, "[no test files]") && !strings.Contains(e.Output, "no tests to run") {
		fmt.Fprint(t.out, e.Output)
	}
}

// end counts a test, but not a package: those have a line of their own.
func (t *tally) end(e event, count func()) {
	if e.Test != "" {
		count()
	}
	delete(t.pending, e.Package+" "+e.Test)
}

// reason is the message given to t.Skip: the line before the test's closing line.
func reason(output []string) string {
	for _, line := range output {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "===") && !strings.HasPrefix(line, "---") {
			return line
		}
	}
	return "no reason given"
}

func (t *tally) print(out io.Writer, took time.Duration) {
	for _, skip := range t.skipped {
		fmt.Fprintln(out, "skipped", skip)
	}
	for _, name := range t.failed {
		fmt.Fprintln(out, "failed ", name)
	}
	for _, name := range t.leaks {
		fmt.Fprintln(out, "logs a secret:", name)
	}
	fmt.Fprintf(out, "%d tests passed, %d failed, %d skipped in %s\n",
		t.passed, len(t.failed), len(t.skipped), took.Round(time.Second))
}

func (t *tally) verdict() error {
	if len(t.failed) > 0 {
		return errors.New("some tests failed")
	}
	if len(t.leaks) > 0 {
		return errors.New("an API key, a password or a private key stands in a log; see the tests above with -run and -v")
	}
	if t.passed == 0 {
		return errors.New("no test ran")
	}
	return nil
}
