// Package history is what clients did and were told, and whether the store agrees with it.
//
// A Recorder keeps operations in files, one for each account, so that its memory does not grow with
// the length of a run. Check then goes once through the operations of an account and once through
// its events, in time that grows with their number only: every acknowledged command is stored
// exactly once and where its client was told, nothing else is, numbers and revisions have no gap,
// what was acknowledged before another command was sent has the lower number, what was refused
// changed nothing, and no answer showed another account's data.
package history
