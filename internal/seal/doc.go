// Package seal proves that the history of an account is what it was.
//
// Each event has a digest that is chained to the one before it:
//
//	digest(0) = 32 zero bytes
//	digest(n) = SHA-256(digest(n-1) ‖ encoding of event n)
//
// The encoding of an event is all of its columns but account and generation, one after another:
//
//	sequence number   8 bytes          command id      16 bytes
//	stream id        16 bytes          command hash     8 bytes
//	stream revision   4 bytes          causation id    16 bytes, zeros for none
//	stream type       text             correlation id  16 bytes, zeros for none
//	payload item name text             actor           text
//	payload version   4 bytes          commit time      8 bytes, microseconds since 1970
//	payload           text, the bytes as they are stored
//
// Numbers are big-endian; a text is its length in 4 bytes and its bytes in UTF-8. Account and
// generation name the chain and are no part of it, so that a copy of an account, wherever it is
// and whatever its id, has the digests of what it was copied from.
//
// Every 10,000 events the digest is kept in store.seals, with the first four bytes of each of the
// 10,000 digests before it. The digest proves the events 1..n; the bytes tell which event was the
// first to be altered, because from there on all are others. An account is sealed up to its last full
// 10,000; what comes after is said to be unsealed. Each generation of a history has seals of its own.
//
// An event that was changed in its place, as the account's policy allows, is digested as it was
// before (store.transformed_events), so that lawful changes leave seals right.
//
// Seals are made by a worker in the projector, never by appends. Whoever can change events and
// seals alike, which no role of a process can, can make both agree: against that an operator keeps a
// digest elsewhere, and has it compared (Known).
package seal
