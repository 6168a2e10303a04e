// Package controlplane holds the versions of the Kubernetes control plane that the drill of the
// chart runs on, in a module of its own: hundreds of modules, none of which is in a binary of ours.
package controlplane
