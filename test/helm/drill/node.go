package main

import (
	"context"
	"fmt"
	"os/exec"
	"sync"
	"time"

	coordination "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/kubernetes"
	watchtools "k8s.io/client-go/tools/watch"
)

const (
	podRange   = "10.77.0.0/16" // routed to this machine while the drill runs
	podAddress = "10.77.%d.%d"
	leaseTime  = 10 * time.Second
)

// node runs the pods that the scheduler gives to its names: several, so that pods can be spread.
type node struct {
	client *kubernetes.Clientset
	names  []string
	images func(tag string) string // the root folder of the image with the tag
	logs   string                  // folder

	mu      sync.Mutex
	pods    map[types.UID]*pod
	address int
	running sync.WaitGroup
	failed  []error // what this node cannot do
}

// start enters the nodes in the cluster and runs what they are given until ctx ends.
func (n *node) start(ctx context.Context) error {
	if said, err := exec.CommandContext(ctx, "ip", "route", "replace", "local", podRange, "dev", "lo").CombinedOutput(); err != nil {
		return fmt.Errorf("pods need addresses: ip route: %w: %s", err, said)
	}
	for _, name := range n.names {
		if err := n.register(ctx, name); err != nil {
			return err
		}
	}
	list, err := n.client.CoreV1().Pods("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	watcher, err := watchtools.NewRetryWatcherWithContext(ctx, list.ResourceVersion, podWatch{n.client})
	if err != nil {
		return err
	}
	n.pods = map[types.UID]*pod{}
	n.running.Go(func() { n.renew(ctx) })
	n.running.Go(func() {
		for event := range watcher.ResultChan() {
			if seen, ok := event.Object.(*corev1.Pod); ok && event.Type != watch.Deleted {
				n.see(ctx, seen)
			}
		}
	})
	return nil
}

type podWatch struct{ client *kubernetes.Clientset }

func (w podWatch) WatchWithContext(ctx context.Context, o metav1.ListOptions) (watch.Interface, error) {
	return w.client.CoreV1().Pods("").Watch(ctx, o)
}

// stop ends all pods, and takes their addresses back.
func (n *node) stop() error {
	n.running.Wait()
	return exec.Command("ip", "route", "del", "local", podRange, "dev", "lo").Run()
}

func (n *node) register(ctx context.Context, name string) error {
	space := corev1.ResourceList{"cpu": resource.MustParse("16"), "memory": resource.MustParse("64Gi"), "pods": resource.MustParse("100")}
	entered, err := n.client.CoreV1().Nodes().Create(ctx, &corev1.Node{ObjectMeta: metav1.ObjectMeta{
		Name: name, Labels: map[string]string{"kubernetes.io/hostname": name, "topology.kubernetes.io/zone": "zone-of-" + name, "kubernetes.io/os": "linux"},
	}}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	entered.Status = corev1.NodeStatus{
		Capacity: space, Allocatable: space,
		Conditions: []corev1.NodeCondition{{Type: corev1.NodeReady, Status: corev1.ConditionTrue, Reason: "DrillRuns", LastHeartbeatTime: metav1.Now(), LastTransitionTime: metav1.Now()}},
		NodeInfo:   corev1.NodeSystemInfo{KubeletVersion: kubernetesVersion, OperatingSystem: "linux"},
	}
	if _, err := n.client.CoreV1().Nodes().UpdateStatus(ctx, entered, metav1.UpdateOptions{}); err != nil {
		return err
	}
	return n.lease(ctx, name)
}

// lease tells the cluster that the node lives.
func (n *node) lease(ctx context.Context, name string) error {
	now, seconds := metav1.NowMicro(), int32(40)
	leases := n.client.CoordinationV1().Leases(corev1.NamespaceNodeLease)
	wanted := &coordination.Lease{ObjectMeta: metav1.ObjectMeta{Name: name}, Spec: coordination.LeaseSpec{HolderIdentity: &name, LeaseDurationSeconds: &seconds, RenewTime: &now}}
	known, err := leases.Get(ctx, name, metav1.GetOptions{})
	if err != nil {
		_, err = leases.Create(ctx, wanted, metav1.CreateOptions{})
		return err
	}
	known.Spec = wanted.Spec
	_, err = leases.Update(ctx, known, metav1.UpdateOptions{})
	return err
}

func (n *node) renew(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(leaseTime):
			for _, name := range n.names {
				_ = n.lease(ctx, name) // tried again in time
			}
		}
	}
}

// see starts a pod that is new here, and tells one that is known what was asked of it.
func (n *node) see(ctx context.Context, seen *corev1.Pod) {
	n.mu.Lock()
	defer n.mu.Unlock()
	known := n.pods[seen.UID]
	switch {
	case known != nil && seen.DeletionTimestamp != nil:
		known.end(seen)
	case known == nil && n.mine(seen.Spec.NodeName) && seen.DeletionTimestamp == nil && seen.Status.Phase == corev1.PodPending:
		n.address++
		started := newPod(n, seen, fmt.Sprintf(podAddress, n.address/250, n.address%250+1))
		n.pods[seen.UID] = started
		n.running.Go(func() {
			if err := started.run(ctx); err != nil {
				n.fail(fmt.Errorf("pod %s: %w", seen.Name, err))
			}
		})
	}
}

func (n *node) mine(name string) bool {
	for _, own := range n.names {
		if own == name {
			return true
		}
	}
	return false
}

func (n *node) fail(err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.failed = append(n.failed, err)
}
