// Package traffic is what the clients of accounts do while something happens to the platform:
// commands and queries over HTTP at a steady rate, whether or not the earlier ones were answered.
//
// Its clients know the ERP model. They place orders and confirm them, register people and rename
// them, and after every command they ask for what it has changed, from its sequence number on. A
// book keeps what was acknowledged, what failed, and what a query did not show; what the store
// holds is compared with the book at the end. Next is the release that follows the ERP here.
package traffic
