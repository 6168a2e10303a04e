// Package tools pins the versions of programs that check this repository. It is a module
// of its own, so that their dependencies stay out of the product's go.mod.
package tools
