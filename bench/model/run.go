package modelbench

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"time"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
)

// Run compiles both releases of the model, loads the second and compares the two.
func Run(_ context.Context, out io.Writer) (map[string]float64, error) {
	files := Generate(AFAS(), false)
	debug.FreeOSMemory()
	if err := resetPeak(); err != nil {
		return nil, err
	}
	start := time.Now()
	before, err := compile.Compile(files)
	if err != nil {
		return nil, err
	}
	compiled := time.Since(start)
	start = time.Now()
	if _, err := model.Load(before.Canonical); err != nil {
		return nil, err
	}
	loaded := time.Since(start)
	numbers := map[string]float64{
		"model.afas.compile_s": compiled.Seconds(), "model.afas.load_s": loaded.Seconds(),
		"model.afas.ir_mib": float64(len(before.Canonical)) / mebibyte,
	}
	if numbers["model.afas.peak_mib"], err = peakMiB(); err != nil {
		return nil, err
	}
	for name, value := range numbers {
		fmt.Fprintf(out, "  %-28s %.4g\n", name, value)
	}
	return numbers, nil
}
