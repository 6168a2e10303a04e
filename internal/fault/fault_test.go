package fault_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/polderhq/polder/internal/fault"
)

func TestKindOfLooksThroughWrapping(t *testing.T) {
	cause := errors.New("connection refused")
	err := fmt.Errorf("append: %w", fault.Wrap(cause, fault.Unavailable, "The store is away").After(time.Second))
	if got := fault.KindOf(err); got != fault.Unavailable {
		t.Errorf("kind = %v, want unavailable", got)
	}
	if !errors.Is(err, cause) {
		t.Error("the cause is lost")
	}
	if fault.KindOf(cause) != fault.Internal {
		t.Error("an unclassified error must count as internal")
	}
}

func TestRejectJoinsMessages(t *testing.T) {
	err := fault.Reject(
		fault.Detail{Path: "OrderLines", Rule: "require", Message: "An order needs at least one line"},
		fault.Detail{Rule: "limit", Message: "The credit limit is exceeded"})
	if want := "An order needs at least one line; The credit limit is exceeded"; err.Error() != want {
		t.Errorf("message = %q, want %q", err.Error(), want)
	}
	if !fault.Is(err, fault.Rejected) || fault.Is(nil, fault.Internal) {
		t.Error("Is is wrong about kinds")
	}
}

func TestKindNames(t *testing.T) {
	if fault.Unavailable.String() != "unavailable" || fault.Kind(99).String() != "internal" {
		t.Error("kind names do not match their constants")
	}
}
