package es

import (
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/shopspring/decimal"
)

// Event is an immutable fact as it is stored.
type Event struct {
	AccountID       uuid.UUID
	Generation      int
	SequenceNumber  int64 // 1..N within the account
	StreamID        uuid.UUID
	StreamRevision  int // 1..n within the stream
	StreamType      string
	PayloadItemName string // the event's type, e.g. "OrderPlacedEvent"
	PayloadVersion  int
	Payload         json.RawMessage
	CommandID       uuid.UUID
	CommandHash     int64
	CausationID     uuid.UUID // zero: none
	CorrelationID   uuid.UUID // zero: none
	Actor           string
	CommitTime      time.Time // never goes back within an account
}

// Expected is what a caller believes of a stream's revision. The zero value is Any.
type Expected struct {
	kind     expectedKind
	revision int
}

type expectedKind uint8

const (
	anyRevision expectedKind = iota
	noStream
	someStream
	exactRevision
)

// Any expects nothing; the store itself looks for a repeated command id in the stream.
func Any() Expected { return Expected{} }

// None expects that the stream does not exist.
func None() Expected { return Expected{kind: noStream} }

// Exists expects that the stream exists, at any revision.
func Exists() Expected { return Expected{kind: someStream} }

// Exactly expects the revision, and says that the caller has read the stream up to it,
// its command ids included. Exactly(0) is None.
func Exactly(revision int) Expected {
	if revision == 0 {
		return None()
	}
	return Expected{kind: exactRevision, revision: revision}
}

// Append is one atomic change: it is stored whole or not at all.
type Append struct {
	AccountID     uuid.UUID
	Epoch         int64 // of the account's catalog row; a stale one is refused
	CommandID     uuid.UUID
	CommandHash   int64 // of the request; the same CommandID with another hash is an error
	CausationID   uuid.UUID
	CorrelationID uuid.UUID
	Actor         string
	Writes        []Write // at least one; the first is the command's own stream, where a repeat is found
	Reads         []Read  // streams that the decision only read
	Uniques       []UniqueClaim
	Limits        []LimitClaim
	Within        Within // written in the same transaction; nil: nothing, as for nearly all
}

// Write adds events to a stream.
type Write struct {
	StreamID   uuid.UUID
	StreamType string
	Expected   Expected
	Events     []NewEvent // at least one
}

// Read says what must still hold of a stream that the decision read.
type Read struct {
	StreamID uuid.UUID
	Expected Expected
}

// NewEvent is an event to be stored.
type NewEvent struct {
	PayloadItemName string
	PayloadVersion  int
	Payload         json.RawMessage // a JSON object
	Number          *NumberClaim
}

// NumberClaim asks for the next number of a series: the append adds Attribute with
// Series followed by the zero-padded number to the payload. Numbers of a series have no gaps.
type NumberClaim struct {
	Attribute string
	Series    string // the text that the numbers begin with, and the series' identity
	Width     int    // digits
}

// UniqueClaim takes the key Take for the append's own stream and gives Release back.
// Either may be empty. A key that another stream owns rejects the append.
type UniqueClaim struct {
	Guard   string
	Take    string
	Release string
}

// LimitClaim adds Delta to what is used under a limit. With a Max and a positive Delta
// the append is rejected when the sum would exceed Max.
type LimitClaim struct {
	Guard string
	Key   string
	Delta decimal.Decimal
	Max   *decimal.Decimal // nil: no limit
}

// Result is the acknowledgement of a stored append.
type Result struct {
	SequenceNumber int64   // of the append's last event
	Events         []Event // as stored, in the order of the writes
	Repeated       bool    // the command id was stored before; this is the first answer again
}
