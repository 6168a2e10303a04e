// Package pgtest gives tests a real PostgreSQL: one server for the whole test run, started
// by the first package that asks, and databases cloned from a migrated template.
//
// Shared is the usual choice: one database per test binary, an account of its own per test,
// so that tests running in parallel are isolation tests. New is for tests that need a
// database for themselves. Tests that kill the server start their own with pgserver.
package pgtest
