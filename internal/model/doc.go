// Package model runs a compiled model: it validates and decides commands, folds events
// into the states of streams and the rows of projections. It is pure: no SQL, no HTTP,
// no logging, no clock.
//
//	models/erp/*.yaml --compile--> IR (canonical JSON, digest) --Load--> Release --> Decide, Apply, Fold
//
// Package compile makes the IR from YAML; package expr holds the expression language.
package model
