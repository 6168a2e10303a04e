package chart_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/v2/lint"
	"helm.sh/helm/v4/pkg/chart/v2/lint/support"
	"sigs.k8s.io/yaml"

	"github.com/polderhq/polder/test/helm/chart"
)

const dir = "../../../helm/polder"

// values parses YAML and lays it over what an installation needs at least.
func values(t *testing.T, text string) map[string]any {
	t.Helper()
	given := map[string]any{}
	if err := yaml.UnmarshalStrict([]byte(text), &given); err != nil {
		t.Fatal(err)
	}
	all := chart.Values()
	maps.Copy(all, given)
	return all
}

func render(t *testing.T, text string) *chart.Rendered {
	t.Helper()
	return renderFor(t, text, "v1.35.0")
}

func renderFor(t *testing.T, text, kubeVersion string) *chart.Rendered {
	t.Helper()
	rendered, err := chart.Render(t.Context(), dir, values(t, text), kubeVersion)
	if err != nil {
		t.Fatal(err)
	}
	return rendered
}

// find returns the one object of the kind whose name ends so.
func find[T chart.Object](t *testing.T, r *chart.Rendered, end string) T {
	t.Helper()
	var found []T
	for _, o := range r.All() {
		if of, ok := o.(T); ok && strings.HasSuffix(o.GetName(), end) {
			found = append(found, of)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d objects of type %T end with %q, wanted one", len(found), *new(T), end)
	}
	return found[0]
}

// base is what every installation has, by kind.
const base = "CronJob 1, Deployment 2, Job 1, Pod 1, PodDisruptionBudget 2, Service 2, ServiceAccount 1"

// toggles are what can be switched, each with what it changes about base.
func toggles(t *testing.T) map[string]struct {
	values  string
	changes map[string]int
} {
	type toggle = struct {
		values  string
		changes map[string]int
	}
	return map[string]toggle{
		"as it is":           {"{}", nil},
		"autoscaling":        {"api: {autoscaling: {enabled: true, targetMemoryUtilizationPercentage: 80}}", map[string]int{"HorizontalPodAutoscaler": 1}},
		"no budgets":         {"{api: {podDisruptionBudget: {enabled: false}}, projector: {podDisruptionBudget: {enabled: false}}}", map[string]int{"PodDisruptionBudget": -2}},
		"no service account": {"serviceAccount: {create: false}", map[string]int{"ServiceAccount": -1}},
		"no migrations":      {"migrate: {enabled: false}", map[string]int{"Job": -1}},
		"no admin":           {"admin: {enabled: false}", map[string]int{"CronJob": -1}},
		"upgrade":            {"upgrade: {enabled: true, id: 2026.12.1-1}", map[string]int{"Job": 1}},
		"ingress":            {"ingress: {enabled: true, className: nginx, hosts: [a.example.com, b.example.com], tls: [{hosts: [a.example.com], secretName: tls}]}", map[string]int{"Ingress": 1}},
		"network policies": {"networkPolicy: {enabled: true, apiFrom: [{namespaceSelector: {}}], databaseTo: [{ipBlock: {cidr: 10.0.0.0/8}}], dnsTo: [{namespaceSelector: {}}]}",
			map[string]int{"NetworkPolicy": 3}},
		"service monitors": {"monitoring: {serviceMonitors: {enabled: true, labels: {release: prometheus}}}", map[string]int{"ServiceMonitor": 2}},
		"rules":            {"monitoring: {rules: {enabled: true}}", map[string]int{"PrometheusRule": len(files(t, "alerts/*.yaml"))}},
		"dashboards":       {"monitoring: {dashboards: {enabled: true, annotations: {grafana_folder: Polder}}}", map[string]int{"ConfigMap": len(files(t, "dashboards/*.json"))}},
		"extra objects": {"extraObjects: [{apiVersion: v1, kind: ConfigMap, metadata: {name: '{{ .Release.Name }}-more'}}, \"apiVersion: v1\\nkind: Secret\\nmetadata: {name: more}\"]",
			map[string]int{"ConfigMap": 1, "Secret": 1}},
		"stores":      {"{stores: {main: 'postgres://db/polder', big: 'postgres://big/polder?sslmode=require'}, database: {existingSecret: s, ca: {existingConfigMap: ca}}}", nil},
		"places":      {"{api: &p {nodeSelector: {a: b}, tolerations: [{operator: Exists}], affinity: {nodeAffinity: {}}, priorityClassName: high, extraVolumes: [{name: v, emptyDir: {}}], extraVolumeMounts: [{name: v, mountPath: /v}], podLabels: {team: erp}, podAnnotations: {a: b}, extraEnv: [{name: GOGC, value: '50'}]}, projector: *p, imagePullSecrets: [{name: pull}], commonLabels: {tier: erp}}", nil},
		"one of each": {"{api: {replicas: 1, topologySpreadConstraints: []}, projector: {replicas: 1, topologySpreadConstraints: []}}", nil},
	}
}

func counts(r *chart.Rendered) map[string]int {
	n := map[string]int{}
	for _, o := range r.All() {
		n[chart.Kind(o)]++
	}
	return n
}

func text(n map[string]int) string {
	var kinds []string
	for _, kind := range slices.Sorted(maps.Keys(n)) {
		if n[kind] != 0 {
			kinds = append(kinds, fmt.Sprintf("%s %d", kind, n[kind]))
		}
	}
	return strings.Join(kinds, ", ")
}

func expected(t *testing.T, changes ...map[string]int) string {
	t.Helper()
	n := map[string]int{}
	for _, part := range strings.Split(base, ", ") {
		var kind string
		var count int
		if _, err := fmt.Sscan(part, &kind, &count); err != nil {
			t.Fatal(err)
		}
		n[kind] = count
	}
	for _, change := range changes {
		for kind, by := range change {
			n[kind] += by
		}
	}
	return text(n)
}

// Each toggle alone, each pair of them, on the oldest and the newest Kubernetes: what is rendered is
// decoded strictly, and counted, because a manifest that is empty is as valid as can be.
func TestWhatIsRenderedIsWhatWasAskedFor(t *testing.T) {
	all := toggles(t)
	for first, a := range all {
		for _, kubeVersion := range chart.KubeVersions() {
			if got, want := text(counts(renderFor(t, a.values, kubeVersion))), expected(t, a.changes); got != want {
				t.Errorf("%s on %s: %s, want %s", first, kubeVersion, got, want)
			}
		}
		for second, b := range all {
			if second < first {
				continue // was had the other way round
			}
			both := values(t, a.values)
			merge(both, values(t, b.values))
			rendered, err := chart.Render(t.Context(), dir, both, "v1.35.0")
			if err != nil {
				t.Fatalf("%s and %s: %v", first, second, err)
			}
			changes := []map[string]int{a.changes}
			if first != second {
				changes = append(changes, b.changes)
			}
			if got, want := text(counts(rendered)), expected(t, changes...); got != want {
				t.Errorf("%s and %s: %s, want %s", first, second, got, want)
			}
		}
	}
}

func merge(into, from map[string]any) {
	for key, value := range from {
		inner, ok := into[key].(map[string]any)
		other, both := value.(map[string]any)
		if ok && both {
			merge(inner, other)
			continue
		}
		into[key] = value
	}
}

func TestLintIsSilent(t *testing.T) {
	for name, toggle := range toggles(t) {
		for _, kubeVersion := range chart.KubeVersions() {
			version, err := common.ParseKubeVersion(kubeVersion)
			if err != nil {
				t.Fatal(err)
			}
			said := lint.RunAll(dir, values(t, toggle.values), chart.Namespace, lint.WithKubeVersion(version))
			for _, message := range said.Messages {
				if message.Severity > support.InfoSev { // as with --strict
					t.Errorf("%s on %s: %s", name, kubeVersion, message)
				}
			}
		}
	}
}

func TestAnOlderKubernetesIsRefused(t *testing.T) {
	if _, err := chart.Render(t.Context(), dir, chart.Values(), "v1.28.9"); err == nil || !strings.Contains(err.Error(), "kubeVersion") {
		t.Errorf("error = %v", err)
	}
}

// What is in the folder is what helm takes with it: an ignored template would be missing silently.
func TestEveryFileOfTheChartIsTaken(t *testing.T) {
	loaded, err := chart.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	taken := map[string]bool{}
	for _, file := range loaded.Raw {
		taken[file.Name] = true
	}
	err = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if !taken[name] && name != ".helmignore" && !strings.HasSuffix(name, ".go") {
			t.Errorf("%s is not in the chart", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "UPGRADING.md")); err != nil {
		t.Error(err)
	}
}
