package e2e_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"testing/fstest"

	"github.com/polderhq/polder/test/binaries"
)

// operator runs bin/admin.
type operator struct {
	*testing.T
	path string
	env  []string
}

func (p *platform) operator(t *testing.T) operator {
	t.Helper()
	return operator{t, binaries.Path(t, "admin"), append(os.Environ(), "POLDER_CATALOG_URL="+p.main.URL, "POLDER_ACTOR=olga")}
}

// command is admin about to run, with what it will say.
func (o operator) command(args ...string) (admin *exec.Cmd, out, errs *bytes.Buffer) {
	admin, out, errs = exec.Command(o.path, args...), &bytes.Buffer{}, &bytes.Buffer{}
	admin.Env, admin.Stdout, admin.Stderr = o.env, out, errs
	admin.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return admin, out, errs
}

// ok runs a command that must succeed, and returns its answer.
func (o operator) ok(args ...string) string {
	o.Helper()
	admin, out, errs := o.command(args...)
	if err := admin.Run(); err != nil {
		o.Fatalf("admin %v: %v\n%s%s", args, err, out, errs)
	}
	return out.String()
}

// into decodes the answer of a command that must succeed.
func (o operator) into(answer any, args ...string) {
	o.Helper()
	text := o.ok(append(args, "--output", "json")...)
	if err := json.Unmarshal([]byte(text), answer); err != nil {
		o.Fatalf("admin %v: %v in %s", args, err, text)
	}
}

// write writes the files to a folder.
func write(t *testing.T, files fstest.MapFS) string {
	t.Helper()
	dir := t.TempDir()
	for name, file := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
