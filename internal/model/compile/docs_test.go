package compile_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/model/compile/problem"
	"github.com/polderhq/polder/internal/model/example"
)

const reference = "../../../docs/model.md"

var block = regexp.MustCompile("(?s)```yaml\n# ([^\n]+)\n(.*?)```")

// Each section of the reference is a model: its YAML blocks are the files.
func TestTheReferenceCompiles(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	if got, all := len(block.FindAllString(string(text), -1)), strings.Count(string(text), "```yaml"); got != all {
		t.Errorf("%d of %d blocks begin with the name of a file", got, all)
	}
	for _, section := range strings.Split(string(text), "\n## ")[1:] {
		title, _, _ := strings.Cut(section, "\n")
		files := fstest.MapFS{}
		for _, match := range block.FindAllStringSubmatch(section, -1) {
			files[match[1]] = &fstest.MapFile{Data: []byte(match[2])}
		}
		if len(files) > 0 {
			t.Run(title, func(t *testing.T) { t.Parallel(); holds(t, files) })
		}
	}
}

func holds(t *testing.T, files fstest.MapFS) {
	t.Helper()
	result, err := compile.Compile(files)
	if err != nil {
		t.Fatal(err)
	}
	release, err := model.Load(result.Canonical)
	if err != nil {
		t.Fatal(err)
	}
	for _, failure := range example.Run(release, result.Examples) {
		t.Error(failure)
	}
}

func TestTheReferenceListsEveryProblem(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	const head = "| code | |\n|---|---|\n"
	before, _, found := strings.Cut(string(text), head)
	if !found {
		t.Fatal("the reference has no table of problems")
	}
	table := head
	for _, meaning := range problem.Codes() {
		table += fmt.Sprintf("| `%s` | %s |\n", meaning.Code, meaning.Text)
	}
	golden(t, reference, before+table)
}
