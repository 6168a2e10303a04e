package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// report is what happened, step by step.
type report struct {
	started time.Time
	lines   []line
}

type line struct {
	what  string
	says  string
	wrong bool
	took  time.Duration
}

// ok writes a step down that held.
func (r *report) ok(since time.Time, what, says string) {
	r.add(line{what: what, says: says, took: time.Since(since)})
}

// wrong writes down what is broken; the drill goes on.
func (r *report) wrong(since time.Time, what, says string) {
	r.add(line{what: what, says: says, took: time.Since(since), wrong: true})
}

// expect writes down whether a step held.
func (r *report) expect(held bool, since time.Time, what, says string) {
	if held {
		r.ok(since, what, says)
		return
	}
	r.wrong(since, what, says)
}

func (r *report) add(l line) {
	r.lines = append(r.lines, l)
	fmt.Printf("%s  %s\n", time.Now().UTC().Format("15:04:05"), l)
}

func (l line) String() string {
	mark := "ok    "
	if l.wrong {
		mark = "BROKEN"
	}
	return fmt.Sprintf("%s  %-34s %7s  %s", mark, l.what, l.took.Round(100*time.Millisecond), l.says)
}

func (r *report) print(out io.Writer) {
	fmt.Fprintf(out, "\nThe chart on Kubernetes %s and etcd, in %s\n\n", kubernetesVersion, time.Since(r.started).Round(time.Second))
	for _, l := range r.lines {
		fmt.Fprintln(out, l)
	}
}

func (r *report) verdict() error {
	var broken []string
	for _, l := range r.lines {
		if l.wrong {
			broken = append(broken, l.what)
		}
	}
	if len(broken) > 0 {
		return fmt.Errorf("broken: %s", strings.Join(broken, "; "))
	}
	if len(r.lines) == 0 {
		return fmt.Errorf("nothing was done")
	}
	return nil
}
