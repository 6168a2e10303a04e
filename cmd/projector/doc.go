// Command projector keeps the read models of all accounts up to date.
//
// It is configured by environment variables (see Config), serves /metrics, /healthz and
// /readyz, and ends in order on SIGTERM: pages at hand are finished first. Any number of
// projectors may run.
package main
