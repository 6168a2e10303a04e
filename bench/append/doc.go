// Package appendbench measures appends against what plain PostgreSQL does with the same
// rows, on the same server and in the same run.
//
// The reference is pgbench inserting single rows into a table with the columns, partitions
// and indexes of the events table, without row-level security and without order: what an
// application gets that stores events with an INSERT each. The ceiling is the same rows
// inserted a hundred at a time. Message DB is the nearest event store on PostgreSQL that
// can be had as SQL.
//
// The measurements of a round follow each other closely and the rounds are repeated, so
// that whatever else the machine does touches all of them; a ratio is the median of the
// rounds' ratios.
package appendbench
