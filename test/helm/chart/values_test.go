package chart_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	dynamicfake "k8s.io/client-go/dynamic/fake"
	"sigs.k8s.io/yaml"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	"helm.sh/helm/v4/pkg/chart/common"
	"helm.sh/helm/v4/pkg/chart/common/util"
	"helm.sh/helm/v4/pkg/engine"

	"github.com/polderhq/polder/test/helm/chart"
)

// What is refused says why in the words of whoever has to mend it.
func TestWrongValuesAreRefusedWithAHint(t *testing.T) {
	for text, says := range map[string]string{
		"replicaCount: 3":                                          "use api.replicas and projector.replicas",
		"postgresql: {enabled: true}":                              "there is no bundled database",
		"autoscaling: {enabled: true}":                             "use api.autoscaling",
		"resources: {}":                                            "use api.resources",
		"database: {existingSecret: ''}":                           "name a Secret",
		"api: {drainDelaySeconds: 15}":                             "must be more than api.drainDelaySeconds + 15",
		"upgrade: {enabled: true}":                                 "what admin upgrade plan has printed",
		"ingress: {enabled: true}":                                 "name at least one host",
		"api: {autoscaling: {enabled: true, maxReplicas: 1}}":      "minReplicas is more than maxReplicas",
		"api: {extraEnv: [{name: POLDER_DRAIN_DELAY, value: 1s}]}": "extraEnv sets POLDER_DRAIN_DELAY",
		// by the schema:
		"api: {replica: 3}":      "'replica' not allowed",
		"apii: {}":               "'apii' not allowed",
		"api: {replicas: three}": "/api/replicas",
		"stores: {main: 'postgres://login:password@db/polder'}":     "/stores/main",
		"stores: {Main: 'postgres://db/polder'}":                    "'Main' not allowed",
		"commonLabels: {app.kubernetes.io/name: other}":             "/commonLabels",
		"image: {digest: abc}":                                      "/image/digest",
		"logLevel: loud":                                            "/logLevel",
		"upgrade: {enabled: true, id: a-1, settle: 5 min}":          "/upgrade/settle",
		"monitoring: {dashboards: {enabled: true, folder: Polder}}": "'folder' not allowed",
	} {
		_, err := chart.Render(t.Context(), dir, values(t, text), "v1.35.0")
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: error = %v, want it to say %q", text, err, says)
		}
	}
}

// object is a part of a JSON schema.
type object struct {
	Type                 any
	Properties           map[string]json.RawMessage
	AdditionalProperties any
	Ref                  string                     `json:"$ref"`
	Defs                 map[string]json.RawMessage `json:"$defs"`
}

// The schema knows every value that there is and no other, and is closed wherever the chart
// says what is in an object.
func TestTheSchemaIsThatOfTheValues(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(dir, "values.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var root object
	if err := json.Unmarshal(text, &root); err != nil {
		t.Fatal(err)
	}
	loaded, err := chart.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	gone := []string{"global", "replicaCount", "postgresql", "autoscaling", "resources"}
	for _, name := range gone {
		delete(root.Properties, name)
	}
	n := 0
	compare(t, &root, root, pair{"", loaded.Values, &n})
	if n < 20 {
		t.Errorf("%d objects compared: this test is blind", n)
	}
}

type pair struct {
	path   string
	values map[string]any
	n      *int
}

func compare(t *testing.T, root *object, of object, at pair) {
	t.Helper()
	if len(of.Properties) == 0 {
		return // free, or a map by names of the user's
	}
	*at.n++
	if of.AdditionalProperties != false {
		t.Errorf("%s lets pass what nobody knows", at.path)
	}
	for name, value := range at.values {
		raw, ok := of.Properties[name]
		if !ok {
			t.Errorf("%s.%s is not in the schema", at.path, name)
			continue
		}
		var inner object
		if err := json.Unmarshal(raw, &inner); err != nil {
			t.Fatal(err)
		}
		if def, ok := strings.CutPrefix(inner.Ref, "#/$defs/"); ok {
			if err := json.Unmarshal(root.Defs[def], &inner); err != nil {
				t.Fatal(err)
			}
		}
		if mapping, ok := value.(map[string]any); ok {
			compare(t, root, inner, pair{at.path + "." + name, mapping, at.n})
		}
	}
	optional := []string{"initialDelaySeconds"}
	for name := range of.Properties {
		if _, ok := at.values[name]; !ok && !slices.Contains(optional, name) {
			t.Errorf("the schema knows %s.%s, which is no value", at.path, name)
		}
	}
}

// cluster answers what templates look up.
type cluster struct{ dynamic.Interface }

func (c cluster) GetClientFor(_, kind string) (dynamic.NamespaceableResourceInterface, bool, error) {
	return c.Resource(schema.GroupVersionResource{Version: "v1", Resource: strings.ToLower(kind) + "s"}), true, nil
}

// annotations are those of the pods, as the cluster has the Secret in the version, and the certificate.
func annotations(t *testing.T, version, certificate string) map[string]map[string]string {
	t.Helper()
	types := runtime.NewScheme()
	if err := corev1.AddToScheme(types); err != nil {
		t.Fatal(err)
	}
	loaded, err := chart.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	all, err := util.ToRenderValues(loaded, values(t, "database: {existingSecret: s, ca: {existingConfigMap: ca}}"),
		common.ReleaseOptions{Name: chart.Release, Namespace: chart.Namespace}, common.DefaultCapabilities)
	if err != nil {
		t.Fatal(err)
	}
	rendered, err := engine.RenderWithClientProvider(loaded, all, cluster{dynamicfake.NewSimpleDynamicClient(types,
		&corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "s", Namespace: chart.Namespace, UID: "u", ResourceVersion: version}},
		&corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: "ca", Namespace: chart.Namespace}, Data: map[string]string{"ca.crt": certificate}})})
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]map[string]string{}
	for _, component := range []string{"api", "projector"} {
		objects, err := chart.Decode(rendered["polder/templates/"+component+".yaml"])
		if err != nil {
			t.Fatal(err)
		}
		found[component] = objects[0].(*appsv1.Deployment).Spec.Template.Annotations
	}
	return found
}

// Pods read the Secret and the certificate when they start, so an upgrade replaces them when one has changed.
func TestPodsAreReplacedWhenWhatTheyReadHasChanged(t *testing.T) {
	before, again, rotated, certified := annotations(t, "1", "a"), annotations(t, "1", "a"), annotations(t, "2", "a"), annotations(t, "1", "b")
	for _, component := range []string{"api", "projector"} {
		for annotation, changed := range map[string]map[string]map[string]string{"checksum/database": rotated, "checksum/ca": certified} {
			was := before[component][annotation]
			if was == "" || was != again[component][annotation] || was == changed[component][annotation] {
				t.Errorf("%s: %s is %q, again %q, changed %q", component, annotation, was, again[component][annotation], changed[component][annotation])
			}
		}
	}
}

// What Prometheus and Grafana are given is what the files say, text in braces included.
func TestAlertsAndDashboardsAreShippedAsTheyAre(t *testing.T) {
	r := render(t, "monitoring: {rules: {enabled: true, labels: {release: prometheus}}, dashboards: {enabled: true}}")
	for _, path := range files(t, "alerts/*.yaml") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var want monitoring.PrometheusRuleSpec
		if err := yaml.UnmarshalStrict(text, &want); err != nil {
			t.Fatal(err)
		}
		rule := find[*monitoring.PrometheusRule](t, r, "polder-"+strings.ReplaceAll(strings.TrimSuffix(filepath.Base(path), ".yaml"), "_", "-"))
		if asJSON(t, rule.Spec) != asJSON(t, want) || rule.Labels["release"] != "prometheus" {
			t.Errorf("%s became %s", path, asJSON(t, rule.Spec))
		}
	}
	for _, path := range files(t, "dashboards/*.json") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		config := find[*corev1.ConfigMap](t, r, "-dashboard-"+strings.ReplaceAll(strings.TrimSuffix(filepath.Base(path), ".json"), "_", "-"))
		if config.Data[filepath.Base(path)] != string(text) || config.Labels["grafana_dashboard"] != "1" {
			t.Errorf("%s came out changed, with labels %v", path, config.Labels)
		}
	}
}

func files(t *testing.T, pattern string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(found) < 5 {
		t.Fatalf("%d files %s (%v): this test is blind", len(found), pattern, err)
	}
	return found
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Names have their limits, and what makes them unique is at their end.
func TestLongNamesFit(t *testing.T) {
	r := render(t, "{fullnameOverride: "+strings.Repeat("a", 60)+", upgrade: {enabled: true, id: a-1}, networkPolicy: {enabled: true}}")
	for _, o := range r.All() {
		limit := 63
		if _, ok := o.(*batchv1.CronJob); ok {
			limit = 52
		}
		if len(o.GetName()) > limit {
			t.Errorf("%s %s has %d letters", chart.Kind(o), o.GetName(), len(o.GetName()))
		}
	}
}
