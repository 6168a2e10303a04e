// Package readme follows the tour of README.md as a newcomer would: every block, in a copy
// of the checkout, in one shell.
package readme
