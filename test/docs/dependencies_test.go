package docs_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestEveryDirectDependencyHasItsReason(t *testing.T) {
	var required []string
	for line := range strings.Lines(read(t, "../../go.mod")) {
		if fields := strings.Fields(line); len(fields) == 2 && strings.HasPrefix(fields[1], "v") {
			required = append(required, fields[0])
		}
	}
	var argued []string
	for _, row := range regexp.MustCompile(`(?m)^\| (\S+\.\S+) \| .+ \| .+ \|$`).FindAllStringSubmatch(read(t, "../../docs/dependencies.md"), -1) {
		argued = append(argued, row[1])
	}
	slices.Sort(required)
	slices.Sort(argued)
	if len(required) == 0 || !slices.Equal(required, argued) {
		t.Errorf("go.mod requires\n%s\ndocs/dependencies.md argues for\n%s", strings.Join(required, "\n"), strings.Join(argued, "\n"))
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
