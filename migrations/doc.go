// Package migrations holds the schema of the catalog and of a store as numbered SQL
// files, and runs them with golang-migrate.
//
// Migrations only go up and only add: a later release contracts what no binary in use
// needs any more. They run as the role polder_owner, which no serving process may take.
package migrations
