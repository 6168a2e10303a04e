// Command dev is `make run`: it brings up the whole platform on one machine, with real
// parts only, and fills it with Northwind through the API.
//
//	up      PostgreSQL -> migrations -> logins -> store, release, account -> api, projector
//	        -> Northwind as commands -> wait for Ctrl-C -> stop all in reverse order
//	down    ends the `up` that runs in the folder, and its PostgreSQL
//	clean   the same, and removes the data
//
// The folder (.polder) holds the PostgreSQL cluster, dev.env for shells and programs,
// dev.json for `down`, dev.lock held by the one `up` that may run, and the logs. The
// database is authoritative for what was done already: every step finds its own result
// and goes on, so `up` continues after a crash at any point.
package main
