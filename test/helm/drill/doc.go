// Command drill is `make helm-drill`: it installs the chart on a real control plane of Kubernetes,
// without a container engine, and does to it what operators do.
//
// etcd, kube-apiserver, kube-controller-manager and kube-scheduler are built from their Go modules
// (test/helm/controlplane), once, into the user's cache. In place of kubelets there is a small
// node of our own (node.go, pod.go): it runs each container as a process of the real program, as
// the container's user, in a root folder that holds what the image holds, with variables and
// secrets resolved, probes asked, and SIGTERM and the grace period at the end. Every pod has an
// address of its own, by a route of the machine, so root is needed. PostgreSQL is a real one.
//
// What it cannot show, because nothing here enforces it: NetworkPolicies, limits of memory and
// CPU, the Ingress, and what needs the Prometheus operator. Requests find pods as kube-proxy
// does, by EndpointSlices.
//
//	drill            build what is missing and run
//	drill -cached    say SKIPPED and succeed when the control plane was not built before
package main
