package chart_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/resource"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/common"
	chartv2 "helm.sh/helm/v4/pkg/chart/v2"
	"helm.sh/helm/v4/pkg/kube"
	"helm.sh/helm/v4/pkg/kube/fake"
	release "helm.sh/helm/v4/pkg/release/v1"
	"helm.sh/helm/v4/pkg/storage"
	"helm.sh/helm/v4/pkg/storage/driver"

	"github.com/polderhq/polder/test/helm/chart"
)

// recorder writes down what helm does, and to what. A real cluster is in the drill.
type recorder struct {
	*fake.PrintingKubeClient
	did    []string
	failed error // of hooks
}

func (r *recorder) note(what string, resources kube.ResourceList) {
	var names []string
	for _, info := range resources {
		names = append(names, info.Object.GetObjectKind().GroupVersionKind().Kind+" "+strings.TrimPrefix(info.Name, "erp-polder-"))
	}
	slices.Sort(names)
	r.did = append(r.did, what+" "+strings.Join(names, ", "))
}

func (r *recorder) Build(manifest io.Reader, _ bool) (kube.ResourceList, error) {
	text, err := io.ReadAll(manifest)
	if err != nil {
		return nil, err
	}
	objects, err := chart.Decode(string(text))
	var infos kube.ResourceList
	for _, o := range objects {
		infos = append(infos, &resource.Info{Name: o.GetName(), Namespace: o.GetNamespace(), Object: o})
	}
	return infos, err
}

func (r *recorder) Create(resources kube.ResourceList, _ ...kube.ClientCreateOption) (*kube.Result, error) {
	r.note("create", resources)
	return &kube.Result{Created: resources}, nil
}

func (r *recorder) Delete(resources kube.ResourceList, _ metav1.DeletionPropagation) (*kube.Result, []error) {
	r.note("delete", resources)
	return &kube.Result{Deleted: resources}, nil
}

func (r *recorder) Update(_, target kube.ResourceList, _ ...kube.ClientUpdateOption) (*kube.Result, error) {
	r.note("update", target)
	return &kube.Result{Updated: target}, nil
}

func (r *recorder) GetWaiter(kube.WaitStrategy) (kube.Waiter, error) {
	return &waiter{&fake.PrintingKubeWaiter{Out: io.Discard, LogOutput: io.Discard}, r}, nil
}

func (r *recorder) GetWaiterWithOptions(s kube.WaitStrategy, _ ...kube.WaitOption) (kube.Waiter, error) {
	return r.GetWaiter(s)
}

type waiter struct {
	*fake.PrintingKubeWaiter
	of *recorder
}

func (w *waiter) WatchUntilReady(resources kube.ResourceList, _ time.Duration) error {
	w.of.note("wait for", resources)
	return w.of.failed
}

// upgrade takes an installed release to an image of the next version, and returns what helm did.
func upgrade(t *testing.T, failed error) ([]string, error) {
	t.Helper()
	loaded, err := chart.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	cluster := &recorder{PrintingKubeClient: &fake.PrintingKubeClient{Out: io.Discard, LogOutput: io.Discard}, failed: failed}
	config := &action.Configuration{Releases: storage.Init(driver.NewMemory())}
	installed(t, config, loaded)
	config.KubeClient = cluster
	next := action.NewUpgrade(config)
	next.Namespace, next.Timeout, next.WaitStrategy = chart.Namespace, time.Minute, kube.HookOnlyStrategy
	_, err = next.Run(chart.Release, loaded, values(t, "image: {tag: next}"))
	return cluster.did, err
}

// installed enters the release as if it had been installed.
func installed(t *testing.T, config *action.Configuration, loaded *chartv2.Chart) {
	t.Helper()
	version, err := common.ParseKubeVersion("v1.35.0")
	if err != nil {
		t.Fatal(err)
	}
	dry := &action.Configuration{Releases: config.Releases}
	install := action.NewInstall(dry)
	install.KubeVersion = version
	install.DryRunStrategy, install.ReleaseName, install.Namespace = action.DryRunClient, chart.Release, chart.Namespace
	made, err := install.Run(loaded, values(t, "image: {tag: before}"))
	if err != nil {
		t.Fatal(err)
	}
	before := made.(*release.Release)
	config.Capabilities, before.Info.Status = dry.Capabilities, "deployed"
	if err := config.Releases.Create(before); err != nil {
		t.Fatal(err)
	}
}

const (
	all  = "CronJob admin, Deployment api, Deployment projector, PodDisruptionBudget api, PodDisruptionBudget projector, Service api, Service projector, ServiceAccount erp-polder"
	hook = "Job migrate"
)

// The schema is expanded while the version before serves; only then are pods replaced, and nothing follows
// that: what takes away from the schema is never a hook, because pods of before may still run.
func TestAnUpgradeMigratesAndThenReplacesPods(t *testing.T) {
	did, err := upgrade(t, nil)
	if want := []string{"delete " + hook, "create " + hook, "wait for " + hook, "update " + all}; err != nil || !slices.Equal(did, want) {
		t.Errorf("error %v, helm did\n%s\nwant\n%s", err, strings.Join(did, "\n"), strings.Join(want, "\n"))
	}
}

func TestAMigrationThatFailsStopsTheUpgrade(t *testing.T) {
	did, err := upgrade(t, errors.New("the Job failed"))
	if want := []string{"delete " + hook, "create " + hook, "wait for " + hook}; err == nil || !slices.Equal(did, want) {
		t.Errorf("error %v, helm did\n%s\nwant\n%s", err, strings.Join(did, "\n"), strings.Join(want, "\n"))
	}
}
