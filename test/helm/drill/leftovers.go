package main

import (
	"context"
	"fmt"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/metadata"
)

// otherLeftovers lists the objects of every kind that a namespace can hold, pods aside, but for those that the
// cluster itself keeps there.
func (d *drill) otherLeftovers(ctx context.Context) ([]string, error) {
	client, err := metadata.NewForConfig(d.plane.config)
	if err != nil {
		return nil, err
	}
	kinds, err := discovery.ServerPreferredNamespacedResources(d.plane.client.Discovery())
	if err != nil {
		return nil, err
	}
	byCluster := map[string]bool{"ConfigMap kube-root-ca.crt": true, "ServiceAccount default": true}
	uninteresting := map[string]bool{"Pod": true, "Event": true, "Lease": true, "EndpointSlice": true, "Endpoints": true, "ControllerRevision": true}
	var found []string
	for _, group := range kinds {
		version, err := schema.ParseGroupVersion(group.GroupVersion)
		if err != nil {
			return nil, err
		}
		for _, kind := range group.APIResources {
			if uninteresting[kind.Kind] || !slices.Contains(kind.Verbs, "list") {
				continue
			}
			list, err := client.Resource(version.WithResource(kind.Name)).Namespace(namespace).List(ctx, metav1.ListOptions{})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", kind.Name, err)
			}
			for _, o := range list.Items {
				if name := kind.Kind + " " + o.Name; !byCluster[name] {
					found = append(found, name)
				}
			}
		}
	}
	return found, nil
}
