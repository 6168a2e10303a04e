// Package release keeps the releases that accounts of this process run on, ready to run, and
// has stored events read by them.
//
// The catalog is authoritative for a release's IR; its digest is checked on every load, so a
// release that was altered in the database is refused.
package release
