package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// restartPause is how long a container that ended is left alone; kubelets wait longer and longer.
const restartPause = 2 * time.Second

// pod is one that runs here: its containers are processes of this machine.
type pod struct {
	node    *node
	spec    *corev1.Pod // as it was first seen
	address string
	ending  chan struct{} // closed when the cluster asks for the end

	mu     sync.Mutex
	grace  time.Duration
	asked  bool
	status corev1.PodStatus
}

func newPod(n *node, seen *corev1.Pod, address string) *pod {
	now := metav1.Now()
	p := &pod{node: n, spec: seen, address: address, ending: make(chan struct{})}
	p.status = corev1.PodStatus{Phase: corev1.PodPending, PodIP: address, PodIPs: []corev1.PodIP{{IP: address}}, HostIP: "10.77.255.254", StartTime: &now}
	return p
}

// end is called when the cluster asks for the pod's end, and again when it wants it sooner.
func (p *pod) end(seen *corev1.Pod) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if seen.DeletionGracePeriodSeconds != nil {
		p.grace = time.Duration(*seen.DeletionGracePeriodSeconds) * time.Second
	}
	if !p.asked {
		p.asked = true
		close(p.ending)
	}
}

// run does what a kubelet does with a pod, from its start until it is gone.
func (p *pod) run(ctx context.Context) error {
	if len(p.spec.Spec.Containers) != 1 || len(p.spec.Spec.Volumes) > 0 {
		return errors.New("the node of the drill runs pods with one container and without volumes")
	}
	phase := p.life(ctx)
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the drill is over, and the cluster with it
	}
	p.set(ctx, func(s *corev1.PodStatus) { s.Phase = phase })
	select {
	case <-p.ending: // the cluster waits for it to be gone
	case <-ctx.Done():
		return nil
	}
	now := int64(0)
	err := p.node.client.CoreV1().Pods(p.spec.Namespace).Delete(ctx, p.spec.Name, metav1.DeleteOptions{GracePeriodSeconds: &now, Preconditions: metav1.NewUIDPreconditions(string(p.spec.UID))})
	if apierrors.IsNotFound(err) || ctx.Err() != nil {
		return nil //nolint:nilerr // it is gone
	}
	return err
}

// life runs the containers and returns how the pod has ended.
func (p *pod) life(ctx context.Context) corev1.PodPhase {
	again := p.spec.Spec.RestartPolicy != corev1.RestartPolicyNever
	for i := range p.spec.Spec.InitContainers {
		code := p.container(ctx, &p.spec.Spec.InitContainers[i], true)
		for ; code != 0 && again && !p.over(ctx); code = p.container(ctx, &p.spec.Spec.InitContainers[i], true) {
			p.pause(ctx)
		}
		if code != 0 || p.over(ctx) {
			return corev1.PodFailed
		}
	}
	for {
		code := p.container(ctx, &p.spec.Spec.Containers[0], false)
		if p.over(ctx) || !again {
			if code == 0 {
				return corev1.PodSucceeded
			}
			return corev1.PodFailed
		}
		p.pause(ctx)
	}
}

// over tells whether the pod is asked to end.
func (p *pod) over(ctx context.Context) bool {
	select {
	case <-p.ending:
		return true
	default:
		return ctx.Err() != nil
	}
}

func (p *pod) pause(ctx context.Context) {
	select {
	case <-p.ending:
	case <-ctx.Done():
	case <-time.After(restartPause):
	}
}

// container runs the container once and returns its exit code.
func (p *pod) container(ctx context.Context, c *corev1.Container, first bool) int32 {
	process, err := p.spawn(ctx, c)
	for err != nil && !p.over(ctx) { // as with a Secret that is missing: it may come
		p.waiting(ctx, c, first, err.Error())
		p.pause(ctx)
		process, err = p.spawn(ctx, c)
	}
	if err != nil {
		return 128
	}
	started := metav1.Now()
	p.report(ctx, c, first, corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: started}})
	probing, stop := context.WithCancel(ctx)
	var probes sync.WaitGroup
	if !first {
		probes.Go(func() { p.probe(probing, c, process) })
	}
	p.wait(ctx, process)
	stop()
	probes.Wait()
	code := int32(process.command.ProcessState.ExitCode())
	p.report(ctx, c, first, corev1.ContainerState{Terminated: &corev1.ContainerStateTerminated{ExitCode: code, StartedAt: started, FinishedAt: metav1.Now()}})
	return code
}

// wait returns when the process has ended: by itself, or asked by SIGTERM, or after the grace by SIGKILL.
func (p *pod) wait(ctx context.Context, process *child) {
	select {
	case <-process.ended:
		return
	case <-ctx.Done():
		process.stop(5 * time.Second)
		return
	case <-p.ending:
	}
	p.mu.Lock()
	grace := p.grace
	p.mu.Unlock()
	process.stop(grace)
}

// spawn starts the container's process: in a root folder that holds what the image holds, as the user of the
// security context, with the container's variables and no others.
func (p *pod) spawn(ctx context.Context, c *corev1.Container) (*child, error) {
	root := p.node.images(tagOf(c.Image))
	if _, err := os.Stat(root); err != nil {
		return nil, fmt.Errorf("no image %s", c.Image)
	}
	variables, err := p.variables(ctx, c)
	if err != nil {
		return nil, err
	}
	log, err := os.OpenFile(filepath.Join(p.node.logs, p.spec.Name+"."+c.Name+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	defer log.Close()
	security := p.spec.Spec.SecurityContext
	words := append(append([]string{}, c.Command...), c.Args...)
	command := &exec.Cmd{Path: words[0], Args: words, Env: variables, Dir: "/", Stdout: log, Stderr: log}
	command.SysProcAttr = &syscall.SysProcAttr{Chroot: root, Credential: &syscall.Credential{Uid: uint32(*security.RunAsUser), Gid: uint32(*security.RunAsGroup)}}
	return spawn(command)
}
