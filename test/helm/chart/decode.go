package chart

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscaling "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// Object is an object of the cluster, of its own type.
type Object interface {
	runtime.Object
	metav1.Object
}

// Kind names the object's type.
func Kind(o Object) string { return o.GetObjectKind().GroupVersionKind().Kind }

// Decode reads the objects of a manifest. It refuses kinds that the chart has no use for, fields that the
// kind does not have, and keys that come twice.
func Decode(manifest string) ([]Object, error) {
	types := runtime.NewScheme()
	known := runtime.NewSchemeBuilder(appsv1.AddToScheme, autoscaling.AddToScheme, batchv1.AddToScheme, corev1.AddToScheme,
		networking.AddToScheme, policy.AddToScheme, monitoring.AddToScheme)
	if err := known.AddToScheme(types); err != nil {
		return nil, err
	}
	var objects []Object
	for _, text := range regexp.MustCompile(`(?m)^---\s*$`).Split(manifest, -1) {
		if blank(text) {
			continue
		}
		object, err := decode(types, text)
		if err != nil {
			return nil, fmt.Errorf("%w, in\n%s", err, text)
		}
		objects = append(objects, object)
	}
	return objects, nil
}

// blank tells what holds comments only.
func blank(text string) bool {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return false
		}
	}
	return true
}

func decode(types *runtime.Scheme, text string) (Object, error) {
	data, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		return nil, err
	}
	var kind metav1.TypeMeta
	if err := kjson.UnmarshalCaseSensitivePreserveInts(data, &kind); err != nil {
		return nil, err
	}
	made, err := types.New(schema.FromAPIVersionAndKind(kind.APIVersion, kind.Kind))
	if err != nil {
		return nil, err
	}
	unknown, err := kjson.UnmarshalStrict(data, made)
	if err := errors.Join(append(unknown, err)...); err != nil {
		return nil, err
	}
	return made.(Object), nil
}

// PodOf returns the pod that the object makes, and its labels; nil: it makes none.
func PodOf(o Object) (*corev1.PodSpec, map[string]string) {
	switch o := o.(type) {
	case *appsv1.Deployment:
		return &o.Spec.Template.Spec, o.Spec.Template.Labels
	case *batchv1.Job:
		return &o.Spec.Template.Spec, o.Spec.Template.Labels
	case *batchv1.CronJob:
		return &o.Spec.JobTemplate.Spec.Template.Spec, o.Spec.JobTemplate.Spec.Template.Labels
	case *corev1.Pod:
		return &o.Spec, o.Labels
	}
	return nil, nil
}

// Containers are all of the pod, those that run first included.
func Containers(pod *corev1.PodSpec) []corev1.Container {
	return append(append([]corev1.Container{}, pod.InitContainers...), pod.Containers...)
}
