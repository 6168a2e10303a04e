// Package faults breaks parts of the platform at random while clients use it, and then proves that
// nothing that was promised was broken.
//
// Clients of some accounts write, ask and listen (test/traffic), beside thousands of accounts that
// nobody uses. Faults, each a small piece that begins something and ends it, come in an order and
// with choices that the seed decides, two at a time. At the end all that clients recorded is held
// against the store (test/history), read models against a fold of the events, guards against
// what follows from the events, and the pages that projectors wrote against each other. A broken
// guarantee ends it with an error; times are told and never judged.
package faults
