// Package pg opens connections to PostgreSQL in one of Polder's roles, binds
// transactions to an account, and translates database errors to package fault.
//
// The database is authoritative for who may do what: a connection takes exactly one
// role when it starts (see migrations/roles.sql), and a transaction of the roles api
// and projector sees exactly the account that it is bound to. search_path is empty on
// every connection: names in SQL carry their schema.
package pg
