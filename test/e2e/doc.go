// Package e2e tells stories over HTTP: the real api and projector binaries, two stores on a
// real PostgreSQL, the ERP model, and an account or two in each story. What a story sees is
// what a customer's client sees; it looks into no package of the platform.
package e2e
