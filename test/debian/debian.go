// Package debian sees to it that programs of Debian's packages are there for tests that need the
// real ones.
package debian

import (
	"os"
	"os/exec"
	"testing"
)

// install waits for others who install: packages of tests run beside each other. Without a
// runlevel that has services the package starts none.
const install = `apt-get update -q; RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -q -o DPkg::Lock::Timeout=300 --no-install-recommends "$0"`

// Needs sees to it that the program of the package is there. Root installs it; where that cannot
// be, the test is skipped, which is counted and told.
func Needs(t *testing.T, pkg, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	said, err := exec.Command("sh", "-c", install, pkg).CombinedOutput()
	if err == nil {
		_, err = exec.LookPath(program)
	}
	if err != nil {
		if os.Getenv("CI") != "" && os.Geteuid() == 0 {
			t.Logf("apt-get: %s", said)
		}
		t.Skipf("needs Debian's package %s, which is not installed and cannot be: %v", pkg, err)
	}
}
