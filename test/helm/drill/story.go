package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	policy "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// play does to the chart what operators do, one step after the other.
func (d *drill) play(ctx context.Context) error {
	if err := d.prepare(ctx); err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{d.podSecurity, d.installs, d.sets, d.tests} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	l, err := d.startLoad(ctx, d.key)
	if err != nil {
		return err
	}
	defer l.end()
	for _, step := range []func(context.Context, *load) error{d.upgrades, d.failingMigration, d.evicts, d.rotates, d.blind} {
		if err := step(ctx, l); err != nil {
			return err
		}
	}
	l.end()
	return d.uninstalls(ctx)
}

// podSecurity sees to it that what keeps the chart's pods restricted is at work at all.
func (d *drill) podSecurity(ctx context.Context) error {
	started := time.Now()
	_, err := d.plane.client.CoreV1().Pods(namespace).Create(ctx, &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{Name: "root"}, Spec: corev1.PodSpec{Containers: []corev1.Container{{Name: "root", Image: "root"}}},
	}, metav1.CreateOptions{})
	d.report.expect(apierrors.IsForbidden(err), started, "Pod Security", "restricted; a pod without a security context is refused")
	return nil
}

func (d *drill) installs(ctx context.Context) error {
	started := time.Now()
	if err := d.install(ctx, "before"); err != nil {
		return fmt.Errorf("helm install: %w", err)
	}
	if err := d.wait(ctx, "api", ""); err != nil { // the second one is the autoscaler's
		return err
	}
	api, err := d.pods(ctx, "api", "before")
	if err != nil {
		return err
	}
	nodes := map[string]bool{}
	for _, pod := range api {
		nodes[pod.Spec.NodeName] = true
	}
	d.report.expect(len(api) == 2 && len(nodes) == 2, started, "helm install", fmt.Sprintf("migrated, and %d pods of api on %d nodes are ready", len(api), len(nodes)))
	return nil
}

// sets publishes the model and makes an account with a key, by Jobs from the CronJob.
func (d *drill) sets(ctx context.Context) error {
	started := time.Now()
	for _, args := range [][]string{{"model", "publish"}, {"account", "create", "northwind"}} {
		if _, err := d.admin(ctx, args...); err != nil {
			return err
		}
	}
	said, err := d.admin(ctx, "key", "create", "northwind", "drill", "--output", "json")
	if err != nil {
		return err
	}
	var key struct{ Token string }
	_, said, _ = strings.Cut(said, "\n") // the log of a pod has both of its outputs; this line asks to keep the token
	if err := json.Unmarshal([]byte(said), &key); err != nil {
		return fmt.Errorf("%w in %q", err, said)
	}
	d.key = key.Token
	d.report.ok(started, "admin as Jobs", "a model is published, an account and a key are made")
	return nil
}

func (d *drill) tests(context.Context) error {
	started := time.Now()
	err := d.test()
	says := "admin doctor finds nothing that fails"
	if err != nil {
		said, _ := d.logOf("*-doctor.doctor.log") // the error is told anyway
		says = fmt.Sprintf("%v\n%s", err, said)
	}
	d.report.expect(err == nil, started, "helm test", says)
	return nil
}

// undisturbed writes down whether the step failed no request, and that there were any.
func (d *drill) undisturbed(l *load, started time.Time, what, says string) {
	requests, failures := l.counts()
	says = fmt.Sprintf("%s; %d requests, %d failed", says, requests, len(failures))
	if len(failures) > 0 {
		says += ": " + strings.Join(failures[:min(5, len(failures))], "\n    ")
	}
	d.report.expect(len(failures) == 0 && requests >= 20, started, what, says)
}

func (d *drill) upgrades(ctx context.Context, l *load) error {
	if err := sleep(ctx, 3*time.Second); err != nil {
		return err
	}
	before, err := d.number(ctx, "SELECT version FROM store.schema_version")
	if err != nil {
		return err
	}
	d.undisturbed(l, time.Now().Add(-3*time.Second), "load", "before anything happens")
	started := time.Now()
	if err := d.upgrade(ctx, d.values("next")); err != nil {
		return fmt.Errorf("helm upgrade: %w", err)
	}
	after, err := d.number(ctx, "SELECT version FROM store.schema_version")
	if err != nil {
		return err
	}
	replaced := d.all(ctx, "next")
	if after != before+1 || replaced != "" {
		d.report.wrong(started, "helm upgrade", fmt.Sprintf("schema %d became %d; %s", before, after, replaced))
	}
	d.undisturbed(l, started, "helm upgrade", fmt.Sprintf("schema %d became %d, all pods are replaced", before, after))
	return nil
}

// all tells which component has pods of another image than the tag; empty: none has.
func (d *drill) all(ctx context.Context, tag string) string {
	for _, component := range []string{"api", "projector"} {
		any, err := d.pods(ctx, component, "")
		if err != nil {
			return err.Error()
		}
		right, err := d.pods(ctx, component, tag)
		if err != nil {
			return err.Error()
		}
		if len(right) != len(any) || len(right) < 2 {
			return fmt.Sprintf("%d of %d pods of %s are of %s", len(right), len(any), component, tag)
		}
	}
	return ""
}

func names(pods []corev1.Pod) []string {
	var all []string
	for _, pod := range pods {
		all = append(all, pod.Name)
	}
	slices.Sort(all)
	return all
}

func (d *drill) failingMigration(ctx context.Context, l *load) error {
	started := time.Now()
	before, err := d.pods(ctx, "api", "next")
	if err != nil {
		return err
	}
	failed := d.upgrade(ctx, d.values("failing"))
	after, err := d.pods(ctx, "api", "next")
	if err != nil {
		return err
	}
	if failed == nil || !slices.Equal(names(before), names(after)) || d.all(ctx, "next") != "" {
		d.report.wrong(started, "failing migration", fmt.Sprintf("helm says %v; pods %v became %v", failed, names(before), names(after)))
	}
	said, err := d.logOf(releaseName + "-migrate-*.migrate.log")
	if err != nil {
		return err
	}
	if !strings.Contains(said, "division by zero") {
		d.report.wrong(started, "failing migration", "the log of the Job does not say why: "+said)
	}
	if err := d.upgrade(ctx, d.values("next")); err != nil {
		return fmt.Errorf("after a failed upgrade: %w", err)
	}
	d.undisturbed(l, started, "failing migration", "the upgrade fails, no pod is touched, and the next upgrade goes on")
	return nil
}

// evicts takes a pod away as the drain of a node does; a second one has to wait.
func (d *drill) evicts(ctx context.Context, l *load) error {
	started := time.Now()
	for _, component := range []string{"api", "projector"} {
		pods, err := d.pods(ctx, component, "next")
		if err != nil || len(pods) < 2 {
			return fmt.Errorf("%d pods of %s (%w)", len(pods), component, err)
		}
		first, second := d.evict(ctx, pods[0].Name), d.evict(ctx, pods[1].Name)
		if first != nil || !apierrors.IsTooManyRequests(second) {
			d.report.wrong(started, "eviction of "+component, fmt.Sprintf("the first: %v; the second, which has to wait: %v", first, second))
		}
		if err := d.wait(ctx, component, pods[0].Name); err != nil {
			return err
		}
	}
	d.undisturbed(l, started, "eviction", "one pod goes, the budget keeps the other until there is a new one")
	return nil
}

func (d *drill) evict(ctx context.Context, pod string) error {
	return d.plane.client.PolicyV1().Evictions(namespace).Evict(ctx, &policy.Eviction{ObjectMeta: metav1.ObjectMeta{Name: pod, Namespace: namespace}})
}

// wait returns when two pods of the component are ready, and the one with the name is gone.
func (d *drill) wait(ctx context.Context, component, gone string) error {
	for {
		ready := 0
		pods, err := d.pods(ctx, component, "")
		if err != nil {
			return err
		}
		for _, pod := range pods {
			if c := condition(pod.Status.Conditions, corev1.PodReady); pod.Name != gone && c != nil && c.Status == corev1.ConditionTrue {
				ready++
			}
		}
		if ready >= 2 {
			return nil
		}
		if err := sleep(ctx, 200*time.Millisecond); err != nil {
			return fmt.Errorf("%d pods of %s are ready: %w", ready, component, err)
		}
	}
}

// rotates changes a password in the Secret and in PostgreSQL; an upgrade without any other change brings it to the pods.
func (d *drill) rotates(ctx context.Context, l *load) error {
	started := time.Now()
	before, err := d.pods(ctx, "api", "next")
	if err != nil {
		return err
	}
	secrets := d.plane.client.CoreV1().Secrets(namespace)
	secret, err := secrets.Get(ctx, secretName, metav1.GetOptions{})
	if err != nil {
		return err
	}
	// Two logins at a time, as a rotation without an outage takes: the old one goes when nobody uses it.
	if err := d.execute(ctx, d.login(), `CREATE ROLE polder_api_login_2 LOGIN NOINHERIT PASSWORD 'rotated';
		GRANT polder_api, polder_appender, polder_watcher TO polder_api_login_2`); err != nil {
		return err
	}
	secret.Data["api"] = []byte(strings.Replace(d.location(), "//", "//polder_api_login_2:rotated@", 1))
	if _, err := secrets.Update(ctx, secret, metav1.UpdateOptions{}); err != nil {
		return err
	}
	if err := d.upgrade(ctx, d.values("next")); err != nil {
		return fmt.Errorf("helm upgrade after a rotation: %w", err)
	}
	if err := d.execute(ctx, d.login(), "ALTER ROLE polder_api_login NOLOGIN"); err != nil {
		return err
	}
	after, err := d.pods(ctx, "api", "next")
	if err != nil {
		return err
	}
	for _, name := range names(after) {
		if slices.Contains(names(before), name) {
			d.report.wrong(started, "rotation", "pod "+name+" still has the old login")
		}
	}
	if err := sleep(ctx, 2*time.Second); err != nil {
		return err
	}
	d.undisturbed(l, started, "rotation of a login", "the Secret has changed, so the pods are replaced")
	return nil
}

// blind shows that failures would be seen: pods of a program that does not drain, replaced in the same way.
func (d *drill) blind(ctx context.Context, l *load) error {
	started := time.Now()
	if err := d.upgrade(ctx, d.values("abrupt")); err != nil {
		return fmt.Errorf("to the image that does not drain: %w", err)
	}
	d.undisturbed(l, started, "to pods that do not drain", "the pods before them drain")
	started = time.Now()
	if err := d.upgrade(ctx, d.values("next")); err != nil {
		return fmt.Errorf("from the image that does not drain: %w", err)
	}
	requests, failures := l.counts()
	d.report.expect(len(failures) > 0, started, "this drill is not blind", fmt.Sprintf("without draining %d of %d requests failed, the first: %s", len(failures), requests, strings.Join(failures[:min(1, len(failures))], "")))
	return nil
}

// uninstalls removes the release, and looks at what is left: what the README says, and nothing else.
func (d *drill) uninstalls(ctx context.Context) error {
	started := time.Now()
	events, err := d.number(ctx, "SELECT count(*) FROM store.events")
	if err != nil {
		return err
	}
	if err := d.uninstall(); err != nil {
		return fmt.Errorf("helm uninstall: %w", err)
	}
	left, err := d.leftovers(ctx)
	for err == nil && strings.Contains(left, "Pod polder-api") || strings.Contains(left, "Pod polder-projector") || strings.Contains(left, "admin-") {
		if err = sleep(ctx, 500*time.Millisecond); err == nil { // the collector of garbage is at it
			left, err = d.leftovers(ctx)
		}
	}
	if err != nil {
		return fmt.Errorf("left after the uninstall: %s: %w", left, err)
	}
	kept, err := d.number(ctx, "SELECT count(*) FROM store.events")
	if err != nil {
		return err
	}
	const want = "Job polder-migrate, Pod polder-doctor, Pod polder-migrate-*, Secret polder-databases"
	d.report.expect(left == want && kept == events && events > 0, started, "helm uninstall", fmt.Sprintf("left: %s, and %d events of %d", left, kept, events))
	return nil
}

// leftovers lists what is in the namespace, but for what every namespace has.
func (d *drill) leftovers(ctx context.Context) (string, error) {
	var found []string
	core, all := d.plane.client.CoreV1(), metav1.ListOptions{}
	pods, err := core.Pods(namespace).List(ctx, all)
	if err != nil {
		return "", err
	}
	for _, o := range pods.Items {
		name := o.Name
		if strings.HasPrefix(name, "polder-migrate-") {
			name = "polder-migrate-*"
		}
		found = append(found, "Pod "+name)
	}
	lists, err := d.otherLeftovers(ctx)
	found = append(found, lists...)
	slices.Sort(found)
	return strings.Join(slices.Compact(found), ", "), err
}
