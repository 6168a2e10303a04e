package monitoring_test

import (
	"os"
	"os/exec"
	"sync"
	"testing"
)

// installed is which of Debian's packages were asked for, and whether they are there.
var installed sync.Map

// needs sees to it that the program of Debian's package is there. Root installs it; where that
// cannot be, the test is skipped, which is counted and told.
func needs(t *testing.T, pkg, program string) {
	t.Helper()
	once, _ := installed.LoadOrStore(pkg, sync.OnceValues(func() (string, error) {
		if _, err := exec.LookPath(program); err == nil {
			return "", nil
		}
		// Without a runlevel that has services the package starts none.
		script := `apt-get update -q; RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$0"`
		said, err := exec.Command("sh", "-c", script, pkg).CombinedOutput()
		if err == nil {
			_, err = exec.LookPath(program)
		}
		return string(said), err
	}))
	if said, err := once.(func() (string, error))(); err != nil {
		if os.Getenv("CI") != "" && os.Geteuid() == 0 {
			t.Logf("apt-get: %s", said)
		}
		t.Skipf("needs Debian's package %s, which is not installed and cannot be: %v", pkg, err)
	}
}
