// Package importer sends a file of commands, one JSON object a line, to the API.
//
// Nothing is applied twice, however often and wherever an import is interrupted: a row has
// a command id, its own or one that follows from the file's content and the line, and the
// store knows a command id that it has stored. So the state beside the file only saves
// time; losing it is harmless.
//
//	rows ──batch──> API ──an answer a row──> stored:   counted
//	 ^                                       refused:  written to <file>.errors.ndjson
//	 └────────── from the first such row <── not now:  the store is away, the budget used up
//
// A row that cannot be taken now is sent again together with all rows after it, so that
// rows keep their order. An answer that says nothing of the row (the key is not valid, the
// account suspended) ends the import, to go on when that is mended. The API is authoritative
// for what is stored.
package importer
