package main

import (
	"context"
	"fmt"
	"io"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/model/example"
)

// tested is what running the examples of a model gave.
type tested struct {
	Source   string           `json:"source"`
	Examples int              `json:"examples"`
	Failures []exampleFailure `json:"failures"`
}

type exampleFailure struct {
	Example string `json:"example"`
	Origin  string `json:"origin"` // file:line
	Message string `json:"message"`
}

func (a *app) modelTest(_ context.Context, args []string) error {
	result, source, err := compileModel(args)
	if err != nil {
		return a.printChecked(nil, source, err)
	}
	outcome, err := testModel(result, source)
	if err != nil {
		return err
	}
	if a.flags.output == "json" {
		if err := a.printJSON(outcome); err != nil {
			return err
		}
		return outcome.err()
	}
	printFailures(a.Out, outcome)
	if err := outcome.err(); err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.Out, "%s: all %s hold\n", source, several(outcome.Examples, "example"))
	return err
}

// compileAndTest returns a model that is fit to be published.
func (a *app) compileAndTest(args []string) (*compile.Result, string, error) {
	result, source, err := compileModel(args)
	if err != nil {
		return nil, source, a.printChecked(nil, source, err)
	}
	outcome, err := testModel(result, source)
	if err != nil {
		return nil, source, err
	}
	if err := outcome.err(); err != nil {
		printFailures(a.Err, outcome)
		return nil, source, err
	}
	return result, source, nil
}

func testModel(result *compile.Result, source string) (tested, error) {
	release, err := model.Load(result.Canonical)
	if err != nil {
		return tested{}, fmt.Errorf("compiled, and cannot be loaded: %w", err)
	}
	outcome := tested{Source: source, Examples: len(result.Examples), Failures: []exampleFailure{}}
	for _, f := range example.Run(release, result.Examples) {
		outcome.Failures = append(outcome.Failures, exampleFailure{f.Example, source + "/" + f.Origin, f.Message})
	}
	return outcome, nil
}

func printFailures(out io.Writer, outcome tested) {
	for _, f := range outcome.Failures {
		fmt.Fprintf(out, "%s: %s: %s\n", f.Origin, f.Example, f.Message)
	}
}

func (t tested) err() error {
	if len(t.Failures) == 0 {
		return nil
	}
	return advise(fault.New(fault.Rejected, "%d of %s failed", len(t.Failures), several(t.Examples, "example")), t.Source,
		"correct the model or the example, then test again")
}
