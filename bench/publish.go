package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
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
	Command    string              `json:"command"`
	Cores      int                 `json:"cores"`
	CPU        string              `json:"cpu"`
	Memory     string              `json:"memory"`
	PostgreSQL string              `json:"postgresql"`
	Go         string              `json:"go"`
	Sections   map[string]occasion `json:"sections"` // by name; sections may be measured one by one
}

// occasion is when a section was measured.
type occasion struct {
	Date     string `json:"date"`
	Revision string `json:"revision"`
	Load     string `json:"load"` // of the minute before: what else the machine did
}

// outcome is what was measured so far.
type outcome struct {
	about   about
	numbers map[string]float64
}

// lastOutcome reads the outcome of the last run, of which sections that do not run now keep
// their part.
func lastOutcome() (outcome, error) {
	o := outcome{numbers: map[string]float64{}}
	text, err := os.ReadFile(outFile)
	if errors.Is(err, fs.ErrNotExist) {
		return o, nil
	}
	if err != nil {
		return o, err
	}
	var last map[string]json.RawMessage
	if err := json.Unmarshal(text, &last); err != nil {
		return o, fmt.Errorf("%s: %w", outFile, err)
	}
	for name, value := range last {
		var number float64
		if name == "about" {
			err = json.Unmarshal(value, &o.about)
		} else if err = json.Unmarshal(value, &number); err == nil {
			o.numbers[name] = number
		}
		if err != nil {
			return o, fmt.Errorf("%s: %s: %w", outFile, name, err)
		}
	}
	return o, nil
}

// add enters a section's numbers.
func (o *outcome) add(section string, at occasion, numbers map[string]float64) {
	if o.about.Sections == nil {
		o.about.Sections = map[string]occasion{}
	}
	o.about.Sections[section] = at
	maps.Copy(o.numbers, numbers)
}

// publish writes the numbers, each under its name, beside where they come from.
func (o outcome) publish() error {
	all := map[string]any{"about": o.about}
	for name, value := range o.numbers {
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
	return o.writePage()
}

var between = regexp.MustCompile(`(?s)(<!-- bench: begin -->\n).*(<!-- bench: end -->)`)

func (o outcome) writePage() error {
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	if !between.Match(text) {
		return fmt.Errorf("%s has no place for the table", page)
	}
	// $ stands for nothing in the table.
	fresh := between.ReplaceAllString(string(text), "${1}"+strings.ReplaceAll(o.about.String()+table(o.numbers), "$", "$$")+"${2}")
	return os.WriteFile(page, []byte(fresh), 0o644)
}

// String tells it as sentences of the page.
func (a about) String() string {
	var text strings.Builder
	fmt.Fprintf(&text, "Measured with `%s` on %d cores (%s), %s memory, PostgreSQL %s, %s:\n\n", a.Command, a.Cores, a.CPU, a.Memory, a.PostgreSQL, a.Go)
	for _, name := range slices.Sorted(maps.Keys(a.Sections)) {
		at := a.Sections[name]
		fmt.Fprintf(&text, "- %s: %s, revision %s, load of the machine before: %s\n", name, at.Date, at.Revision, at.Load)
	}
	return text.String() + "\n"
}

// describe fills in the machine.
func (a *about) describe(ctx context.Context) {
	a.Command, a.Cores, a.CPU, a.Memory, a.Go = "make bench", runtime.NumCPU(), field("/proc/cpuinfo", "model name"), memory(), runtime.Version()
	a.PostgreSQL = strings.TrimPrefix(output(ctx, pgserver.Tool("postgres"), "--version"), "postgres (PostgreSQL) ")
}

// now is the occasion of a section that begins.
func now(ctx context.Context) occasion {
	return occasion{
		Date:     time.Now().UTC().Format("2006-01-02 15:04 UTC"),
		Revision: output(ctx, "git", "rev-parse", "--short", "HEAD"), Load: load(),
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
