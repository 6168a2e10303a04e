// Package projection keeps read models up to date: relational tables that are folded from
// the events of an account.
//
// A read model's table is named by the fingerprint of its definition, so releases that
// define it alike share it; Expand creates what a release lacks. All live projections of an
// account share one cursor. A page of events is applied in one transaction:
//
//	claim cursor ── read events ── load touched rows ── fold ── write rows ── move cursor ── commit
//
// The claim (SKIP LOCKED) keeps workers of all processes off each other; the move of the
// cursor is a compare-and-set, so whoever lost the claim without knowing cannot write.
//
// An event that a projection cannot take parks that projection for that account: it keeps
// the rows up to the event before, gets a cursor and a dead letter of its own, and the
// others go on. Nothing is skipped unless an operator says so, with a reason; whatever folds
// the table's events leaves that event out from then on. Retry catches it up and joins it to
// the live cursor.
//
//	live ──event cannot be applied──> parked ──(skip)──> retry ──> live
//
// The database is authoritative for cursors and rows. Signals are hints of where there is
// work; an account without work costs nothing. Projections have no side effects.
package projection
