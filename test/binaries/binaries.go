// Package binaries gives tests the programs as they are shipped. They are built once for all test
// binaries of a checkout, with the settings of `make build`: a second set of settings would compile every
// package a second time.
package binaries

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// Path returns where the program is: api, projector, admin or dev.
func Path(t testing.TB, name string) string { return filepath.Join(Dir(t), name) }

// Dir returns the folder that all programs are in. It outlives the tests: the next that ask find it, and
// what has changed since is built anew.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := built()
	if err != nil {
		t.Fatalf("build the programs: %v", err)
	}
	return dir
}

var built = sync.OnceValues(build)

// build builds under a lock that all test binaries share, so that the first one does and the others wait.
func build() (string, error) {
	module, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", err
	}
	root := filepath.Dir(strings.TrimSpace(string(module)))
	dir := filepath.Join(root, ".polder", "test-bin")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	lock, err := os.Open(dir)
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	command := exec.Command("go", "build", "-buildvcs=false", "-trimpath", "-o", dir+string(filepath.Separator), "./cmd/api", "./cmd/projector", "./cmd/admin", "./cmd/dev")
	command.Dir, command.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if said, err := command.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, said)
	}
	return dir, nil
}
