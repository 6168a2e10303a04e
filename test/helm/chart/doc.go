// Package chart renders helm/polder as helm does, and decodes what comes out into the types of
// the Kubernetes API, strictly: a field that the API does not know is an error.
//
// It is a module of its own, with what checks the chart: helm and Kubernetes bring hundreds of
// modules, and none of them is in a binary of ours.
package chart
