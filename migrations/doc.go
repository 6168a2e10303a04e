// Package migrations holds the schema of the catalog and of a store as numbered SQL
// files, and runs them with golang-migrate.
//
// Migrations only go up and only add: a later release contracts what no binary in use
// needs any more. They run as the role polder_owner, which no serving process may take.
//
// A database says its version and down to which version binaries may be; a binary says which
// version it was built for and which it needs. Where both agree (Window.Accept) they work
// together, so binaries of adjacent releases may run side by side. docs/migrations.md has the
// rules for who writes a migration.
package migrations
