package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/polderhq/polder/internal/pgserver"
	"github.com/polderhq/polder/internal/pgtest"
)

// packageTimeout ends a test binary that hangs, with the stacks of its goroutines.
const packageTimeout = "12m"

// longest is the package that takes longest, and one test of it after the other. It starts first, so that it
// does not run on alone when all others have ended.
const longest = "./test/e2e"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "FAIL:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if err := pgserver.Install(ctx, os.Stdout); err != nil {
		return err
	}
	defer stopServer()
	started := time.Now()
	result := newTally(os.Stdout)
	runs := [][]string{goTestArgs(args)}
	if len(args) == 0 {
		runs = append(runs, chartTestArgs())
	}
	errs := make([]error, len(runs))
	var running sync.WaitGroup
	for i, args := range runs {
		running.Go(func() { errs[i] = test(ctx, result, args) })
	}
	running.Wait()
	result.print(os.Stdout, time.Since(started))
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return result.verdict()
}

// chartTestArgs tests the chart, in its own module. It has no goroutines of ours to race, and helm takes
// minutes to compile with the race detector.
func chartTestArgs() []string {
	return []string{"test", "-C", "test/helm", "-json", "-count=1", "-vet=off", "-timeout", packageTimeout, "./..."}
}

// goTestArgs puts the race detector and the defaults before the caller's arguments. Nothing
// is taken from the cache: the servers that the tests speak to are not among its inputs. Vet is
// left to the linter, which looks for more with it.
func goTestArgs(args []string) []string {
	all := []string{"test", "-json", "-count=1", "-vet=off", "-timeout", packageTimeout}
	if _, err := exec.LookPath("gcc"); err == nil {
		all = append(all, "-race")
	} else {
		fmt.Println("NOTE: gcc is not installed, so the tests run WITHOUT the race detector (apt-get install gcc libc6-dev)")
	}
	if len(args) == 0 {
		args = []string{longest, "./..."}
	}
	return append(all, args...)
}

// test runs go test and reads what it reports until it ends.
func test(ctx context.Context, result *tally, args []string) error {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	if err := read(stdout, result); err != nil {
		return err
	}
	return cmd.Wait()
}

func read(from io.Reader, result *tally) error {
	decoder := json.NewDecoder(from)
	for {
		var e event
		if err := decoder.Decode(&e); err == io.EOF {
			return nil
		} else if err != nil {
			return fmt.Errorf("output of go test: %w", err)
		}
		result.add(e)
	}
}

// stopServer ends the server that the tests shared.
func stopServer() {
	if err := pgtest.StopServer(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "the test server was not stopped:", err)
	}
}
