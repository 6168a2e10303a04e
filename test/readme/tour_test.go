package readme_test

import (
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/polderhq/polder/internal/pgtest"
)

// want is what the newcomer must have seen by the end of the tour, in this order.
var want = []string{
	"Polder runs",
	`"CustomerName":"Alfreds Futterkiste"`,
	`"streamId":"0b81b458-7671-4e9b-844b-9934255f5406"`,
	`"streamId":"0b81b458-7671-4e9b-844b-9934255f5406"`, // the repeated command's answer
	`"CustomerName":"Linus Torvalds"`,
	`An order needs at least one line`,
	`0b81b458-7671-4e9b-844b-9934255f5406`, // the notification
	"OrderConfirmedEvent",                  // the history
	"append-only",                          // doctor
	`"items":[]`,                           // the second company sees nothing
}

func TestEveryBlockOfTheTourWorks(t *testing.T) {
	copied := copyCheckout(t)
	readme, err := os.ReadFile(filepath.Join(copied, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```sh\n(.*?)^```$").FindAllStringSubmatch(string(readme), -1)
	if len(blocks) < 8 {
		t.Fatalf("only %d blocks found: this test is blind", len(blocks))
	}
	var script strings.Builder
	for _, block := range blocks {
		script.WriteString(block[1])
	}
	tour := exec.CommandContext(t.Context(), "sh", "-euc", script.String())
	tour.Dir = copied
	tour.Env = append(os.Environ(), fmt.Sprintf("API_PORT=%d", freePort(t)), fmt.Sprintf("PROJECTOR_PORT=%d", freePort(t)))
	out, err := tour.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	rest := string(out)
	for _, text := range want {
		_, after, found := strings.Cut(rest, text)
		if !found {
			t.Fatalf("%q is missing, or comes too early, in:\n%s", text, out)
		}
		rest = after
	}
}

// copyCheckout copies the repository without what was built or stored there into a folder
// with a space in its path; what runs in the copy at the end is stopped.
func copyCheckout(t *testing.T) string {
	t.Helper()
	copied := filepath.Join(filepath.Dir(pgtest.ServerDir(t)), "polder")
	t.Cleanup(func() {
		clean := exec.Command("make", "clean")
		clean.Dir = copied
		if out, err := clean.CombinedOutput(); err != nil {
			t.Errorf("make clean: %v\n%s", err, out)
		}
	})
	if err := copyTree(filepath.Join("..", ".."), copied); err != nil {
		t.Fatal(err)
	}
	return copied
}

func copyTree(from, to string) error {
	return filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		switch {
		case entry.IsDir() && (rel == ".git" || rel == ".polder" || rel == "bin"):
			return filepath.SkipDir
		case rel == ".git": // a file in a worktree
			return nil
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o755)
		case !entry.Type().IsRegular():
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(to, rel), text, 0o755)
	})
}

func freePort(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}
