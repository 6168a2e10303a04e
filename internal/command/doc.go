// Package command handles commands: authorise, validate against the account's release,
// load the aggregate, decide, append.
//
//	Prepare: release, command, roles, input   -> the stream it concerns
//	Run:     mailbox -> recall or load -> decide -> append -> fold what was stored
//	                       ^                 |
//	                       +--- lost race ---+   (bounded)
//
// Words. A folded aggregate is the state of a stream together with its revision and the
// command ids of its last 30 days. A mailbox is the queue of commands to one stream in
// this process: a hot aggregate does not fight itself. A decision is optimistic when it
// stands on folded aggregates that the process remembers, or on the assumption that a
// stream to be created is new.
//
// Invariants. An optimistic decision may only lead to an append, where the store checks
// the revisions it stands on; it never leads to a refusal: before a command is refused
// everything it was decided on is read again. A command id that is found on its stream
// gets the first answer again, and never acts twice.
//
// The database is authoritative for everything; what is remembered here only saves reads.
package command
