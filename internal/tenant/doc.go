// Package tenant knows accounts: who they are, which store and release they are on, who may
// call for them, and how much.
//
//	Catalog    changes the catalog (operators, role admin)
//	Directory  a process's copy of it (role api or projector), which follows by change number
//	Pools      account → store → one pool per store and role
//	Budgets    requests per account
//
// The database is authoritative for everything here. A directory may be a second old; what
// must not happen under a stale copy is fenced in the store by the account's epoch and state.
//
// An idle account costs a row in a map: no goroutine, connection, timer or poll of its own.
package tenant
