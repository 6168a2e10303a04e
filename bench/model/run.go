package modelbench

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/model/diff"
)

// Run compiles a release, loads it, and compares it with the next one. Each is timed; the
// memory is the most that the process had in use through all of it.
func Run(_ context.Context, out io.Writer) (map[string]float64, error) {
	numbers := map[string]float64{}
	timed := func(name string, do func() error) error {
		start := time.Now()
		err := do()
		numbers["model.afas."+name] = time.Since(start).Seconds()
		return err
	}
	files, next := Generate(AFAS(), false), Generate(AFAS(), true)
	debug.FreeOSMemory()
	if err := resetPeak(); err != nil {
		return nil, err
	}
	var before, after *compile.Result
	var changes *diff.Diff
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"compile_s", func() (err error) { before, err = compile.Compile(files); return }},
		{"load_s", func() error { _, err := model.Load(before.Canonical); return err }},
		{"compile_next_s", func() (err error) { after, err = compile.Compile(next); return }},
		{"diff_s", func() error { changes = diff.Compare(before.IR, after.IR); return nil }},
	} {
		if err := timed(step.name, step.do); err != nil {
			return nil, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	if len(changes.Refusals) > 0 {
		return nil, fmt.Errorf("the next release is refused: %s", changes.Refusals[0].What)
	}
	var err error
	numbers["model.afas.peak_mib"], err = peakMiB()
	numbers["model.afas.changes"], numbers["model.afas.tables"] = float64(len(changes.Changes)), float64(len(changes.Tables))
	for name, value := range numbers {
		fmt.Fprintf(out, "  %-28s %.4g\n", name, value)
	}
	return numbers, err
}
