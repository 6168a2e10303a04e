package explain

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	// fewRows is up to how many rows a change may rewrite beside a live page without anybody
	// noticing: two transactions of a fan-out job.
	fewRows = 1000
	// manyRows is from when a fan-out job takes long enough to be thought about first.
	manyRows = 100_000
)

// advice recommends a shape for the column. Joining is right where nobody filters or sorts by
// the value, because a change then writes one row. A filter by a joined value finds the few
// sources first and then their rows, by index; only an order cannot be had so.
func advice(f FanOut, c Column) string {
	sorted, filtered := strings.Join(c.Sorted, ", "), strings.Join(c.Filtered, ", ")
	switch {
	case len(c.Sorted) == 0 && len(c.Filtered) == 0 && !c.Silent:
		return verdict(f, Join) + "no query filters or sorts by it"
	case len(c.Sorted) == 0 && len(c.Filtered) == 0:
		return "kept for the copies that others make of it"
	case f.Sources == 0:
		return "no row refers to another yet"
	case f.P99 <= fewRows && f.Max < manyRows:
		return verdict(f, Copy) + fmt.Sprintf("%s %s by it, and a change rewrites %s at most", firstOf(sorted, filtered), verb(sorted), rowsOf(f.Max))
	case len(c.Sorted) > 0:
		return verdict(f, Copy) + fmt.Sprintf("%s sorts by it, which no join can; a change of the largest source rewrites %s in the background", sorted, rowsOf(f.Max))
	}
	return verdict(f, Join) + fmt.Sprintf("%s only filters by it, and a change of the largest source would rewrite %s", filtered, rowsOf(f.Max))
}

// verdict says whether the column has the shape already.
func verdict(f FanOut, wanted Shape) string {
	if f.Shape == wanted {
		return "right as a " + string(wanted) + ": "
	}
	return "make it a " + string(wanted) + ": "
}

func verb(sorted string) string {
	if sorted == "" {
		return "filters"
	}
	return "sorts"
}

func firstOf(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

func rowsOf(n int64) string {
	if n == 1 {
		return "1 row"
	}
	return strconv.FormatInt(n, 10) + " rows"
}
