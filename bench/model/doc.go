// Package modelbench measures the compiler, the loader and the diff with a model as large as
// that of AFAS: 11,000 event types in 1,400 aggregate types, and what goes with them.
//
// The model is generated, the same one every time. It is spread like an ERP: a few types are
// very large and most are small; some have a life cycle, lines, computes and references.
// Its next release changes what an ordinary release of AFAS changed.
package modelbench
