// Package es is the event store: streams of events of many accounts in one PostgreSQL.
//
// Per account the store keeps two orders. A stream revision counts 1..n within a stream,
// for loading an aggregate and for concurrency control. A sequence number counts 1..N
// within the account, without gaps and in commit order, for projectors. Both follow from
// one lock: an append moves the account's head row and holds its lock to the commit, so
// whoever sees number k sees 1..k.
//
// The database is authoritative. What a process remembers of an account (head, revisions,
// guard rows) is true exactly while the stored head is the remembered one, and the
// statement that moves the head checks that. So memory makes appends fast and can never
// make them wrong: an append is accepted on memory, and rejected only on the store.
//
// # How an append goes
//
// Appends of concurrent callers are committed together, each with a verdict of its own.
// An account belongs to one lane of the process; a lane stores one group at a time, and
// while that is in flight the next one queues.
//
//	Append ─ validate ─> lane's queue ─> group, split by account ─> evaluate on memory
//	                                                                  │ decided     │ not known,
//	                                                                  v             v or stale
//	                       answer <── one statement, one round trip (fast)      lock, read, evaluate,
//	                          ^           moves heads that are as remembered    write, commit (slow)
//	                          └────────────────────────────────────────────────────┘
//
// Evaluation is a pure function of a head, facts and appends. On the fast path the facts
// are the lane's memory; what memory lacks is either left to the unique index (a new
// stream), or assumed and proved by the statement (the end of a stream, a free key), or
// decided on the slow path. A statement whose fence holds sees the account exactly as it
// is at that head: the head was remembered from a commit that came before the statement's
// snapshot, and nothing has been committed to the account since. That is why it may prove
// absence, which a statement that waited for its lock could not.
//
// The fence is generation, sequence number, epoch, commit time and state. The commit time
// tells apart two histories with the same number, as after a restore.
//
// # Where this differs from waiting for the lock in account order
//
// The group's statement skips heads that another session has locked, where one would
// expect it to wait. Whoever waited would find another head in nearly all cases, so the
// wait is lost; and a statement that waits for no head cannot be part of a deadlock, nor
// let one held account delay the others of its group. The slow path waits, in account
// order and not for long; an account that stays held is tried again alone, after a pause.
//
// # Rows that are written with the events
//
// An append may bring something along that writes rows in the same transaction (Within).
// Such an append, and those of its account in the same group, take the slow path, where
// rows can be read under the head's lock before they are written. Memory is not asked, and
// nothing else changes: a repeat writes nothing, a refusal refuses that append alone, and a
// transaction that is run again has left nothing behind.
//
// # Unknown outcomes
//
// When a connection breaks after a statement was sent, its appends go to the slow path:
// the lock of the head waits for the statement if it is still running, the next statement
// finds its commands through their stream's index or finds nothing, and storing them again
// moves the head, so that the lost statement, should it still come, finds another head and
// stores nothing.
package es
