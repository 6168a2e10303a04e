package projectionbench

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
)

// part is one thing that each round measures.
type part struct {
	name    string
	measure func(context.Context) (float64, error)
}

// measured are the values of the rounds by part.
type measured map[string][]float64

// inRounds measures the parts in another order in each round: no part always follows the
// one that leaves the most work behind.
func inRounds(ctx context.Context, log io.Writer, rounds int, parts []part) (measured, error) {
	m := measured{}
	for round := range rounds {
		fmt.Fprintf(log, "  round %d of %d\n", round+1, rounds)
		for _, i := range rand.Perm(len(parts)) {
			value, err := parts[i].measure(ctx)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", parts[i].name, err)
			}
			fmt.Fprintf(log, "    %-32s %12.6g\n", parts[i].name, value)
			m[parts[i].name] = append(m[parts[i].name], value)
		}
	}
	return m, nil
}

// median of a part.
func (m measured) median(name string) float64 { return median(m[name]) }

// ratio is the median of the rounds' ratios.
func (m measured) ratio(ours, theirs string) float64 {
	ratios := make([]float64, len(m[ours]))
	for i := range ratios {
		ratios[i] = m[ours][i] / m[theirs][i]
	}
	return median(ratios)
}

func median(list []float64) float64 {
	sorted := slices.Sorted(slices.Values(list))
	return sorted[len(sorted)/2]
}
