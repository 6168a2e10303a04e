// Package platform tests the real binaries as `make run` starts them: that they come up,
// hold Northwind, and go on after crashes.
package platform
