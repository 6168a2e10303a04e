// Package model runs a compiled model: it validates and decides commands, folds events
// into the states of streams and the rows of projections. It is pure: no SQL, no HTTP,
// no logging, no clock.
//
//	models/erp/*.yaml --compile--> IR (canonical JSON, digest) --Load--> Release --> Decide, Apply, Fold, Derive
//
// Words: the IR is a model after compilation; a Release is an IR loaded to run; a State is
// what the events of one stream amount to; a source is a projection folded from events, a
// chained one follows from the rows of its feeder; a Need is another stream that a decision reads;
// an Outcome is the events that a command leads to and what they claim of the guards; an
// upcast is what a stored event of an older shape is in this release.
//
// What holds:
//
//   - Validation belongs to commands. A fact (a stored event) is never refused for breaking a
//     rule; only for not being what its type can be at all, which is a defect upstream.
//   - A refusal names everything that is wrong, where, and the place in the model that says so.
//   - The same value has the same JSON, in whatever form it was given: decimals as strings,
//     money as {"amount":"12.50","currency":"EUR"}, times in UTC, absent fields left out.
//   - A text that is blank is absent where it is optional, and missing where it is not.
//   - Rules see the stream as it will be after the command, and as "this" how it was before.
//   - A row follows from its Values and Hidden alone: what a process remembers beside them
//     makes folds faster and never different.
//   - A chained row follows from its feeder's row alone (Derive), a group's row from its
//     members alone (Group): not from the order in which they came.
//   - A Folder comes to the rows that Fold comes to, for many events at less cost.
//   - A stored event is read at once, through however many versions: steps are composed when
//     the release is loaded, and come to what they come to one by one. An attribute that
//     nothing comes to is not looked at.
//   - What a body, a payload or an expression can cost is bounded.
//
// The guards' tables in the store are authoritative for uniqueness and limits; a decision
// only says what it claims.
//
// Package compile makes the IR from YAML; package expr holds the expression language.
package model
