package pg

import (
	"context"
	"errors"
	"io"
	"net"
	"time"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/polderhq/polder/internal/fault"
)

// retryAfter is what a client is told when the database is away.
const retryAfter = time.Second

// Fault classifies a database error by its SQLSTATE: a database that is away is
// Unavailable, a serialization failure or deadlock is Conflict, the rest is Internal.
// Errors that are already classified, context errors and nil pass unchanged.
func Fault(err error) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) {
		return err
	}
	if Away(err) {
		return fault.Wrap(err, fault.Unavailable, "The store does not answer; try again").After(retryAfter)
	}
	switch Code(err) {
	case pgerrcode.SerializationFailure, pgerrcode.DeadlockDetected, pgerrcode.LockNotAvailable:
		return fault.Wrap(err, fault.Conflict, "Another change came first; try again")
	}
	return err
}

// Code returns the SQLSTATE of a PostgreSQL error, empty for any other error.
func Code(err error) string {
	var pgErr *pgconn.PgError
	if errors.As(err, &pgErr) {
		return pgErr.Code
	}
	return ""
}

// Violates reports whether err is the violation of the named constraint.
func Violates(err error, constraint string) bool {
	var pgErr *pgconn.PgError
	return errors.As(err, &pgErr) && pgErr.ConstraintName == constraint
}

// Away reports whether err says that the server was not reached, went away, or refuses
// work for now. After such an error the outcome of a COMMIT in flight is unknown.
func Away(err error) bool {
	code := Code(err)
	var connectErr *pgconn.ConnectError
	if pgerrcode.IsInternalError(code) && errors.As(err, &connectErr) {
		return true // it lets nobody in: without room on its disk, for one, it cannot set up a session
	}
	if code != "" {
		return pgerrcode.IsConnectionException(code) || pgerrcode.IsOperatorIntervention(code) ||
			pgerrcode.IsInsufficientResources(code) ||
			code == pgerrcode.IdleInTransactionSessionTimeout || // this process slept in a transaction
			code == pgerrcode.ReadOnlySQLTransaction // the server became a standby
	}
	var netErr net.Error
	return pgconn.SafeToRetry(err) || errors.As(err, &connectErr) || errors.As(err, &netErr) || errors.Is(err, io.EOF) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, context.DeadlineExceeded)
}
