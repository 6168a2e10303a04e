package monitoring_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Grafana's own types take our dashboards, options of panels included: a word that Grafana does not
// know is one that it ignores. What they refuse is told with the line of the dashboard.
func TestDashboardsHaveGrafanasTypes(t *testing.T) {
	types := grafanaTypes(t)
	wrong := map[string]string{ // what a dashboard says, and what it must not
		`"type": "timeseries"`: `"type": "graph"`,
		`"editable": false`:    `"editable": "no"`,
		`"showHeader": true`:   `"showHeaders": true`,
		`"unit": "s"`:          `"unit": 5`,
	}
	ours, spoilt := map[string]string{}, map[string]string{}
	for _, b := range readBoards(t) {
		text := read(t, boards+"/"+b.name+".json")
		ours[b.name] = text
		for right, not := range wrong {
			if changed := strings.Replace(text, right, not, 1); changed != text {
				spoilt[fmt.Sprint("spoilt", len(wrong))] = changed
				delete(wrong, right)
			}
		}
	}
	if len(wrong) > 0 {
		t.Errorf("no dashboard says %v any more", wrong)
	}
	if said := refused(t, types, ours); said != "" {
		t.Errorf("Grafana's types refuse our dashboards:\n%s", said)
	}
	said := refused(t, types, spoilt)
	for name := range spoilt {
		if !strings.Contains(said, name+".ts") {
			t.Errorf("Grafana's types take what they must not: %s of\n%s", name, said)
		}
	}
}

// refused returns what the compiler says against dashboards, by the names of their files.
func refused(t *testing.T, types string, dashboards map[string]string) string {
	t.Helper()
	folder := scratch(t, types)
	write(t, folder+"/tsconfig.json", `{"extends": "../tsconfig.json", "include": ["*.ts"]}`)
	for name, text := range dashboards {
		// On one line with the first brace: the compiler counts lines as the file does.
		write(t, folder+"/"+name+".ts", "import type { Dashboard } from '../dashboard'; ("+strings.TrimSpace(text)+") satisfies Dashboard;\n")
	}
	said, err := exec.CommandContext(t.Context(), types+"/node_modules/.bin/tsc", "--project", folder).Output()
	if err != nil && len(said) == 0 {
		t.Fatal(err)
	}
	return string(said)
}

// grafanaTypes is a folder with the types and their compiler, which is kept for the next time.
func grafanaTypes(t *testing.T) string {
	t.Helper()
	npm, err := exec.LookPath("npm")
	if err != nil {
		t.Skip("needs npm (Debian's package of that name): Grafana publishes its types there")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	for _, name := range []string{"package-lock.json", "dashboard.ts", "tsconfig.json"} {
		sum.Write([]byte(read(t, "grafana/"+name)))
	}
	folder := fmt.Sprintf("%s/polder/grafana-%x", cache, sum.Sum(nil)[:8])
	if _, err := os.Stat(folder); err == nil {
		return folder
	}
	if err := os.MkdirAll(cache+"/polder", 0o750); err != nil {
		t.Fatal(err)
	}
	fresh := scratch(t, cache+"/polder")
	if err := os.CopyFS(fresh, os.DirFS("grafana")); err != nil {
		t.Fatal(err)
	}
	install := exec.CommandContext(t.Context(), npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	install.Dir = fresh
	if said, err := install.CombinedOutput(); err != nil {
		t.Skipf("needs what grafana/package-lock.json names, and cannot have it: %v\n%s", err, said)
	}
	if err := os.Rename(fresh, folder); err != nil {
		t.Fatal(err)
	}
	return folder
}

// scratch is a new folder in the given one for as long as the test runs.
func scratch(t *testing.T, in string) string {
	t.Helper()
	folder, err := os.MkdirTemp(in, "scratch") //nolint:usetesting // next to what it becomes, or below the packages that it imports
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
