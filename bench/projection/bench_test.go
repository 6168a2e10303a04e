package projectionbench_test

import (
	"context"
	"io"
	"os"
	"testing"

	projectionbench "github.com/polderhq/polder/bench/projection"
)

// BenchmarkSections runs each section once, for a profile of it:
// POLDER_BENCH_EVENTS=100000 go test -bench 'Sections/read' -cpuprofile read.out ./bench/projection
func BenchmarkSections(b *testing.B) {
	for name, section := range map[string]func(context.Context, io.Writer) (map[string]float64, error){
		"read": projectionbench.Read, "build": projectionbench.Build, "seed": projectionbench.Seed, "rare": projectionbench.Rare, "wide": projectionbench.Wide, "upcast": projectionbench.Upcast, "live": projectionbench.Live, "fanout": projectionbench.FanOut,
		"crowd": projectionbench.Crowd, "fair": projectionbench.Fair, "team": projectionbench.Team,
	} {
		b.Run(name, func(b *testing.B) {
			numbers, err := section(b.Context(), os.Stderr)
			if err != nil {
				b.Fatal(err)
			}
			for name, value := range numbers {
				b.ReportMetric(value, name)
			}
		})
	}
}
