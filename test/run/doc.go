// Command run is `make test`: it sees to it that PostgreSQL is installed, runs all tests
// with the race detector, beside them those of the chart in its own module, prints a line per package
// and the output of what failed, counts what passed and what was skipped and why, and stops
// the test server at the end.
package main
