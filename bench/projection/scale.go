package projectionbench

import (
	"context"
	"fmt"
	"io"
)

// Crowd measures what many accounts and projections take. It takes a minute, as do Fair and Team.
func Crowd(ctx context.Context, out io.Writer) (map[string]float64, error) {
	return numbersOf(ctx, out, crowd)
}

// Fair measures what an account that floods does to the others.
func Fair(ctx context.Context, out io.Writer) (map[string]float64, error) {
	return numbersOf(ctx, out, fairness)
}

// Team measures what a second projector brings, and that killing one loses nothing.
func Team(ctx context.Context, out io.Writer) (map[string]float64, error) {
	return numbersOf(ctx, out, team)
}

func numbersOf(ctx context.Context, out io.Writer, measure func(context.Context, io.Writer, map[string]float64) error) (map[string]float64, error) {
	numbers := map[string]float64{}
	if err := measure(ctx, out, numbers); err != nil {
		return nil, err
	}
	for name, value := range numbers {
		fmt.Fprintf(out, "  %-32s %12.4g\n", name, value)
	}
	return numbers, nil
}
