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
// Appends of concurrent callers are committed together (group append), each with a
// verdict of its own.
package es
