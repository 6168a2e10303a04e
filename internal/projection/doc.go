// Package projection keeps read models up to date: relational tables that are folded from
// the events of an account.
//
// A read model's table is named by the fingerprint of its definition, so releases that
// define it alike share it; Expand creates what a release lacks. All live projections of an
// account share one cursor. A page of events is applied in one transaction:
//
//	claim cursor ── read events ── load touched rows ── fold ── settle ── move cursor ── commit
//
// The claim (SKIP LOCKED) keeps workers of all processes off each other; the move of the
// cursor is a compare-and-set, so whoever lost the claim without knowing cannot write.
//
// # What follows from rows
//
// A source projection has a row per stream. To settle is to write the changes of sources'
// rows together with all that follows from them:
//
//	sources ──copies, by level──> write ──> chained rows (each, where, group) ──> write
//	                                └─ rows elsewhere that copy ──> fan-out job
//
// A source with all that it feeds is a unit. Chained rows are what follows from their
// feeder's rows, in the same transaction, whatever changed those; so a unit has one cursor,
// and is parked, caught up and built as one. A copy is its source's current value, or there
// is a job that takes the value there: a small transaction of a few hundred rows under the
// same claim, in turns with the account's pages. Queries join while there is one.
//
// # What cannot be applied
//
// A page that cannot be written is halved until the event is found. An event that a unit
// cannot take parks that unit for that account: it keeps the rows up to the event before,
// gets a cursor and a dead letter of its own, and the others go on. Nothing is skipped unless an operator says so, with a reason; whatever folds
// the table's events leaves that event out from then on. Retry catches it up and joins it to
// the live cursor.
//
//	live ──event cannot be applied──> parked ──(skip)──> retry ──> live
//
// # What is written with the events
//
// A sync projection is written in the transaction of the append (es.Within), by the same
// fold. Its rows are there as soon as the command is answered, and stand at the account's
// last event. What that takes is the slow path of the append: the head's lock, and two more
// round trips; and an event that the projection cannot take is not stored. The live page
// leaves its table alone. Where it is being built for an account, appends leave it alone:
// the builder has to hand it over under the head's lock, when its rows stand at the head.
//
// The database is authoritative for cursors and rows. Signals are hints of where there is
// work; an account without work costs nothing. Projections have no side effects.
package projection
