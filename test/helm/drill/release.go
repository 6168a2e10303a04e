package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/cli-runtime/pkg/genericclioptions"

	"helm.sh/helm/v4/pkg/action"
	"helm.sh/helm/v4/pkg/chart/v2/loader"
	"helm.sh/helm/v4/pkg/kube"
	release "helm.sh/helm/v4/pkg/release/v1"
)

const (
	namespace   = "polder"
	releaseName = "polder"
	secretName  = "polder-databases"

	// helmTime is how long helm waits for what it has done; this machine may have other work.
	helmTime = 5 * time.Minute
)

// helm is helm as it is called from a shell, with the cluster of the drill.
func (d *drill) helm() (*action.Configuration, error) {
	flags, name := genericclioptions.NewConfigFlags(true), namespace
	flags.KubeConfig, flags.Namespace = &d.plane.kubeconfig, &name
	config := action.NewConfiguration()
	return config, config.Init(flags, namespace, "secret")
}

// values are those of the drill, for the image with the tag.
func (d *drill) values(tag string) map[string]any {
	return map[string]any{
		"image":         map[string]any{"repository": "registry.example.com/polder", "tag": tag},
		"database":      map[string]any{"existingSecret": secretName},
		"stores":        map[string]any{"main": d.location()},
		"api":           map[string]any{"minReadySeconds": 2, "autoscaling": map[string]any{"enabled": true, "minReplicas": 2}},
		"projector":     map[string]any{"minReadySeconds": 1},
		"migrate":       map[string]any{"backoffLimit": 0},
		"networkPolicy": map[string]any{"enabled": true}, "ingress": map[string]any{"enabled": true, "hosts": []any{"erp.example.com"}},
		"monitoring": map[string]any{"dashboards": map[string]any{"enabled": true}},
	}
}

func (d *drill) install(ctx context.Context, tag string) error {
	config, err := d.helm()
	if err != nil {
		return err
	}
	chart, err := loader.Load(filepath.Join(d.repository, "helm", "polder"))
	if err != nil {
		return err
	}
	install := action.NewInstall(config)
	install.ReleaseName, install.Namespace, install.Timeout, install.WaitStrategy, install.ServerSideApply = releaseName, namespace, helmTime, kube.StatusWatcherStrategy, true
	_, err = install.RunWithContext(ctx, chart, d.values(tag))
	return err
}

// upgrade waits until all pods are replaced.
func (d *drill) upgrade(ctx context.Context, values map[string]any) error {
	config, err := d.helm()
	if err != nil {
		return err
	}
	chart, err := loader.Load(filepath.Join(d.repository, "helm", "polder"))
	if err != nil {
		return err
	}
	upgrade := action.NewUpgrade(config)
	upgrade.Namespace, upgrade.Timeout, upgrade.WaitStrategy, upgrade.ServerSideApply = namespace, helmTime, kube.StatusWatcherStrategy, "auto"
	_, err = upgrade.RunWithContext(ctx, releaseName, chart, values)
	return err
}

// test is helm test.
func (d *drill) test() error {
	config, err := d.helm()
	if err != nil {
		return err
	}
	testing := action.NewReleaseTesting(config)
	testing.Namespace, testing.Timeout = namespace, helmTime
	ran, _, err := testing.Run(releaseName)
	if err != nil {
		return err
	}
	for _, hook := range ran.(*release.Release).Hooks {
		for _, event := range hook.Events {
			if event == release.HookTest && hook.LastRun.Phase != release.HookPhaseSucceeded {
				return fmt.Errorf("%s is %s", hook.Name, hook.LastRun.Phase)
			}
		}
	}
	return nil
}

func (d *drill) uninstall() error {
	config, err := d.helm()
	if err != nil {
		return err
	}
	uninstall := action.NewUninstall(config)
	uninstall.Timeout, uninstall.WaitStrategy = helmTime, kube.StatusWatcherStrategy
	_, err = uninstall.Run(releaseName)
	return err
}

// pods are those of the component that run the image with the tag, or any; none that is about to end.
func (d *drill) pods(ctx context.Context, component, tag string) ([]corev1.Pod, error) {
	list, err := d.plane.client.CoreV1().Pods(namespace).List(ctx, metav1.ListOptions{LabelSelector: "app.kubernetes.io/component=" + component})
	if err != nil {
		return nil, err
	}
	var found []corev1.Pod
	for _, pod := range list.Items {
		if pod.DeletionTimestamp == nil && (tag == "" || tagOf(pod.Spec.Containers[0].Image) == tag) {
			found = append(found, pod)
		}
	}
	return found, nil
}

// admin runs a command of admin as the chart's README says, and returns what it printed.
func (d *drill) admin(ctx context.Context, args ...string) (string, error) {
	template, err := d.plane.client.BatchV1().CronJobs(namespace).Get(ctx, releaseName+"-admin", metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	d.jobs++
	job := jobOf(template, fmt.Sprintf("admin-%d", d.jobs))
	job.Spec.Template.Spec.Containers[0].Args = args
	if job, err = d.plane.client.BatchV1().Jobs(namespace).Create(ctx, job, metav1.CreateOptions{}); err != nil {
		return "", err
	}
	for {
		job, err = d.plane.client.BatchV1().Jobs(namespace).Get(ctx, job.Name, metav1.GetOptions{})
		if err != nil {
			return "", err
		}
		if job.Status.Succeeded+job.Status.Failed > 0 {
			break
		}
		if err := sleep(ctx, 200*time.Millisecond); err != nil {
			return "", fmt.Errorf("admin %v does not end: %w", args, err)
		}
	}
	said, err := d.logOf(job.Name + "-*.admin.log")
	if err == nil && job.Status.Failed > 0 {
		err = fmt.Errorf("admin %v failed: %s", args, said)
	}
	return said, err
}

// logOf is what the container that wrote last, of those whose log matches, has written.
func (d *drill) logOf(pattern string) (string, error) {
	found, err := filepath.Glob(filepath.Join(d.dir, "logs", pattern))
	if err != nil || len(found) == 0 {
		return "", fmt.Errorf("no log %s (%w)", pattern, err)
	}
	newest, at := "", time.Time{}
	for _, path := range found {
		if info, err := os.Stat(path); err == nil && info.ModTime().After(at) {
			newest, at = path, info.ModTime()
		}
	}
	text, err := os.ReadFile(newest)
	return string(text), err
}

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
