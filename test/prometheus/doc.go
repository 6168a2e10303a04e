// Package prometheus gives tests a real Prometheus that scrapes what they say.
//
// Where it is missing, root installs Debian's package; anybody else skips the test and is told so.
package prometheus
