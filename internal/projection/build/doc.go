// Package build makes the rows of projections out of an account's whole history, at once.
//
// A projection that is new for an account is built in its own table, which nobody reads
// before it is whole. Where the account's live rows stay in use, they are built in tables
// beside them (a shadow), and take over what differs at the end. What is built is a unit:
// the table of a source with all that it feeds.
//
//	register ──> fold ──> chain ──> catch_up ──> prove ──join──> live
//	                ╰─────────┴──────────┴─────────┴──> failed (the live rows stay as they are)
//
// fold reads the account's events once for all units and keeps what streams amount to in
// memory, within a budget. Over the budget it gives up the upper part of the keys and takes
// them in a further pass. Each pass ends with COPY of its range of keys, in one transaction
// with the mark of how far the build is: a builder that is killed goes on at that mark.
// chain derives what the source's rows feed. catch_up applies what came meanwhile, page by
// page under the account's claim. prove folds the events again in the way of the live page,
// without anything of the former, and compares every row. join makes the rows live, at the
// number at which the live cursor stands.
//
// A unit that another release of the account has rows of begins with these (a seed): what they
// keep is taken from them, and fold reads only the events that they lack something of. A row
// that no event after the pass's last one has changed is as it was there, so it does not matter
// how far the live rows have gone since; any other stream is folded whole. The proof then folds
// a sample of the streams, and compares all keys.
//
// Units with few events, where there are many, are built together, many in one transaction: filled
// as the live page fills them, and proven by a fold as that of fold. What cannot go along is left
// to the phases above, where it stands.
//
// What holds:
//
//   - Rows that are live are not touched before the new ones are proven.
//   - Memory does not grow with the account.
//   - Whatever is cut off, wherever, running the same build again ends it.
//   - An event that a projection cannot take stops it there, as it would stop a live page: its
//     rows up to that event are built, and it is parked.
//   - Rows copy from helper tables; a unit is built after the helpers that are built with it.
//
// The table store.builds is authoritative for what is being built and how far it is.
package build
