package monitoring_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/polderhq/polder/test/debian"
)

const (
	ruleFiles = "../../helm/polder/alerts"
	unitTests = "../alerts"
)

// rule is an alert as it is in the rule files.
type rule struct {
	Alert       string            `yaml:"alert"`
	Expr        string            `yaml:"expr"`
	For         string            `yaml:"for"`
	Labels      map[string]string `yaml:"labels"`
	Annotations map[string]string `yaml:"annotations"`
}

type ruleFile struct {
	Groups []struct {
		Name  string `yaml:"name"`
		Rules []rule `yaml:"rules"`
	} `yaml:"groups"`
}

// readRules reads all rules, in the order of the files.
func readRules(t *testing.T) (rules []rule) {
	t.Helper()
	for _, path := range glob(t, ruleFiles+"/*.yaml") {
		var file ruleFile
		if err := yaml.Unmarshal([]byte(read(t, path)), &file); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for _, group := range file.Groups {
			rules = append(rules, group.Rules...)
		}
	}
	if len(rules) < 15 {
		t.Fatalf("only %d rules: this test is blind", len(rules))
	}
	return rules
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("nothing is like %s: %v", pattern, err)
	}
	return paths
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRulesAreWellFormed(t *testing.T) {
	t.Parallel()
	dashboards := []string{"overview", "event-store", "projections", "upgrades", "postgresql"}
	seen := map[string]bool{}
	for _, r := range readRules(t) {
		if !regexp.MustCompile(`^Polder([A-Z][a-z]+)+$`).MatchString(r.Alert) {
			t.Errorf("%s is no name for an alert", r.Alert)
		}
		if severity := r.Labels["severity"]; severity != "critical" && severity != "warning" {
			t.Errorf("%s: severity %q", r.Alert, severity)
		}
		for _, want := range []string{"summary", "description"} {
			if r.Annotations[want] == "" {
				t.Errorf("%s has no %s", r.Alert, want)
			}
		}
		if want := "https://github.com/polderhq/polder/blob/main/docs/runbooks/" + r.Alert + ".md"; r.Annotations["runbook_url"] != want {
			t.Errorf("%s: runbook_url %q, want %q", r.Alert, r.Annotations["runbook_url"], want)
		}
		board, found := strings.CutPrefix(r.Annotations["dashboard_url"], "/d/polder-")
		if !found || !slices.Contains(dashboards, board) {
			t.Errorf("%s: dashboard_url %q is of no dashboard", r.Alert, r.Annotations["dashboard_url"])
		}
		if key := r.Alert + r.Labels["severity"]; seen[key] {
			t.Errorf("there are two of %s with severity %s", r.Alert, r.Labels["severity"])
		} else {
			seen[key] = true
		}
	}
}

// TestRulesInTheUnitTestsOfPromtool also requires that each rule is seen to fire, and its alert
// to be silent.
func TestRulesInTheUnitTestsOfPromtool(t *testing.T) {
	t.Parallel()
	debian.Needs(t, "prometheus", "promtool")
	promtool(t, append([]string{"check", "rules"}, glob(t, ruleFiles+"/*.yaml")...)...)
	tests := glob(t, unitTests+"/*.yaml")
	promtool(t, append([]string{"test", "rules"}, tests...)...)

	var all strings.Builder
	for _, path := range tests {
		all.WriteString(read(t, path))
	}
	for _, r := range readRules(t) {
		fires := regexp.MustCompile(`(?m)labels: 'ALERTS\{alertname="` + r.Alert + `",[^}]*severity="` + r.Labels["severity"] + `"`)
		silent := regexp.MustCompile(`(?m)expr: ALERTS\{alertname="` + r.Alert + `",.*\n.*\n +exp_samples: \[\]`)
		if !fires.MatchString(all.String()) || !silent.MatchString(all.String()) {
			t.Errorf("no unit test shows %s firing with severity %s, or none shows it silent", r.Alert, r.Labels["severity"])
		}
	}
}

func promtool(t *testing.T, args ...string) {
	t.Helper()
	if said, err := exec.CommandContext(t.Context(), "promtool", args...).CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args[:2], " "), err, said)
	}
}
