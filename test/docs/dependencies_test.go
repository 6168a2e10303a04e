package docs_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// chapters are the lists of docs/dependencies.md: each ends where the next heading begins.
var chapters = map[string]string{"../../go.mod": "# Dependencies\n", "../helm/go.mod": "## Of the chart's tests\n"}

func TestEveryDirectDependencyHasItsReason(t *testing.T) {
	for module, heading := range chapters {
		var required []string
		for line := range strings.Lines(read(t, module)) {
			fields := strings.Fields(line)
			if len(fields) == 2 && strings.HasPrefix(fields[1], "v") {
				required = append(required, fields[0])
			}
		}
		_, chapter, _ := strings.Cut(read(t, "../../docs/dependencies.md"), heading)
		chapter, _, _ = strings.Cut(chapter, "\n## ")
		var argued []string
		for _, row := range regexp.MustCompile(`(?m)^\| (\S+\.\S+) \| .+ \| .+ \|$`).FindAllStringSubmatch(chapter, -1) {
			argued = append(argued, row[1])
		}
		slices.Sort(required)
		slices.Sort(argued)
		if len(required) == 0 || !slices.Equal(required, argued) {
			t.Errorf("%s requires\n%s\ndocs/dependencies.md argues for\n%s", module, strings.Join(required, "\n"), strings.Join(argued, "\n"))
		}
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
