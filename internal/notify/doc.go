// Package notify wakes whoever waits for an account: projectors for its events, queries and
// subscribers for its read models.
//
//	append ──Publish──> Topic heads ──────> projector          in one process
//	                      │    ^
//	                     Link  Link                            between processes: NOTIFY, and a poll
//	                      v    │
//	projector ─Publish─> Topic applied ───> waiting queries, SSE
//
// A signal is a hint: "the account has come to number n". Signals are coalesced, may be
// repeated, and may be lost between processes; the store is authoritative, and the Link's poll
// over heads and cursors finds what a lost hint has missed. So a waiter subscribes first, then
// looks at the store, then waits.
package notify
