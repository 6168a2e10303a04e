package monitoring_test

import (
	"flag"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	guide      = "../../docs/monitoring.md"
	tableBegin = "<!-- metrics: written by `go test ./test/monitoring -run TestMonitoring -update` -->\n"
	tableEnd   = "<!-- metrics end -->\n"
)

var update = flag.Bool("update", false, "write the table of metrics into docs/monitoring.md")

// unused are metrics that no panel and no alert shows, and why.
var unused = []struct{ names, why string }{
	{`go_.+`, "of Go's runtime: for whoever profiles a process"},
	{`process_.+`, "of the process: what matters, processor and memory, is on the overview"},
	{`promhttp_.+`, "of the page of metrics itself"},
}

// metric is one that processes export.
type metric struct {
	name, kind, help string
	labels           []string
	usedBy           []string
}

// testMetrics holds what is exported, what panels and alerts use, and the table in the guide to each other.
func testMetrics(t *testing.T, p *prometheus) {
	metrics := p.exported(t)
	used := map[string][]string{} // by metric
	for _, b := range readBoards(t) {
		for _, panel := range b.all() {
			for _, q := range panel.Targets {
				use(used, q.Expr, b.Title[len("Polder / "):])
			}
		}
	}
	for _, r := range readRules(t) {
		use(used, r.Expr, "**"+r.Alert+"**")
	}
	known := map[string]bool{}
	for i, m := range metrics {
		known[m.name] = true
		metrics[i].usedBy = used[m.name]
		if len(used[m.name]) > 0 {
			continue
		}
		if !slices.ContainsFunc(unused, func(u struct{ names, why string }) bool {
			return regexp.MustCompile("^(" + u.names + ")$").MatchString(m.name)
		}) {
			t.Errorf("%s is exported, and no panel or alert uses it: use it, or say in unused why not", m.name)
		}
	}
	for name, by := range used {
		if !known[name] {
			t.Errorf("%v use %s, which no process has exported", by, name)
		}
	}
	compareTable(t, metrics)
}

var named = regexp.MustCompile(`\b(polder|process)_[a-z0-9_]+\b`)

func use(by map[string][]string, expr, what string) {
	for _, name := range named.FindAllString(expr, -1) {
		if base := histogramSuffix.ReplaceAllString(name, ""); base != name {
			name = base
		}
		if !slices.Contains(by[name], what) {
			by[name] = append(by[name], what)
		}
	}
}

// histogramSuffix is what the series of a histogram have after its name.
var histogramSuffix = regexp.MustCompile(`_(bucket|sum|count)$`)

// described is what processes say of a metric.
type described struct{ Metric, Type, Help string }

// describes asks Prometheus for what processes say of their metrics. It forgets ten scrapes after a process told of one last.
func (p *prometheus) describes(t *testing.T) (told []described) {
	t.Helper()
	must(t, p.answer("/api/v1/targets/metadata", url.Values{}, &told))
	return told
}

// exported is all that Prometheus was told, of all installations, those that have ended included, and what was described earlier.
func (p *prometheus) exported(t *testing.T) (metrics []metric) {
	t.Helper()
	told := append(p.describes(t), p.earlier...)
	var all []map[string]string
	must(t, p.answer("/api/v1/series", url.Values{"match[]": {`{__name__=~"(polder|process|go|promhttp)_.+"}`}, "start": {"0"}}, &all))
	labels := map[string][]string{}
	for _, s := range all {
		name := s["__name__"]
		if base := histogramSuffix.ReplaceAllString(name, ""); base != name && slices.ContainsFunc(told, func(m described) bool { return m.Metric == base }) {
			name = base
		}
		for label := range s {
			if !slices.Contains([]string{"__name__", "namespace", "job", "pod", "instance", "le", "quantile"}, label) && !slices.Contains(labels[name], label) {
				labels[name] = append(labels[name], label)
			}
		}
		if labels[name] == nil {
			labels[name] = []string{}
		}
	}
	seen := map[string]bool{}
	for _, m := range told {
		if !seen[m.Metric] {
			seen[m.Metric] = true
			slices.Sort(labels[m.Metric])
			metrics = append(metrics, metric{name: m.Metric, kind: m.Type, help: m.Help, labels: labels[m.Metric]})
		}
	}
	slices.SortFunc(metrics, func(a, b metric) int { return strings.Compare(a.name, b.name) })
	if len(metrics) < 60 {
		t.Fatalf("only %d metrics: this test is blind", len(metrics))
	}
	return metrics
}

// compareTable compares the guide's table of Polder's own metrics, or writes it.
func compareTable(t *testing.T, metrics []metric) {
	t.Helper()
	var table strings.Builder
	table.WriteString("| metric | type | labels | what it is | used by |\n|---|---|---|---|---|\n")
	for _, m := range metrics {
		if strings.HasPrefix(m.name, "polder_") {
			fmt.Fprintf(&table, "| `%s` | %s | %s | %s | %s |\n", m.name, m.kind, strings.Join(m.labels, ", "), m.help, strings.Join(m.usedBy, ", "))
		}
	}
	text := read(t, guide)
	before, rest, found := strings.Cut(text, tableBegin)
	_, after, ended := strings.Cut(rest, tableEnd)
	if !found || !ended {
		t.Fatalf("%s has no place for the table of metrics", guide)
	}
	want := before + tableBegin + table.String() + tableEnd + after
	switch {
	case want == text:
	case *update:
		must(t, os.WriteFile(guide, []byte(want), 0o644))
	default:
		t.Errorf("the table of metrics in %s is not what processes export:\n%s", guide, difference(text, want))
	}
}

// difference is the lines that only one of the texts has.
func difference(have, want string) string {
	var lines []string
	known := strings.Split(have, "\n")
	for line := range strings.SplitSeq(want, "\n") {
		if !slices.Contains(known, line) {
			lines = append(lines, "+ "+line)
		}
	}
	wanted := strings.Split(want, "\n")
	for _, line := range known {
		if !slices.Contains(wanted, line) {
			lines = append(lines, "- "+line)
		}
	}
	return strings.Join(lines, "\n")
}
