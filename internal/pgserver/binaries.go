package pgserver

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
)

// ErrNotInstalled says that no PostgreSQL server of a supported version was found.
var ErrNotInstalled = errors.New("no PostgreSQL server (15 or later) found; install it as root: apt-get install postgresql")

// oldest is the first major version that Polder is tested with.
const oldest = 15

// findBinaries returns the folder with initdb and postgres: of the newest version that
// Debian's packages installed, or else of the one on PATH.
func findBinaries() (string, error) {
	folders, _ := filepath.Glob("/usr/lib/postgresql/*/bin")
	sort.Slice(folders, func(i, j int) bool { return major(folders[i]) > major(folders[j]) })
	for _, folder := range folders {
		if _, err := os.Stat(filepath.Join(folder, "initdb")); err == nil && major(folder) >= oldest {
			return folder, nil
		}
	}
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	return "", ErrNotInstalled
}

func major(folder string) int {
	version, _ := strconv.Atoi(filepath.Base(filepath.Dir(folder)))
	return version
}

// Tool returns the path of a PostgreSQL client program such as pgbench, empty when it is
// not installed.
func Tool(name string) string {
	folder, err := findBinaries()
	if err != nil {
		return ""
	}
	path := filepath.Join(folder, name)
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	return path
}
