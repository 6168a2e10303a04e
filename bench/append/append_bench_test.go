package appendbench_test

import (
	"encoding/json"
	"os"
	"testing"

	appendbench "github.com/polderhq/polder/bench/append"
)

// BenchmarkAppend runs the whole comparison once: go test -bench Append ./bench/append
func BenchmarkAppend(b *testing.B) {
	values, err := appendbench.Run(b.Context(), os.Stderr)
	if err != nil {
		b.Fatal(err)
	}
	text, err := json.MarshalIndent(values, "", "  ")
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%s", text)
}
