package explain

import (
	"strings"
	"testing"
)

func TestAdvice(t *testing.T) {
	t.Parallel()
	asked := []string{"GetOrders"}
	for name, c := range map[string]struct {
		column Column
		fanOut FanOut
		want   string
	}{
		"nobody asks": {Column{}, FanOut{Shape: Copy, Sources: 9, P99: 1, Max: 2}, "make it a join: no query"},
		"few rows":    {Column{Filtered: asked}, FanOut{Shape: Join, Sources: 9, P99: 20, Max: 40}, "make it a copy: GetOrders filters by it, and a change rewrites 40 rows at most"},
		"a giant, filtered": {Column{Filtered: asked}, FanOut{Shape: Join, Sources: 9, P99: 20, Max: 1_000_000},
			"right as a join: GetOrders only filters by it, and a change of the largest source would rewrite 1000000 rows"},
		"a giant, sorted":  {Column{Filtered: asked, Sorted: asked}, FanOut{Shape: Copy, Sources: 9, P99: 2000, Max: 1_000_000}, "right as a copy: GetOrders sorts by it, which no join can"},
		"nothing there":    {Column{Sorted: asked}, FanOut{Shape: Copy}, "no row refers"},
		"a step of copies": {Column{Silent: true}, FanOut{Shape: Copy, Sources: 9, P99: 1, Max: 1}, "kept for the copies"},
	} {
		if got := advice(c.fanOut, c.column); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
