package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

const (
	kubernetesVersion = "v1.35.4"
	controlPlaneDir   = "controlplane" // beside this command, a module of its own
)

// controlPlanePackages are the programs by the name of their file.
func controlPlanePackages() map[string]string {
	return map[string]string{
		"etcd":                    "go.etcd.io/etcd/server/v3",
		"kube-apiserver":          "k8s.io/kubernetes/cmd/kube-apiserver",
		"kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
		"kube-scheduler":          "k8s.io/kubernetes/cmd/kube-scheduler",
	}
}

// controlPlane returns the folder with the programs of exactly these versions, and whether all are there.
func controlPlane() (string, bool, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", false, err
	}
	sums, err := os.ReadFile(filepath.Join(controlPlaneDir, "go.sum"))
	if err != nil {
		return "", false, fmt.Errorf("the drill runs in test/helm: %w", err)
	}
	dir := filepath.Join(cache, "polder", fmt.Sprintf("controlplane-%x", sha256.Sum256(append(sums, kubernetesVersion...)))[:30])
	for name := range controlPlanePackages() {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return dir, false, nil //nolint:nilerr // that it is not there is the answer
		}
	}
	return dir, true, nil
}

// buildControlPlane builds the programs one after the other: each is put into its place when it is whole.
func buildControlPlane(ctx context.Context, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	major, minor, _ := strings.Cut(strings.TrimPrefix(kubernetesVersion, "v"), ".")
	minor, _, _ = strings.Cut(minor, ".")
	const version = "-X k8s.io/component-base/version."
	flags := "-s -w " + version + "gitVersion=" + kubernetesVersion + " " + version + "gitMajor=" + major + " " + version + "gitMinor=" + minor
	for name, path := range controlPlanePackages() {
		started := time.Now()
		fmt.Printf("Building %s (once; all four take some minutes)\n", name)
		build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath", "-ldflags", flags, "-o", filepath.Join(dir, name+".new"), path)
		build.Dir, build.Stdout, build.Stderr = controlPlaneDir, os.Stdout, os.Stderr
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if err := build.Run(); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if err := os.Rename(filepath.Join(dir, name+".new"), filepath.Join(dir, name)); err != nil {
			return err
		}
		fmt.Printf("Built %s in %s\n", name, time.Since(started).Round(time.Second))
	}
	return nil
}
