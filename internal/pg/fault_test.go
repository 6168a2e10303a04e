package pg_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

func TestFaultTellsByCode(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]fault.Kind{
		pgerrcode.AdminShutdown:                   fault.Unavailable,
		pgerrcode.CannotConnectNow:                fault.Unavailable,
		pgerrcode.TooManyConnections:              fault.Unavailable,
		pgerrcode.IdleInTransactionSessionTimeout: fault.Unavailable,
		pgerrcode.ReadOnlySQLTransaction:          fault.Unavailable,
		pgerrcode.SerializationFailure:            fault.Conflict,
		pgerrcode.LockNotAvailable:                fault.Conflict,
		pgerrcode.InsufficientPrivilege:           fault.Internal,
		pgerrcode.UniqueViolation:                 fault.Internal,
	} {
		err := pg.Fault(fmt.Errorf("statement: %w", &pgconn.PgError{Code: code, Message: "secret text"}))
		if fault.KindOf(err) != want {
			t.Errorf("%s is %s, want %s", code, fault.KindOf(err), want)
		}
	}
}

func TestFaultOfTheConnection(t *testing.T) {
	t.Parallel()
	if !fault.Is(pg.Fault(io.ErrUnexpectedEOF), fault.Unavailable) {
		t.Error("a connection that broke is a store that is away")
	}
	if err := pg.Fault(context.Canceled); !errors.Is(err, context.Canceled) || fault.Is(err, fault.Unavailable) {
		t.Error("a caller that left is no fault of the store")
	}
	if err := pg.Fault(&pgconn.PgError{Code: pgerrcode.InternalError}); fault.Is(err, fault.Unavailable) {
		t.Error("an internal error of the server is a defect, and not a server that is away")
	}
	known := fault.New(fault.NotFound, "no such account")
	if err := pg.Fault(known); !errors.Is(err, known) || pg.Fault(nil) != nil {
		t.Error("what is classified, and nil, passes unchanged")
	}
}
