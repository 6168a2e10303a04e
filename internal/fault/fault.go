package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what class of thing went wrong, and so who can mend it.
type Kind int

// The kinds. Zero is Internal: an error nobody classified is our own defect.
const (
	Internal     Kind = iota // a defect or an unclassified failure
	Invalid                  // the request cannot be understood: malformed, unknown field, wrong type
	Unauthorized             // no valid credential
	Forbidden                // a valid credential that does not allow this, or an account that may not
	NotFound                 // the named thing does not exist for this account
	Conflict                 // a lost race: the caller may load and try again
	Precondition             // the caller's own condition (expected revision) does not hold
	TooLarge                 // the request exceeds a size limit
	Rejected                 // a business rule says no
	Throttled                // the account's budget is used up; see RetryAfter
	Unavailable              // a part is away for now; see RetryAfter
)

var kindNames = [...]string{
	"internal", "invalid", "unauthorized", "forbidden", "not_found", "conflict",
	"precondition", "too_large", "rejected", "throttled", "unavailable",
}

// String returns the kind's stable name, as used in metrics and problem types.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(kindNames) {
		return kindNames[Internal]
	}
	return kindNames[k]
}

// Detail is one violated rule: where in the input, which rule, what to do, and
// which element of the model said so.
type Detail struct {
	Path    string `json:"path,omitempty"`   // place in the input, e.g. "OrderLines[2].Quantity"
	Rule    string `json:"rule"`             // stable name of the rule, e.g. "required", "min", "unique"
	Message string `json:"message"`          // a sentence for people
	Origin  string `json:"origin,omitempty"` // file:line of the model element, empty for platform rules
}

// Error is an error with a kind. Message is public: it never holds a secret, a
// payload, or database text.
type Error struct {
	Kind       Kind
	Message    string
	Details    []Detail
	RetryAfter time.Duration // for Throttled and Unavailable; zero means unknown
	Cause      error         // for the log only
}

// New returns an error of the kind with a formatted public message.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Wrap returns an error of the kind with a public message and a private cause.
func Wrap(cause error, kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...), Cause: cause}
}

// Reject returns a Rejected error that carries the violated rules.
func Reject(details ...Detail) *Error {
	messages := make([]string, len(details))
	for i, d := range details {
		messages[i] = d.Message
	}
	return &Error{Kind: Rejected, Message: strings.Join(messages, "; "), Details: details}
}

// After sets RetryAfter and returns the error.
func (e *Error) After(d time.Duration) *Error {
	e.RetryAfter = d
	return e
}

// Error returns the public message followed by the cause, for logs.
func (e *Error) Error() string {
	if e.Cause == nil {
		return e.Message
	}
	return e.Message + ": " + e.Cause.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// KindOf returns the kind of the outermost *Error in err's chain, Internal if
// there is none. KindOf(nil) is Internal; ask only about errors.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is of the kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }
