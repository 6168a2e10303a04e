package monitoring_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const runbooks = "../../docs/runbooks"

func TestEveryAlertHasARunbookAndEveryRunbookAnAlert(t *testing.T) {
	t.Parallel()
	var alerts, books []string
	for _, r := range readRules(t) {
		if !slices.Contains(alerts, r.Alert) {
			alerts = append(alerts, r.Alert)
		}
	}
	for _, path := range glob(t, runbooks+"/*.md") {
		name := strings.TrimSuffix(filepath.Base(path), ".md")
		books = append(books, name)
		text := read(t, path)
		at := -1
		for _, part := range []string{"# " + name + "\n", "\n## Meaning\n", "\n## Impact\n", "\n## Diagnosis\n", "\n## Mitigation\n"} {
			found := strings.Index(text, part)
			if found <= at {
				t.Errorf("%s: %q is missing, or at another place", path, strings.TrimSpace(part))
			}
			at = found
		}
		if !strings.Contains(text, "```sh") {
			t.Errorf("%s has no command", path)
		}
	}
	slices.Sort(alerts)
	slices.Sort(books)
	if !slices.Equal(alerts, books) {
		t.Errorf("there are alerts\n%v\nand runbooks\n%v", alerts, books)
	}
	guide := read(t, "../../docs/monitoring.md")
	for _, name := range alerts {
		if !strings.Contains(guide, "(runbooks/"+name+".md)") {
			t.Errorf("docs/monitoring.md does not lead to the runbook of %s", name)
		}
	}
}

var (
	shell    = regexp.MustCompile("(?ms)^```sh\n(.*?)^```$")
	exitCode = regexp.MustCompile(`# exit code (\d+)`)
	restart  = regexp.MustCompile(`(?m)^kubectl .*rollout restart deployment/polder-(\w+)$`)
)

// follow does what the runbook of the alert says, one block after another, and returns what was shown.
// Restarting a Deployment is starting the process anew here.
func (i *installation) follow(alert string, knows map[string]string) string {
	i.Helper()
	var shown strings.Builder
	for _, block := range shell.FindAllStringSubmatch(read(i.T, filepath.Join(runbooks, alert+".md")), -1) {
		text := block[1]
		if match := restart.FindStringSubmatch(text); match != nil {
			i.stop(match[1] + "-1")
			i.start(match[1] + "-1")
			text = restart.ReplaceAllString(text, "")
		}
		want := 0
		if match := exitCode.FindStringSubmatch(text); match != nil {
			want, _ = strconv.Atoi(match[1])
		}
		cmd := exec.CommandContext(i.Context(), "sh", "-eu", "-c", text)
		cmd.Env = i.env(knows)
		said, _ := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code != want {
			i.Fatalf("runbook of %s:\n%s\nends with %d, want %d:\n%s", alert, text, code, want, said)
		}
		fmt.Fprintf(&shown, "%s", said)
	}
	return shown.String()
}
