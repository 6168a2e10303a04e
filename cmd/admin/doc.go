// Command admin is the operators' tool of Polder: it migrates databases, keeps stores,
// accounts and keys, publishes models, shows events, projections and dead letters, imports
// commands, and examines a whole installation (doctor).
//
// One file holds one group of subcommands. Every command answers as an aligned table or,
// with --output json, as JSON with stable names; fails with an exit code that follows the
// kind of the error (exit.go) and says what went wrong, where, and what to do next; and
// writes every change to the audit log of the catalog. The reference in docs/admin.md is
// made from the commands themselves.
//
// A connection acts in one role: admin for catalog and stores, owner for migrations and
// tables of read models, watcher for what concerns the server. No command can change an
// event, because none of these roles can.
package main
