// Package lifecycle takes whole accounts through what happens to them between their first and their
// last day: they are exported and imported, cloned, restored to an earlier moment, moved to another
// store, and erased.
//
// A copy of a history has the numbers, ids and times of what it was copied from, and so its digests
// (internal/seal): whoever copies reads the copy again and compares digests before anybody else sees it.
//
//	copying ──(digests agree)──> building ──> visible
//
// While it is copied an account is a head in the state moving on its store, which takes no appends, and of
// which nobody knows: the catalog names the account, or its new store, last. What follows from
// events is not copied but made of them: guards and numbers by a fold of the history, read models by
// internal/projection/build. That begins with the archived states of cold streams (internal/archive), which are copied from
// store to store before; they are in no digest, because they follow from events as well.
//
// Events are read and written by pages, so memory does not grow with the account, but for the guards
// that are made of events: what they hold is in memory, as when a release changes them.
//
// How far a work is stands in the catalog (catalog.account_works) and in what it has copied already.
// Every step may be repeated: who runs a work again that was cut off anywhere goes on with it. One works on an
// account at a time, which a lock in the catalog sees to.
package lifecycle
