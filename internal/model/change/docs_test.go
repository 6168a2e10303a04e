package change_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/change"
	"github.com/polderhq/polder/internal/model/compile"
)

const reference = "../../../docs/changes.md"

var (
	block  = regexp.MustCompile("(?s)```yaml\n# ([^\n]+)\n(.*?)```")
	events = regexp.MustCompile("(?s)```events\n(.*?)```")
	pasts  = regexp.MustCompile("(?s)```history\n(.*?)becomes:\n(.*?)```")
)

// Each operation of the reference is a model before, a set, a model after, and stored events
// with what is read of them.
func TestTheReferenceHolds(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range strings.Split(string(text), "\n### ")[1:] {
		title, _, _ := strings.Cut(section, "\n")
		t.Run(strings.ReplaceAll(title, " ", "_"), func(t *testing.T) { t.Parallel(); holds(t, section) })
	}
}

func holds(t *testing.T, section string) {
	t.Helper()
	before, after := fstest.MapFS{}, fstest.MapFS{}
	for _, match := range block.FindAllStringSubmatch(section, -1) {
		file, body := match[1], &fstest.MapFile{Data: []byte(match[2])}
		switch old, isOld := strings.CutPrefix(file, "before: "); {
		case isOld:
			before[old] = body
		default:
			after[strings.TrimPrefix(file, "after: ")] = body
		}
	}
	if len(before) == 0 || len(after) < 2 {
		t.Fatal("it shows no model before, no set or no model after")
	}
	old, release := loaded(t, compiledFiles(t, before)), loaded(t, compiledFiles(t, after))
	shown := events.FindStringSubmatch(section)
	if shown == nil {
		t.Fatal("it shows no events")
	}
	checkAll(t, shown[1], "stored:", "read:", old, release)
	back, _ := onto(t, old.IR(), release.IR())
	checkAll(t, shown[1], "new:", "back:", release, loaded(t, back))
	stays(t, old.IR(), back)
	for _, past := range pasts.FindAllStringSubmatch(section, -1) {
		rewrite, err := change.NewRewrite(release.IR(), "2.0")
		if err != nil {
			t.Fatal(err)
		}
		got, err := rewrite.All(history(t, past[1]))
		if err != nil || tell(got) != strings.TrimSpace(past[2]) {
			t.Errorf("%sbecomes\n%s\n%v", past[1], tell(got), err)
		}
	}
}

// checkAll checks what each event of one release is in another.
func checkAll(t *testing.T, shown, of, is string, from, to *model.Release) {
	t.Helper()
	for _, example := range strings.Split("\n"+shown, "\n"+of)[1:] {
		stored, want, found := strings.Cut(example, "\n"+is)
		want, _, _ = strings.Cut(want, "\nnew:")
		stored, want = strings.TrimSpace(stored), strings.TrimSpace(strings.ReplaceAll(want, "\n        ", "\n"))
		if !found || read(t, from, stored) != stored {
			t.Errorf("%s is not what the model stores, or nothing becomes of it", stored)
		}
		if got := read(t, to, stored); got != want {
			t.Errorf("%s\nis read as %s\nnot as     %s", stored, got, want)
		}
	}
}

func compiledFiles(t testing.TB, files fstest.MapFS) *model.IR {
	t.Helper()
	result, err := compile.Compile(files)
	if err != nil {
		t.Fatal(err)
	}
	return result.IR
}

func TestTheReferenceHasEveryOperation(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	kinds := regexp.MustCompile(`"((?:add|delete|update|merge|split|rename|move) [a-z]+)": \{\n`).FindAllStringSubmatch(string(change.JSONSchema()), -1)
	if len(kinds) != 17 {
		t.Errorf("the language has %d operations", len(kinds))
	}
	for _, kind := range kinds {
		if !strings.Contains(string(text), "\n### "+kind[1]+"\n") {
			t.Errorf("%s is not in %s", kind[1], reference)
		}
	}
}
