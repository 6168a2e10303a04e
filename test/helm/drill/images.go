package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// image is a set of programs that pods run, as the tag of an image names it.
type image struct {
	tag      string
	change   func(source string) error // of the checkout's copy; nil: as it is
	programs []string                  // that the change is about; the others are those of `like`
	like     string
}

// images are the versions that the drill goes through. The checkout is the version before: what
// comes after it adds a migration, as any next version does.
func images() []image {
	return []image{
		{tag: "before", programs: []string{"api", "projector", "admin"}},
		{tag: "next", programs: []string{"api", "projector", "admin"}, change: addMigrations(expands)},
		{tag: "failing", programs: []string{"admin"}, like: "next", change: addMigrations(expands, "SELECT 1 / 0;")},
		{tag: "abrupt", programs: []string{"api"}, like: "next", change: doNotDrain},
	}
}

// expands is a migration as the version after this one could have it.
const expands = "ALTER TABLE store.account_heads ADD COLUMN drill text;"

// addMigrations puts each of the statements into a next migration of stores.
func addMigrations(statements ...string) func(string) error {
	return func(source string) error {
		dir := filepath.Join(source, "migrations", "store")
		known, err := filepath.Glob(filepath.Join(dir, "*.up.sql"))
		if err != nil || len(known) == 0 {
			return fmt.Errorf("no migrations in %s (%w)", dir, err)
		}
		for i, statement := range statements {
			path := filepath.Join(dir, fmt.Sprintf("%06d_drill.up.sql", len(known)+1+i))
			if err := os.WriteFile(path, []byte(statement+"\n"), 0o644); err != nil {
				return err
			}
		}
		return nil
	}
}

// doNotDrain has api end at once when it is asked to.
func doNotDrain(source string) error {
	path := filepath.Join(source, "cmd", "api", "run.go")
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	const drains = "return p.shutdown(server)"
	if !bytes.Contains(text, []byte(drains)) {
		return fmt.Errorf("%s has no %q to take out: the drill's blind test needs another place", path, drains)
	}
	return os.WriteFile(path, bytes.ReplaceAll(text, []byte(drains), []byte("return server.Close()")), 0o644)
}

// buildImage makes the folder that is the image's root.
func (d *drill) buildImage(ctx context.Context, i image) error {
	root := d.imageRoot(i.tag)
	if err := os.MkdirAll(root, 0o755); err != nil {
		return err
	}
	for _, program := range []string{"api", "projector", "admin"} {
		if !slices.Contains(i.programs, program) {
			if err := os.Link(filepath.Join(d.imageRoot(i.like), program), filepath.Join(root, program)); err != nil {
				return err
			}
		}
	}
	source := filepath.Join(d.dir, "source-"+i.tag)
	if err := copyCheckout(ctx, d.repository, source); err != nil {
		return err
	}
	defer os.RemoveAll(source)
	if i.change != nil {
		if err := i.change(source); err != nil {
			return err
		}
	}
	command, err := buildCommand(source)
	if err != nil {
		return err
	}
	var packages []string
	for _, program := range i.programs {
		packages = append(packages, "./cmd/"+program)
	}
	build := exec.CommandContext(ctx, "sh", "-euc", command+" -o "+root+"/ "+strings.Join(packages, " "))
	build.Dir = source
	if said, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("image %s: %w\n%s", i.tag, err, said)
	}
	return nil
}

// buildCommand is the one of the Dockerfile, without what it builds and where to.
func buildCommand(source string) (string, error) {
	text, err := os.ReadFile(filepath.Join(source, "Dockerfile"))
	if err != nil {
		return "", err
	}
	found := regexp.MustCompile(`(?m)^RUN (.* go build .*) -o /out/ .*$`).FindSubmatch(text)
	if found == nil {
		return "", fmt.Errorf("the Dockerfile has no command that builds into /out/")
	}
	return string(found[1]) + " -buildvcs=false", nil // a copy has no history
}

// copyCheckout copies the files that git knows, or would.
func copyCheckout(ctx context.Context, from, to string) error {
	list := exec.CommandContext(ctx, "git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = from
	names, err := list.Output()
	if err != nil {
		return fmt.Errorf("git ls-files: %w", err)
	}
	for name := range strings.SplitSeq(strings.TrimRight(string(names), "\x00"), "\x00") {
		text, err := os.ReadFile(filepath.Join(from, name))
		if os.IsNotExist(err) {
			continue // deleted and not yet committed
		}
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, name)), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, name), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

func (d *drill) imageRoot(tag string) string { return filepath.Join(d.dir, "images", tag) }
