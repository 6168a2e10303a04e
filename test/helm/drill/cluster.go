package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// database is the one that the chart's README makes logins for.
const database = "polder"

// drill is one run.
type drill struct {
	dir        string // of this run alone
	repository string
	programs   string // of the control plane
	report     report

	server  *url.URL // PostgreSQL's, as its superuser; nil: it does not run
	plane   *plane
	node    *node
	endNode context.CancelFunc
	jobs    int    // that ran admin so far
	key     string // of the account that is worked on
}

// prepare brings up all that the chart is installed on.
func (d *drill) prepare(ctx context.Context) error {
	started := time.Now()
	for _, i := range images() {
		if err := d.buildImage(ctx, i); err != nil {
			return err
		}
	}
	d.report.ok(started, "images", "before, next, failing and abrupt, with the command of the Dockerfile")
	if err := d.startDatabase(ctx); err != nil {
		return err
	}
	started = time.Now()
	var err error
	if d.plane, err = startPlane(ctx, filepath.Join(d.dir, "plane"), d.programs); err != nil {
		return err
	}
	logs := filepath.Join(d.dir, "logs")
	if err := os.Mkdir(logs, 0o755); err != nil {
		return err
	}
	d.node = &node{client: d.plane.client, names: []string{"node-a", "node-b"}, images: d.imageRoot, logs: logs}
	running, end := context.WithCancel(context.WithoutCancel(ctx))
	d.endNode = end
	if err := d.node.start(running); err != nil {
		return err
	}
	if err := d.makeNamespace(ctx); err != nil {
		return err
	}
	d.report.ok(started, "control plane", "etcd, API server, controllers, scheduler, two nodes")
	return nil
}

// startDatabase runs the SQL of the chart's README, as it stands there.
func (d *drill) startDatabase(ctx context.Context) error {
	started := time.Now()
	said, err := d.postgres(ctx, "start")
	if err != nil {
		return err
	}
	if d.server, err = url.Parse(strings.TrimSpace(said)); err != nil {
		return err
	}
	readme, err := os.ReadFile(filepath.Join(d.repository, "helm", "polder", "README.md"))
	if err != nil {
		return err
	}
	block := regexp.MustCompile("(?s)```sql\n(.*?)```").FindSubmatch(readme)
	if block == nil {
		return errors.New("the chart's README has no SQL that makes the logins")
	}
	if err := d.execute(ctx, d.server.String(), "CREATE DATABASE "+database); err != nil {
		return err
	}
	if err := d.execute(ctx, d.login(), string(block[1])); err != nil {
		return fmt.Errorf("the SQL of the chart's README: %w", err)
	}
	d.report.ok(started, "PostgreSQL", "with the roles and logins of the README")
	return nil
}

// postgres runs the command that starts and removes a PostgreSQL.
func (d *drill) postgres(ctx context.Context, what string) (string, error) {
	command := exec.CommandContext(ctx, "go", "run", "./test/postgres", what, filepath.Join(d.dir, "pg"))
	command.Dir, command.Stderr = d.repository, os.Stderr
	said, err := command.Output()
	return string(said), err
}

func (d *drill) execute(ctx context.Context, url, sql string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.PgConn().Exec(ctx, sql).ReadAll()
	return err
}

// login is the superuser's, in the database of the drill.
func (d *drill) login() string {
	of := *d.server
	of.Path = "/" + database
	return of.String()
}

// number reads one number from the database.
func (d *drill) number(ctx context.Context, sql string) (n int64, err error) {
	conn, err := pgx.Connect(ctx, d.login())
	if err != nil {
		return 0, err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return n, conn.QueryRow(ctx, sql).Scan(&n)
}

// location is where the store is, as the catalog keeps it.
func (d *drill) location() string {
	return fmt.Sprintf("postgres://%s/%s?sslmode=disable", d.server.Host, database)
}

// makeNamespace makes the namespace and the Secret of the README.
func (d *drill) makeNamespace(ctx context.Context) error {
	spaces := d.plane.client.CoreV1().Namespaces()
	if _, err := spaces.Create(ctx, &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{
		Name: namespace, Labels: map[string]string{"pod-security.kubernetes.io/enforce": "restricted"},
	}}, metav1.CreateOptions{}); err != nil {
		return err
	}
	urls := map[string]string{}
	for i, program := range []string{"api", "projector", "admin"} {
		urls[program] = strings.Replace(d.location(), "//", fmt.Sprintf("//polder_%s_login:change-me-%d@", program, i+1), 1)
	}
	_, err := d.plane.client.CoreV1().Secrets(namespace).Create(ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Name: secretName}, StringData: urls,
	}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	for { // pods are refused until the controllers have made it
		_, err := d.plane.client.CoreV1().ServiceAccounts(namespace).Get(ctx, "default", metav1.GetOptions{})
		if !apierrors.IsNotFound(err) {
			return err
		}
		if err := sleep(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
}

// stop ends everything, the database last.
func (d *drill) stop() error {
	var errs []error
	if d.endNode != nil {
		d.endNode()
		errs = append(errs, d.node.stop())
		errs = append(errs, d.node.failed...)
	}
	if d.plane != nil {
		d.plane.stop()
	}
	if d.server != nil {
		_, err := d.postgres(context.Background(), "remove")
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// jobOf is a Job as `kubectl create job --from=cronjob/...` makes it.
func jobOf(template *batchv1.CronJob, name string) *batchv1.Job {
	return &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{
			Name: name, Labels: template.Spec.JobTemplate.Labels, Annotations: map[string]string{"cronjob.kubernetes.io/instantiate": "manual"},
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(template, batchv1.SchemeGroupVersion.WithKind("CronJob"))},
		},
		Spec: *template.Spec.JobTemplate.Spec.DeepCopy(),
	}
}
