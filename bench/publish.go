package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"

	"github.com/polderhq/polder/internal/pgserver"
)

const (
	outFile = "bench/out/latest.json"
	page    = "docs/performance.md"
)

// about says when, where and how the numbers were measured.
type about struct {
	Date       string `json:"date"`
	Command    string `json:"command"`
	Revision   string `json:"revision,omitempty"`
	Cores      int    `json:"cores"`
	CPU        string `json:"cpu"`
	Memory     string `json:"memory"`
	PostgreSQL string `json:"postgresql"`
	Go         string `json:"go"`
	Load       string `json:"load"` // of the minute before: what else the machine did
}

// lastResults reads the numbers of the last run, which sections that do not run keep.
func lastResults() (map[string]float64, error) {
	numbers := map[string]float64{}
	text, err := os.ReadFile(outFile)
	if errors.Is(err, fs.ErrNotExist) {
		return numbers, nil
	}
	if err != nil {
		return nil, err
	}
	var last map[string]any
	if err := json.Unmarshal(text, &last); err != nil {
		return nil, fmt.Errorf("%s: %w", outFile, err)
	}
	for name, value := range last {
		if number, ok := value.(float64); ok {
			numbers[name] = number
		}
	}
	return numbers, nil
}

// publish writes the numbers, each under its name, beside where they come from.
func publish(origin about, numbers map[string]float64) error {
	all := map[string]any{"about": origin}
	for name, value := range numbers {
		all[name] = value
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(outFile), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(outFile, append(text, '\n'), 0o644); err != nil {
		return err
	}
	return writePage(origin, table(numbers))
}

var between = regexp.MustCompile(`(?s)(<!-- bench: begin -->\n).*(<!-- bench: end -->)`)

func writePage(origin about, rows string) error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	head := fmt.Sprintf("Measured %s with `%s` at revision %s: %d cores (%s), %s memory, PostgreSQL %s, %s. Load of the machine before: %s.\n\n",
		origin.Date, origin.Command, origin.Revision, origin.Cores, origin.CPU, origin.Memory, origin.PostgreSQL, origin.Go, origin.Load)
	if !between.Match(text) {
		return fmt.Errorf("%s has no place for the table", page)
	}
	// $ stands for nothing in the table.
	fresh := between.ReplaceAllString(string(text), "${1}"+strings.ReplaceAll(head+rows, "$", "$$")+"${2}")
	return os.WriteFile(page, []byte(fresh), 0o644)
}

func describe(ctx context.Context, command string) about {
	return about{
		Date: time.Now().UTC().Format("2006-01-02 15:04 UTC"), Command: command,
		Revision: output(ctx, "git", "rev-parse", "--short", "HEAD"),
		Cores:    runtime.NumCPU(), CPU: field("/proc/cpuinfo", "model name"), Memory: memory(),
		PostgreSQL: strings.TrimPrefix(output(ctx, pgserver.Tool("postgres"), "--version"), "postgres (PostgreSQL) "),
		Go:         runtime.Version(), Load: load(),
	}
}

// output returns what a program says, empty when it cannot.
func output(ctx context.Context, name string, args ...string) string {
	text, _ := exec.CommandContext(ctx, name, args...).Output()
	return strings.TrimSpace(string(text))
}

// field returns the value of "name : value" in a file of /proc, empty when it is not there.
func field(path, name string) string {
	text, _ := os.ReadFile(path)
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// load returns the load average of the last minute.
func load() string {
	text, _ := os.ReadFile("/proc/loadavg")
	average, _, _ := strings.Cut(string(text), " ")
	return average
}

func memory() string {
	var kilobytes int
	if _, err := fmt.Sscanf(field("/proc/meminfo", "MemTotal"), "%d kB", &kilobytes); err != nil {
		return "unknown"
	}
	return fmt.Sprintf("%d GiB", (kilobytes+1<<19)>>20)
}
