package problem

import (
	"fmt"
	"slices"
	"strings"

	"github.com/polderhq/polder/internal/model/expr"
)

// mostListed is how many candidates a hint lists; more are no help.
const mostListed = 24

// DidYouMean returns a hint that offers the candidate closest to the name, and all of them
// when none is close and they are few. It is empty when there is nothing to offer.
func DidYouMean(name string, candidates []string) string {
	if best := expr.Closest(name, candidates); best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	if len(candidates) == 0 || len(candidates) > mostListed {
		return ""
	}
	return "known here: " + strings.Join(slices.Sorted(slices.Values(candidates)), ", ")
}
