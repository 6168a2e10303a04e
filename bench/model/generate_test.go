package modelbench_test

import (
	"os"
	"testing"

	modelbench "github.com/polderhq/polder/bench/model"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/model/diff"
)

// TestTheNextReleaseMayFollow compares the two: what is gone is declared.
func TestTheNextReleaseMayFollow(t *testing.T) {
	t.Parallel()
	size := modelbench.AFAS().By(20)
	var releases []*model.IR
	for _, next := range []bool{false, true} {
		result, err := compile.Compile(modelbench.Generate(size, next))
		if err != nil {
			t.Fatal(err)
		}
		releases = append(releases, result.IR)
	}
	d := diff.Compare(releases[0], releases[1])
	gone := 0
	for _, c := range d.Changes {
		if c.Part == "event" && c.Class == diff.Major {
			gone++
		}
	}
	if len(d.Refusals) > 0 || gone != size.RemovedEvents || len(d.Tables) < size.ChangedProjections {
		t.Errorf("refusals %+v, %d events gone, %d tables; want none, %d, at least %d", d.Refusals, gone, len(d.Tables), size.RemovedEvents, size.ChangedProjections)
	}
}

func TestBothReleasesCompile(t *testing.T) {
	t.Parallel()
	size := modelbench.AFAS().By(20)
	for _, next := range []bool{false, true} {
		result, err := compile.Compile(modelbench.Generate(size, next))
		if err != nil {
			t.Fatal(err)
		}
		events, commands := 0, 0
		for _, s := range result.IR.Streams {
			events, commands = events+len(s.Events), commands+len(s.Commands)
		}
		if !next && (events != size.Events || commands != size.Commands || len(result.IR.Streams) != size.Types || len(result.IR.Queries) != size.Queries) {
			t.Errorf("%d types, %d events, %d commands, %d queries; want %+v", len(result.IR.Streams), events, commands, len(result.IR.Queries), size)
		}
		if want := size.Events + size.AddedEvents - size.RemovedEvents; next && events != want {
			t.Errorf("the next release has %d events, want %d", events, want)
		}
	}
}

// BenchmarkRun runs the section once, for a profile of it:
// go test -bench Run -benchtime 1x -cpuprofile cpu.out ./bench/model
func BenchmarkRun(b *testing.B) {
	for b.Loop() {
		numbers, err := modelbench.Run(b.Context(), os.Stderr)
		if err != nil {
			b.Fatal(err)
		}
		for name, value := range numbers {
			b.ReportMetric(value, name)
		}
	}
}
