// Package source reads the YAML of a model strictly, and keeps the place of everything.
//
//	bytes ─Parse→ *Node tree ─Decoder→ Go structs of package syntax
//	                  │                      └─Schemas→ JSON Schema of the same structs
//	                  └ file, line, column and path of every key and value
//
// Invariants: every problem is reported, not only the first; a key is known, unique and of
// the right kind or it is a problem; text that YAML would take for something else (NO, on,
// 1.10) must be quoted; anchors, aliases, tags, merge keys and second documents are refused,
// so that what a person reads in one place is what holds there.
package source
