package expr

import "strings"

// leastBeginning is how many letters a name has at least that is taken for the beginning of
// a longer one; fewer begin too many.
const leastBeginning = 3

// DidYouMean is the end of a sentence about a name that is unknown: "; did you mean X?",
// empty when no candidate is near.
func DidYouMean(name string, candidates []string) string {
	if best := Closest(name, candidates); best != "" {
		return "; did you mean " + best + "?"
	}
	return ""
}

// mostKnown is how many names a sentence lists; more are no help.
const mostKnown = 24

// Known is DidYouMean where the candidates are few: when none is near, it lists them all,
// "; known are X, Y".
func Known(name string, candidates []string) string {
	if near := DidYouMean(name, candidates); near != "" || len(candidates) == 0 || len(candidates) > mostKnown {
		return near
	}
	return "; known are " + strings.Join(candidates, ", ")
}

// Closest returns the candidate that name was most likely meant to be, empty when none is
// near. Of equally near ones it is the first in the alphabet. When none is spelt alike, it
// is the shortest that begins with name: PlaceOrder is short for PlaceOrderCommand.
func Closest(name string, candidates []string) string {
	if best := alike(name, candidates); best != "" || len(name) < leastBeginning {
		return best
	}
	best := ""
	for _, c := range candidates {
		begins := len(c) > len(name) && strings.EqualFold(c[:len(name)], name)
		if begins && (best == "" || len(c) < len(best) || len(c) == len(best) && c < best) {
			best = c
		}
	}
	return best
}

func alike(name string, candidates []string) string {
	best, bestDistance := "", len(name)/3+2
	for _, c := range candidates {
		d := distance(strings.ToLower(name), strings.ToLower(c), bestDistance)
		if d < bestDistance || d == bestDistance && best != "" && c < best {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance is the Levenshtein distance, or some number > limit when it is more than that.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
