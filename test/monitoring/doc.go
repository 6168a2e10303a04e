// Package monitoring holds what operators see to what the processes show: alerts, dashboards and
// runbooks are tried on the real api and projector, in the real Prometheus.
package monitoring
