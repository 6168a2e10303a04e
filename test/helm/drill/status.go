package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/util/retry"
)

// variables resolves the container's environment.
func (p *pod) variables(ctx context.Context, c *corev1.Container) ([]string, error) {
	var all []string
	for _, v := range c.Env {
		value := v.Value
		if from := v.ValueFrom; from != nil {
			if from.SecretKeyRef == nil {
				return nil, fmt.Errorf("the node of the drill resolves Secrets only, and %s comes from elsewhere", v.Name)
			}
			found, err := p.secret(ctx, from.SecretKeyRef)
			if err != nil {
				return nil, err
			}
			if found == nil {
				continue
			}
			value = *found
		}
		// All pods share the machine's ports here, where each has its own in a cluster.
		if port, ok := strings.CutPrefix(value, ":"); ok && v.Name == "POLDER_LISTEN" {
			value = p.address + ":" + port
		}
		all = append(all, v.Name+"="+value)
	}
	return all, nil
}

// secret returns the value of the key; nil when it is not there and may be missing.
func (p *pod) secret(ctx context.Context, ref *corev1.SecretKeySelector) (*string, error) {
	optional := ref.Optional != nil && *ref.Optional
	secret, err := p.node.client.CoreV1().Secrets(p.spec.Namespace).Get(ctx, ref.Name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) && optional {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	value, ok := secret.Data[ref.Key]
	if !ok && optional {
		return nil, nil
	}
	if !ok {
		return nil, fmt.Errorf("secret %s has no key %s", ref.Name, ref.Key)
	}
	text := string(value)
	return &text, nil
}

// set changes the pod's status, here and in the cluster.
func (p *pod) set(ctx context.Context, change func(*corev1.PodStatus)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.status)
	err := retry.RetryOnConflict(retry.DefaultBackoff, func() error {
		stored, err := p.node.client.CoreV1().Pods(p.spec.Namespace).Get(ctx, p.spec.Name, metav1.GetOptions{})
		if err != nil || stored.UID != p.spec.UID {
			return err
		}
		others := stored.Status.Conditions // the scheduler's, and that of a disruption
		stored.Status = *p.status.DeepCopy()
		for _, other := range others {
			if condition(stored.Status.Conditions, other.Type) == nil {
				stored.Status.Conditions = append(stored.Status.Conditions, other)
			}
		}
		_, err = p.node.client.CoreV1().Pods(p.spec.Namespace).UpdateStatus(ctx, stored, metav1.UpdateOptions{})
		return err
	})
	if err != nil && !apierrors.IsNotFound(err) && ctx.Err() == nil {
		p.node.fail(fmt.Errorf("status of pod %s: %w", p.spec.Name, err))
	}
}

func condition(all []corev1.PodCondition, of corev1.PodConditionType) *corev1.PodCondition {
	for i := range all {
		if all[i].Type == of {
			return &all[i]
		}
	}
	return nil
}

// waiting says why the container has not started.
func (p *pod) waiting(ctx context.Context, c *corev1.Container, first bool, why string) {
	p.report(ctx, c, first, corev1.ContainerState{Waiting: &corev1.ContainerStateWaiting{Reason: "CreateContainerConfigError", Message: why}})
}

// report writes the state of a container down, and what follows for the pod.
func (p *pod) report(ctx context.Context, c *corev1.Container, first bool, state corev1.ContainerState) {
	p.set(ctx, func(s *corev1.PodStatus) {
		list := &s.ContainerStatuses
		if first {
			list = &s.InitContainerStatuses
		}
		var own *corev1.ContainerStatus
		for i := range *list {
			if (*list)[i].Name == c.Name {
				own = &(*list)[i]
			}
		}
		if own == nil {
			*list = append(*list, corev1.ContainerStatus{Name: c.Name, Image: c.Image, ImageID: c.Image})
			own = &(*list)[len(*list)-1]
		} else if state.Running != nil && own.State.Terminated != nil {
			own.RestartCount++
			own.LastTerminationState = own.State
		}
		own.State, own.Ready = state, first && state.Terminated != nil && state.Terminated.ExitCode == 0
		if !first && state.Running != nil {
			s.Phase = corev1.PodRunning
		}
		p.conditions(s, !first && state.Running != nil && c.ReadinessProbe == nil)
	})
}

// conditions sets what follows from whether the pod is ready.
func (p *pod) conditions(s *corev1.PodStatus, ready bool) {
	says := map[bool]corev1.ConditionStatus{true: corev1.ConditionTrue, false: corev1.ConditionFalse}
	for of, holds := range map[corev1.PodConditionType]bool{
		corev1.PodInitialized: s.Phase == corev1.PodRunning, corev1.ContainersReady: ready, corev1.PodReady: ready,
	} {
		known := condition(s.Conditions, of)
		if known == nil {
			s.Conditions = append(s.Conditions, corev1.PodCondition{Type: of})
			known = &s.Conditions[len(s.Conditions)-1]
		}
		if known.Status != says[holds] {
			known.Status, known.LastTransitionTime = says[holds], metav1.Now()
		}
	}
}

// probe asks the container as its probes say: until it has started, whether it lives, and whether it is ready.
func (p *pod) probe(ctx context.Context, c *corev1.Container, process *child) {
	if c.StartupProbe != nil && !p.until(ctx, c, c.StartupProbe, true) {
		_ = process.command.Process.Kill() // it has not started in time, or the probing is over
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if c.LivenessProbe != nil && p.until(ctx, c, c.LivenessProbe, false) {
			_ = process.command.Process.Kill()
		}
	}()
	for ready := c.ReadinessProbe == nil; c.ReadinessProbe != nil && p.until(ctx, c, c.ReadinessProbe, !ready); {
		ready = !ready
		p.set(ctx, func(s *corev1.PodStatus) {
			s.ContainerStatuses[0].Ready = ready
			started := true
			s.ContainerStatuses[0].Started = &started
			p.conditions(s, ready)
		})
	}
	<-done
}

// until asks until the answers are what is wanted, as often in a row as the probe says; false when ctx ends first,
// or when a start takes too long.
func (p *pod) until(ctx context.Context, c *corev1.Container, probe *corev1.Probe, wanted bool) bool {
	failures := int32(0)
	for {
		passed := p.ask(ctx, c, probe)
		if ctx.Err() != nil {
			return false
		}
		if passed && wanted {
			return true
		}
		if failures++; passed {
			failures = 0
		}
		if failures >= max(1, probe.FailureThreshold) && (!wanted || probe == c.StartupProbe) {
			return !wanted
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(time.Duration(max(1, probe.PeriodSeconds)) * time.Second):
		}
	}
}

func (p *pod) ask(ctx context.Context, c *corev1.Container, probe *corev1.Probe) bool {
	port := probe.HTTPGet.Port.IntVal
	for _, named := range c.Ports {
		if named.Name == probe.HTTPGet.Port.StrVal {
			port = named.ContainerPort
		}
	}
	ctx, cancel := context.WithTimeout(ctx, time.Duration(max(1, probe.TimeoutSeconds))*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://%s:%d%s", p.address, port, probe.HTTPGet.Path), http.NoBody)
	if err != nil {
		return false
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	return response.Body.Close() == nil && response.StatusCode < 400
}

func tagOf(image string) string { return image[strings.LastIndex(image, ":")+1:] }
