// Package query answers questions from read models.
//
// A query of the model names a projection, the columns that may be filtered and those that
// may be sorted by. A request is checked against that, every violation is reported with its
// place, and what is left becomes one SQL statement: identifiers from the release only,
// values as parameters only, account_id in the condition of every table.
//
// The statement reads the rows, the rows of joined tables and the account's cursor in one
// snapshot, so an answer shows the state at exactly one sequence number, which it names.
// A projection that is written with the events stands at the account's last event; joined
// with others it stands where those do. A projection that is parked or being built answers from where it stands, marked as stale.
//
// A column that is copied from another row is read, filtered and sorted where the copy is.
// While the projector brings copies up to date (store.fan_outs has a job), old and new ones
// stand side by side, so the statement also reads whether there are such jobs, in the same
// snapshot. If there are, its rows are dropped and the question is asked again with joins
// to where the copies come from: no page mixes old and new, and a page of the one way goes
// on in the other. Rows that a chained projection made of copies cannot be joined: such an
// answer is marked as stale while a job is open.
//
//	{"CustomerName": "Linus Torvalds"}          equal
//	{"CustomerName": {"prefix": "Lin"}}         begins with, case-sensitive
//	{"Status": ["placed", "confirmed"]}         one of
//	{"OrderDate": {"gte": "2026-01-01"}}        range: gt, gte, lt, lte
//	{"CustomerId": null}                        has no value
//
// Pages continue by key, not by offset: the cursor of a page names the last row's sort
// values and key. Text sorts by code point, money by its amount, rows without a value come
// last, and the stream's id breaks ties. A query that asks for no order gets the first that
// it declares.
//
// Filters, orders and pages are served by the indexes that the model's compiler declares.
// Under row-level security PostgreSQL takes leakproof comparisons only for conditions of an
// index, and those of numeric are not. So a table keeps a key of each decimal and amount that
// is asked by (projection.OrderKey), and what is asked is compared with the key. Tables of
// releases from before there were keys are compared by the number: an account's rows are
// filtered then. Cursors name the number, so that both take each other's.
package query
