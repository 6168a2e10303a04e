package problem

import (
	"fmt"
	"slices"
	"strings"
)

// DidYouMean returns a hint that offers the candidate closest to the name, and all of them
// when none is close and they are few. It is empty when there is nothing to offer.
func DidYouMean(name string, candidates []string) string {
	best, distance := "", len(name)/3+2
	for _, candidate := range candidates {
		if d := editDistance(strings.ToLower(name), strings.ToLower(candidate)); d < distance {
			best, distance = candidate, d
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	if len(candidates) == 0 || len(candidates) > 24 {
		return ""
	}
	sorted := slices.Clone(candidates)
	slices.Sort(sorted)
	return "known here: " + strings.Join(sorted, ", ")
}

// editDistance is Levenshtein's, in bytes: names of the language are ASCII.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
