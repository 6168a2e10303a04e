package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

// wholeTime ends a drill that hangs; building the control plane is not in it.
const wholeTime = 25 * time.Minute

func main() {
	cached := flag.Bool("cached", false, "run only when the control plane was built before, and say SKIPPED else")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *cached); err != nil {
		fmt.Fprintln(os.Stderr, "FAIL:", err)
		stop()
		os.Exit(1)
	}
}

func run(ctx context.Context, cached bool) error {
	if os.Geteuid() != 0 {
		if cached {
			fmt.Println("SKIPPED: the drill of the chart gives pods addresses, which takes root")
			return nil
		}
		return errors.New("the drill gives pods addresses of their own, which takes root")
	}
	programs, found, err := controlPlane()
	if err != nil {
		return err
	}
	if !found && cached {
		fmt.Println("SKIPPED: the drill of the chart; `make helm-drill` builds its control plane, once, in some minutes")
		return nil
	}
	if !found {
		if err := buildControlPlane(ctx, programs); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, wholeTime)
	defer cancel()
	dir, err := os.MkdirTemp("", "polder-helm-drill-")
	if err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o755); err != nil { // pods run as another user
		return err
	}
	d := &drill{dir: dir, repository: repository(), programs: programs, report: report{started: time.Now()}}
	err = errors.Join(d.play(ctx), d.stop())
	d.report.print(os.Stdout)
	if err = errors.Join(err, d.report.verdict()); err != nil {
		return fmt.Errorf("%w (logs are in %s)", err, dir)
	}
	return os.RemoveAll(dir)
}

// repository is the folder of the checkout; the drill is run from its own module.
func repository() string {
	dir, err := filepath.Abs("../..")
	if err != nil {
		return "../.."
	}
	return dir
}
