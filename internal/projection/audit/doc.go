// Package audit compares the rows of projections with what they have to be, and mends those
// that are not.
//
// A look is one transaction with one view of the data. It folds the events of some streams
// again, one by one in the way of the live page, from nothing, and compares every cell, what
// is hidden and the number of the last event; rows that are missing and rows that should not
// be there are found as well. It goes on where the look before ended, so that no transaction
// is long however large the account is:
//
//	streams   events of a range of streams  ──fold──>  rows of the roots in that range
//	chained   rows that feed                ──derive─> the rows of the same range of keys
//	groups    rows that feed, of the groups that fall in the range ──sum──> their rows
//	copies    the row that has the value, now; not while a fan-out is under way to the copy
//
// What a look finds is only said to be wrong; Repair looks again under the account's claim,
// which keeps everybody else out, and writes the rows that are wrong then, and nothing else.
//
// An Auditor does this all the time in the background, slowly, for all accounts of a store;
// Verify does it at once for one projection of one account.
//
// What an auditor cannot find is an error in how events are folded: it folds them in the
// same way. It finds rows that were changed by hand, lost by a disk or a restore, or written
// by a defect that has been mended meanwhile.
package audit
