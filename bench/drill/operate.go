package drill

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing/fstest"
)

// Admin is bin/admin with the arguments, about to run.
func (s *Site) Admin(ctx context.Context, args ...string) *exec.Cmd {
	admin := exec.CommandContext(ctx, filepath.Join("bin", "admin"), args...)
	admin.Env = append(os.Environ(), "POLDER_CATALOG_URL="+s.URL(), "POLDER_ACTOR=drill")
	return admin
}

// Operate runs bin/admin, and decodes its answer unless into is nil.
func (s *Site) Operate(ctx context.Context, into any, args ...string) error {
	if into != nil {
		args = append(args, "--output", "json")
	}
	var out, errs bytes.Buffer
	admin := s.Admin(ctx, args...)
	admin.Stdout, admin.Stderr = &out, &errs
	if err := admin.Run(); err != nil {
		return fmt.Errorf("admin %s: %w\n%s%s", strings.Join(args, " "), err, out.String(), errs.String())
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(out.Bytes(), into)
}

// Publish publishes the model as a release of the version.
func (s *Site) Publish(ctx context.Context, files fstest.MapFS, version string) error {
	dir := filepath.Join(s.dir, "model-"+version)
	for name, file := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, file.Data, 0o600); err != nil {
			return err
		}
	}
	return s.Operate(ctx, nil, "model", "publish", dir, "--version", version)
}
