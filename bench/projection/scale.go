package projectionbench

import (
	"context"
	"fmt"
	"io"
)

// Scale measures what many accounts and projections take, what an account that floods does
// to the others, and what a second projector brings. It takes some minutes.
func Scale(ctx context.Context, out io.Writer) (map[string]float64, error) {
	numbers := map[string]float64{}
	for _, measure := range []func(context.Context, io.Writer, map[string]float64) error{crowd, fairness, team} {
		if err := measure(ctx, out, numbers); err != nil {
			return nil, err
		}
	}
	for name, value := range numbers {
		fmt.Fprintf(out, "  %-32s %12.4g\n", name, value)
	}
	return numbers, nil
}
