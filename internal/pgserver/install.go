package pgserver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
)

// clusterPolicy tells Debian's packages not to make and start a cluster of their own while
// they are installed: only the servers that Polder starts itself are wanted.
const (
	clusterPolicyDir  = "/etc/postgresql-common/createcluster.d"
	clusterPolicyFile = "polder-install.conf"
	clusterPolicy     = "create_main_cluster = false\n"
)

// Install sees to it that a PostgreSQL server is on this machine. When it is missing, root
// (or a user with sudo that asks no password) installs Debian's package; anybody else
// gets ErrNotInstalled. What it does goes to out.
func Install(ctx context.Context, out io.Writer) error {
	if _, err := findBinaries(); err == nil {
		return nil
	}
	apt, err := exec.LookPath("apt-get")
	if err != nil {
		return ErrNotInstalled
	}
	as, err := administrator(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "PostgreSQL is not installed: installing Debian's package postgresql")
	if err := as.install(ctx, apt, out); err != nil {
		return fmt.Errorf("%w; apt-get says: %w", ErrNotInstalled, err)
	}
	_, err = findBinaries()
	return err
}

// privileged runs commands as root: directly, or through sudo.
type privileged struct{ prefix []string }

func administrator(ctx context.Context) (privileged, error) {
	if os.Geteuid() == 0 {
		return privileged{}, nil
	}
	sudo, err := exec.LookPath("sudo")
	if err != nil || exec.CommandContext(ctx, sudo, "-n", "true").Run() != nil {
		return privileged{}, ErrNotInstalled
	}
	return privileged{[]string{sudo, "-n"}}, nil
}

// install installs the package; on a machine where PostgreSQL's packages were never
// configured it leaves no cluster behind, on any other it changes no policy.
func (p privileged) install(ctx context.Context, apt string, out io.Writer) (err error) {
	if _, known := os.Stat(filepath.Dir(clusterPolicyDir)); errors.Is(known, os.ErrNotExist) {
		if err := p.withoutCluster(ctx, out); err != nil {
			return err
		}
		defer func() {
			undo := p.run(ctx, out, "rm", "-f", filepath.Join(clusterPolicyDir, clusterPolicyFile))
			err = errors.Join(err, undo)
		}()
	}
	// An old package list names files that the mirror no longer has.
	if err := p.run(ctx, out, apt, "update", "-q"); err != nil {
		fmt.Fprintln(out, "the package list could not be brought up to date; trying with the old one")
	}
	return p.run(ctx, out, "env", "DEBIAN_FRONTEND=noninteractive", apt, "install", "-y", "-q", "--no-install-recommends", "postgresql")
}

func (p privileged) withoutCluster(ctx context.Context, out io.Writer) error {
	if err := p.run(ctx, out, "mkdir", "-p", clusterPolicyDir); err != nil {
		return err
	}
	file, err := os.CreateTemp("", "polder-policy-*")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	if _, err := file.WriteString(clusterPolicy); err != nil {
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return p.run(ctx, out, "install", "-m", "0644", file.Name(), filepath.Join(clusterPolicyDir, clusterPolicyFile))
}

func (p privileged) run(ctx context.Context, out io.Writer, name string, args ...string) error {
	words := append(append([]string{}, p.prefix...), name)
	words = append(words, args...)
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Stdout, cmd.Stderr = out, out
	return cmd.Run()
}
