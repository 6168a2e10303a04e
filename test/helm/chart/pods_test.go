package chart_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/polderhq/polder/test/helm/chart"
)

// everything switches on all that makes a pod or speaks to one.
const everything = `
upgrade: {enabled: true, id: 2026.12.1-1}
stores: {main: 'postgres://db/polder', big: 'postgres://big/polder'}
database: {existingSecret: polder-databases, ca: {existingConfigMap: ca}}
networkPolicy: {enabled: true}
ingress: {enabled: true, hosts: [a.example.com]}
monitoring: {serviceMonitors: {enabled: true}}
api: {autoscaling: {enabled: true}, tls: {existingSecret: certificate}}
tracesEndpoint: http://collector:4318
`

// pods calls do with every pod that the release makes.
func pods(t *testing.T, r *chart.Rendered, do func(name string, pod *corev1.PodSpec, labels map[string]string)) {
	t.Helper()
	n := 0
	for _, o := range r.All() {
		if pod, labels := chart.PodOf(o); pod != nil {
			n++
			do(chart.Kind(o)+" "+o.GetName(), pod, labels)
		}
	}
	if n != 6 {
		t.Fatalf("%d kinds of pods: this test is blind", n)
	}
}

func TestPodsKeepToPodSecurityRestricted(t *testing.T) {
	pods(t, render(t, everything), func(name string, pod *corev1.PodSpec, _ map[string]string) {
		s := pod.SecurityContext
		if s == nil || s.RunAsNonRoot == nil || !*s.RunAsNonRoot || s.RunAsUser == nil || *s.RunAsUser == 0 || s.SeccompProfile == nil || s.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
			t.Errorf("%s: security context %+v", name, s)
		}
		if pod.HostNetwork || pod.HostPID || pod.HostIPC || slices.ContainsFunc(pod.Volumes, func(v corev1.Volume) bool { return v.HostPath != nil }) {
			t.Errorf("%s has a part of its host", name)
		}
		for _, c := range chart.Containers(pod) {
			s := c.SecurityContext
			if s == nil || s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || s.ReadOnlyRootFilesystem == nil || !*s.ReadOnlyRootFilesystem ||
				s.Capabilities == nil || !slices.Contains(s.Capabilities.Drop, "ALL") || len(s.Capabilities.Add) > 0 || s.Privileged != nil {
				t.Errorf("%s %s: security context %+v", name, c.Name, s)
			}
			if c.Resources.Limits.Memory().IsZero() || c.Resources.Requests.Cpu().IsZero() {
				t.Errorf("%s %s: resources %+v", name, c.Name, c.Resources)
			}
		}
	})
}

func TestPodsHaveNoTokenAndNoVariablesOfServices(t *testing.T) {
	r := render(t, everything)
	pods(t, r, func(name string, pod *corev1.PodSpec, _ map[string]string) {
		if pod.AutomountServiceAccountToken == nil || *pod.AutomountServiceAccountToken || pod.EnableServiceLinks == nil || *pod.EnableServiceLinks {
			t.Errorf("%s: token %v, links %v", name, pod.AutomountServiceAccountToken, pod.EnableServiceLinks)
		}
	})
	account := find[*corev1.ServiceAccount](t, r, "polder")
	if account.AutomountServiceAccountToken == nil || *account.AutomountServiceAccountToken {
		t.Error("the service account mounts its token")
	}
}

// Credentials come from the Secret and from nowhere else, and each program gets its own.
func TestSecretsComeByReference(t *testing.T) {
	keys := map[string]string{"api": "api", "projector": "projector"}
	pods(t, render(t, everything), func(name string, pod *corev1.PodSpec, _ map[string]string) {
		for _, c := range chart.Containers(pod) {
			key := keys[c.Name]
			if key == "" {
				key = "admin"
			}
			if c.Command[0] != "/"+key {
				t.Errorf("%s %s runs %v", name, c.Name, c.Command)
			}
			url := false
			for _, v := range c.Env {
				url = url || v.Name == "POLDER_CATALOG_URL"
				secret := strings.Contains(v.Name, "URL") || strings.Contains(v.Name, "PASSWORD") || strings.Contains(v.Name, "LOGIN")
				if !secret {
					continue
				}
				if v.Value != "" || v.ValueFrom == nil || v.ValueFrom.SecretKeyRef == nil || v.ValueFrom.SecretKeyRef.Name != "polder-databases" || !strings.HasPrefix(v.ValueFrom.SecretKeyRef.Key, key) {
					t.Errorf("%s %s: %s comes from %q %+v", name, c.Name, v.Name, v.Value, v.ValueFrom)
				}
			}
			if !url || len(c.EnvFrom) > 0 {
				t.Errorf("%s %s: catalog's URL given %v, variables from %v", name, c.Name, url, c.EnvFrom)
			}
		}
	})
}

// A variable that a program does not read would be a setting without an effect.
func TestProgramsKnowTheirVariables(t *testing.T) {
	pods(t, render(t, everything), func(name string, pod *corev1.PodSpec, _ map[string]string) {
		for _, c := range chart.Containers(pod) {
			source, err := os.ReadFile("../../../cmd" + c.Command[0] + "/config.go")
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range c.Env {
				if (strings.HasPrefix(v.Name, "POLDER_") || strings.HasPrefix(v.Name, "OTEL_")) && !strings.Contains(string(source), `get("`+v.Name+`")`) {
					t.Errorf("%s %s: %s knows no %s", name, c.Name, c.Command[0], v.Name)
				}
			}
		}
	})
}

func TestProbesAndTheEndOfPods(t *testing.T) {
	r := render(t, everything)
	for component, port := range map[string]string{"api": "http", "projector": "metrics"} {
		d := find[*appsv1.Deployment](t, r, component)
		c := d.Spec.Template.Spec.Containers[0]
		for path, probe := range map[string]*corev1.Probe{"/healthz": c.LivenessProbe, "/readyz": c.ReadinessProbe} {
			if probe == nil || probe.HTTPGet == nil || probe.HTTPGet.Path != path || probe.HTTPGet.Port.StrVal != port || probe.TimeoutSeconds < 3 {
				t.Errorf("%s: probe of %s is %+v", component, path, probe) // a check of readiness takes up to 2 s
			}
		}
		if s := c.StartupProbe; s == nil || s.HTTPGet.Path != "/healthz" || s.PeriodSeconds*s.FailureThreshold < 30 {
			t.Errorf("%s: startup probe %+v", component, s)
		}
		if u := d.Spec.Strategy.RollingUpdate; u == nil || u.MaxUnavailable.IntValue() != 0 || d.Spec.MinReadySeconds == 0 {
			t.Errorf("%s: a roll-out takes pods away before others are ready: %+v", component, d.Spec.Strategy)
		}
		if n := len(d.Spec.Template.Spec.TopologySpreadConstraints); n != 2 {
			t.Errorf("%s: %d topology spread constraints", component, n)
		}
		for _, spread := range d.Spec.Template.Spec.TopologySpreadConstraints {
			if spread.LabelSelector == nil || spread.LabelSelector.MatchLabels["app.kubernetes.io/component"] != component {
				t.Errorf("%s is spread by %+v", component, spread.LabelSelector)
			}
		}
	}
	api := find[*appsv1.Deployment](t, r, "-api").Spec.Template.Spec
	if delay := env(api.Containers[0], "POLDER_DRAIN_DELAY"); delay != "5s" || *api.TerminationGracePeriodSeconds != 30 {
		t.Errorf("it drains for %s within %d s", delay, *api.TerminationGracePeriodSeconds)
	}
}

func env(c corev1.Container, name string) string {
	for _, v := range c.Env {
		if v.Name == name {
			return v.Value
		}
	}
	return "not set"
}

func TestMigrationsComeFirstAndNeedNothingOfTheRelease(t *testing.T) {
	r := render(t, everything)
	job := find[*batchv1.Job](t, r, "-migrate")
	for annotation, want := range map[string]string{"helm.sh/hook": "pre-install,pre-upgrade", "helm.sh/hook-delete-policy": "before-hook-creation", "helm.sh/hook-weight": "0"} {
		if got := job.Annotations[annotation]; got != want {
			t.Errorf("%s is %q, want %q", annotation, got, want)
		}
	}
	pod := job.Spec.Template.Spec
	if pod.ServiceAccountName != "default" || job.Spec.ActiveDeadlineSeconds == nil || job.Spec.BackoffLimit == nil || pod.RestartPolicy != corev1.RestartPolicyNever {
		t.Errorf("service account %q, deadline %v, tries %v", pod.ServiceAccountName, job.Spec.ActiveDeadlineSeconds, job.Spec.BackoffLimit)
	}
	for _, volume := range pod.Volumes {
		if volume.ConfigMap == nil || volume.ConfigMap.Name != "ca" {
			t.Errorf("it mounts %+v", volume)
		}
	}
	var steps []string
	for _, c := range chart.Containers(&pod) {
		steps = append(steps, strings.Join(c.Args, " "))
	}
	if want := []string{"migrate up", "store add big postgres://big/polder", "store add main postgres://db/polder"}; !slices.Equal(steps, want) {
		t.Errorf("it runs %q, want %q", steps, want)
	}
	test := find[*corev1.Pod](t, r, "-doctor")
	if test.Annotations["helm.sh/hook"] != "test" || test.Spec.Containers[0].Image != pod.Containers[0].Image {
		t.Errorf("the test is %q, of image %s", test.Annotations["helm.sh/hook"], test.Spec.Containers[0].Image)
	}
}

func TestAnUpgradeWaitsUntilItIsStarted(t *testing.T) {
	job := func(values string) *batchv1.Job {
		t.Helper()
		return find[*batchv1.Job](t, render(t, "{migrate: {enabled: false}, upgrade: {enabled: true, id: 2026.12.1-1, "+values+"}}"), "")
	}
	suspended, started, otherwise := job("settle: 5m"), job("settle: 5m, suspend: false, parallelism: 3"), job("settle: 6m")
	if !*suspended.Spec.Suspend || *started.Spec.Suspend || *started.Spec.Parallelism != 3 {
		t.Errorf("suspended %v, started %v", *suspended.Spec.Suspend, *started.Spec.Suspend)
	}
	if suspended.Name != started.Name || suspended.Name == otherwise.Name {
		t.Errorf("names %s, %s started, %s with another pod", suspended.Name, started.Name, otherwise.Name)
	}
	if got := strings.Join(started.Spec.Template.Spec.Containers[0].Args, " "); got != "upgrade run 2026.12.1-1 --settle 5m --lag 500 --workers 2" {
		t.Errorf("it runs %s", got)
	}
}

func TestScalingLeavesTheNumberOfPodsAlone(t *testing.T) {
	r := render(t, everything)
	if d := find[*appsv1.Deployment](t, r, "-api"); d.Spec.Replicas != nil {
		t.Errorf("each upgrade sets %d replicas", *d.Spec.Replicas)
	}
	scaler := find[*autoscaling.HorizontalPodAutoscaler](t, r, "-api")
	if scaler.Spec.ScaleTargetRef.Name != find[*appsv1.Deployment](t, r, "-api").Name || len(scaler.Spec.Metrics) != 1 {
		t.Errorf("it scales %+v by %d metrics", scaler.Spec.ScaleTargetRef, len(scaler.Spec.Metrics))
	}
}

func TestZeroValuesSurvive(t *testing.T) {
	r := render(t, `
api: {replicas: 0, drainDelaySeconds: 0, minReadySeconds: 0, revisionHistoryLimit: 0, pprof: false, podDisruptionBudget: {maxUnavailable: 0}, topologySpreadConstraints: [], resources: {requests: null, limits: null}}
projector: {replicas: 0, auditRate: 0, sealRate: 0, revisionHistoryLimit: 0, podDisruptionBudget: {maxUnavailable: 0}}
migrate: {backoffLimit: 0}
upgrade: {enabled: true, id: a-1, lag: 0, backoffLimit: 0, suspend: false}
containerSecurityContext: {readOnlyRootFilesystem: false}
`)
	api, projector := find[*appsv1.Deployment](t, r, "-api"), find[*appsv1.Deployment](t, r, "-projector")
	if *api.Spec.Replicas != 0 || api.Spec.MinReadySeconds != 0 || *api.Spec.RevisionHistoryLimit != 0 || len(api.Spec.Template.Spec.TopologySpreadConstraints) != 0 ||
		*projector.Spec.Replicas != 0 || *projector.Spec.RevisionHistoryLimit != 0 {
		t.Errorf("%+v", api.Spec)
	}
	c := api.Spec.Template.Spec.Containers[0]
	if env(c, "POLDER_DRAIN_DELAY") != "0s" || env(c, "POLDER_PPROF") != "false" || len(c.Resources.Requests) != 0 || *c.SecurityContext.ReadOnlyRootFilesystem {
		t.Errorf("%+v", c)
	}
	for _, rate := range []string{"POLDER_AUDIT_RATE", "POLDER_SEAL_RATE"} {
		if set := env(projector.Spec.Template.Spec.Containers[0], rate); set != "0" {
			t.Errorf("%s is %s", rate, set)
		}
	}
	if job := find[*batchv1.Job](t, r, "-migrate"); *job.Spec.BackoffLimit != 0 {
		t.Errorf("%d tries", *job.Spec.BackoffLimit)
	}
	for _, o := range r.Objects {
		if job, ok := o.(*batchv1.Job); ok && (*job.Spec.BackoffLimit != 0 || *job.Spec.Suspend || !slices.Contains(job.Spec.Template.Spec.Containers[0].Args, "0")) {
			t.Errorf("%+v", job.Spec)
		}
	}
}

// Numbers from 1,000,000 on must not come out as 1e+06.
func TestBigNumbersStayNumbers(t *testing.T) {
	r := render(t, "{projector: {pageEvents: 1000000, auditRate: 2000000, workers: 3000000}, migrate: {activeDeadlineSeconds: 4000000}}")
	c := find[*appsv1.Deployment](t, r, "-projector").Spec.Template.Spec.Containers[0]
	if got := env(c, "POLDER_PAGE_EVENTS") + " " + env(c, "POLDER_AUDIT_RATE") + " " + env(c, "POLDER_WORKERS"); got != "1000000 2000000 3000000" {
		t.Error(got)
	}
}
