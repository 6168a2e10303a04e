package main

import (
	"errors"
	"math"
	"strconv"

	"github.com/spf13/cobra"
)

// rateFlag is how many events per second a work may read; 0: as many as there are.
type rateFlag float64

// String implements pflag.Value.
func (r *rateFlag) String() string { return strconv.FormatFloat(float64(*r), 'g', -1, 64) }

// Type implements pflag.Value.
func (r *rateFlag) Type() string { return "float" }

// Set implements pflag.Value.
func (r *rateFlag) Set(text string) error {
	rate, err := strconv.ParseFloat(text, 64)
	if err != nil || !(rate >= 0) || math.IsInf(rate, 0) {
		return errors.New("it is 0 or more events per second")
	}
	*r = rateFlag(rate)
	return nil
}

// workersFlag is how much is worked on at a time.
type workersFlag int

// String implements pflag.Value.
func (w *workersFlag) String() string { return strconv.Itoa(int(*w)) }

// Type implements pflag.Value.
func (w *workersFlag) Type() string { return "int" }

// Set implements pflag.Value.
func (w *workersFlag) Set(text string) error {
	const most = 1000 // each takes connections
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return errors.New("it is a number from 1 to " + strconv.Itoa(most))
	}
	*w = workersFlag(n)
	return nil
}

func throttleFlag(c *cobra.Command, into *float64, name, usage string) {
	c.Flags().Var((*rateFlag)(into), name, usage)
}

func workersOf(c *cobra.Command, into *int, usage string) {
	*into = 2
	c.Flags().Var((*workersFlag)(into), "workers", usage)
}
