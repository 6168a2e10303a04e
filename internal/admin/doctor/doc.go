// Package doctor examines databases of Polder: whether they answer, are migrated, set up
// so that acknowledged means stored, closed to what must not happen, and in step with the
// catalog. It changes nothing. Every finding that is not ok names its mend.
//
// The system catalogs are authoritative for rights: the tables to look at are found there
// by their column account_id, so that a table added later is examined too.
package doctor
