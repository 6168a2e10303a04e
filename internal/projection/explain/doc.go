// Package explain tells how the projections of a release are carried out: which tables there
// are and who shares them, where each column's value comes from, what feeds what, which
// index serves which query, and what an event costs.
//
// A column is in one of these shapes:
//
//	own   stored in the row, computed from the stream (or the feeding row)
//	copy  stored in the row, taken from another projection's row and followed when it changes
//	join  not stored: looked up in another projection's table when a query asks
//	fold  stored in the row of a group: a count, sum, least or greatest of its members
//
// Measure counts, in the data of one account, how many rows a change of one source row
// concerns, and says what that means for the shape of the column.
package explain
