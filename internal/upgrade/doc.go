// Package upgrade moves accounts from one release to another while they are in use.
//
//	pending → building → verified → switched → contracted
//	                └────────┴── failed     └→ rolled back
//
// An account is moved alone. Entering notes on its store which tables the next release needs and
// the account has no rows of; from then on the pages of the projector keep the tables of both
// releases. Builds fill the missing ones beside those in use. The switch is one transaction under
// the lock of the account's head: it raises the epoch, so that whatever was decided on the release
// before is refused and decided again. The release that leads back stays beside the new one, its
// tables kept up to date, until the account is contracted.
//
// The store is authoritative for the release that an account runs on; the catalog follows, and
// carries what a run has done and has still to do. Every step may be repeated.
package upgrade
