package chart_test

import (
	"strings"
	"testing"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/polderhq/polder/test/helm/chart"
)

// selected returns the names of the pods, or of what makes them, that the selector finds.
func selected(t *testing.T, r *chart.Rendered, by *metav1.LabelSelector) string {
	t.Helper()
	selector, err := metav1.LabelSelectorAsSelector(by)
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	pods(t, r, func(name string, _ *corev1.PodSpec, of map[string]string) {
		if selector.Matches(labels.Set(of)) {
			found = append(found, strings.TrimPrefix(name, "Deployment erp-polder-"))
		}
	})
	return strings.Join(found, ", ")
}

// What selects pods finds those that it is for, and no others of the release.
func TestSelectorsFindTheirPods(t *testing.T) {
	r := render(t, everything+"\ncommonLabels: {tier: erp}")
	n := 0
	for _, o := range r.Objects {
		component := o.GetLabels()["app.kubernetes.io/component"]
		var found string
		switch o := o.(type) {
		case *corev1.Service:
			found = selected(t, r, &metav1.LabelSelector{MatchLabels: o.Spec.Selector})
		case *policy.PodDisruptionBudget:
			found = selected(t, r, o.Spec.Selector)
		case *networking.NetworkPolicy:
			found = selected(t, r, &o.Spec.PodSelector)
		default:
			continue
		}
		n++
		if component == "admin" {
			component = "Job erp-polder-upgrade, CronJob erp-polder-admin, Pod erp-polder-doctor, Job erp-polder-migrate"
			found = strings.ReplaceAll(found, found[strings.Index(found, "upgrade-")+7:strings.Index(found, ",")], "")
		}
		if found != component {
			t.Errorf("%s %s is for %s, and finds %q", chart.Kind(o), o.GetName(), component, found)
		}
	}
	if n != 7 {
		t.Errorf("%d selectors: this test is blind", n)
	}
}

func TestMonitorsFindTheirServicesAndPorts(t *testing.T) {
	r := render(t, everything)
	for _, component := range []string{"api", "projector"} {
		monitor, service := find[*monitoring.ServiceMonitor](t, r, component), find[*corev1.Service](t, r, component)
		selector, err := metav1.LabelSelectorAsSelector(&monitor.Spec.Selector)
		if err != nil {
			t.Fatal(err)
		}
		if !selector.Matches(labels.Set(service.Labels)) || monitor.Spec.Endpoints[0].Port != service.Spec.Ports[0].Name || monitor.Spec.Endpoints[0].Path != "/metrics" {
			t.Errorf("%s: %+v", component, monitor.Spec)
		}
	}
}

// Metrics and profiles are on the port of the API, so the way in from outside is to its paths alone.
func TestTheIngressLeadsToTheAPIAlone(t *testing.T) {
	r := render(t, everything)
	ingress, service := find[*networking.Ingress](t, r, "-api"), find[*corev1.Service](t, r, "-api")
	paths := ingress.Spec.Rules[0].HTTP.Paths
	if len(paths) != 1 || paths[0].Path != "/v1" || paths[0].Backend.Service.Name != service.Name || paths[0].Backend.Service.Port.Name != service.Spec.Ports[0].Name {
		t.Errorf("%+v", paths)
	}
}

func TestNetworkPoliciesLetOutToDatabasesAndNamesOnly(t *testing.T) {
	r := render(t, "networkPolicy: {enabled: true, apiFrom: [{podSelector: {matchLabels: {app: ingress}}}], databaseTo: [{ipBlock: {cidr: 10.0.0.0/8}}], databasePorts: [5432, 6432]}")
	for _, o := range r.Objects {
		p, ok := o.(*networking.NetworkPolicy)
		if !ok {
			continue
		}
		if len(p.Spec.PolicyTypes) != 2 || len(p.Spec.Egress) != 2 || len(p.Spec.Egress[0].Ports) != 2 || p.Spec.Egress[0].To[0].IPBlock.CIDR != "10.0.0.0/8" {
			t.Errorf("%s: %+v", p.Name, p.Spec)
		}
		if admin := strings.HasSuffix(p.Name, "-admin"); admin != (len(p.Spec.Ingress) == 0) {
			t.Errorf("%s lets in %+v", p.Name, p.Spec.Ingress)
		}
		if api := strings.HasSuffix(p.Name, "-api"); api && len(p.Spec.Ingress[0].From) != 1 {
			t.Errorf("%s lets in %+v", p.Name, p.Spec.Ingress)
		}
	}
}

// With a certificate everybody who speaks to api has to know, the probes first.
func TestACertificateIsMountedAndEverybodyIsTold(t *testing.T) {
	for secret, scheme := range map[string]corev1.URIScheme{"": "HTTP", "certificate": "HTTPS"} {
		r := render(t, "{api: {tls: {existingSecret: '"+secret+"'}}, monitoring: {serviceMonitors: {enabled: true}}}")
		pod := find[*appsv1.Deployment](t, r, "-api").Spec.Template.Spec
		c := pod.Containers[0]
		for _, probe := range []*corev1.Probe{c.StartupProbe, c.LivenessProbe, c.ReadinessProbe} {
			if probe.HTTPGet.Scheme != scheme {
				t.Errorf("with %q: %+v", secret, probe.HTTPGet)
			}
		}
		endpoint := find[*monitoring.ServiceMonitor](t, r, "-api").Spec.Endpoints[0]
		if tls := endpoint.Scheme != nil && *endpoint.Scheme == "https"; tls != (secret != "") || tls != (endpoint.TLSConfig != nil) {
			t.Errorf("with %q: scraped by %+v", secret, endpoint)
		}
		if secret == "" {
			continue
		}
		if len(pod.Volumes) != 1 || pod.Volumes[0].Secret.SecretName != secret || env(c, "POLDER_TLS_CERT") != c.VolumeMounts[0].MountPath+"/tls.crt" || env(c, "POLDER_TLS_KEY") != c.VolumeMounts[0].MountPath+"/tls.key" {
			t.Errorf("%+v mounted as %+v", pod.Volumes, c.VolumeMounts)
		}
	}
}
