package history

import (
	"encoding/binary"
	"time"

	"github.com/google/uuid"
)

// Kind says what a client did.
type Kind uint8

// The kinds of operations.
const (
	Command Kind = iota + 1 // it sent a command
	Query                   // it asked a query
	Row                     // an answer or a notification showed it a stream
	Heard                   // it was told that something has changed
)

// Outcome says what a command's client was told at last.
type Outcome uint8

// The outcomes of commands.
const (
	Unknown      Outcome = iota // nothing: it may be stored, once
	Acknowledged                // it is stored
	Refused                     // it is not
)

// Operation is what a client did. Times count from the beginning of the recording; both are zero of
// what takes none.
type Operation struct {
	Kind     Kind
	Outcome  Outcome
	Attempts uint16        // how often it was sent
	Sent     time.Duration // the first time
	Answered time.Duration // the last time

	Sequence int64     // of a command: its event's; of a query: which the answer is of; of what was heard: up to which
	Asked    int64     // of a query: the sequence number that the answer must be of at least
	Command  uuid.UUID // of a command
	Stream   uuid.UUID // of a command, and of a row
	Revision int32     // of a command: of its stream, with its event
}

// size is that of an operation in a file.
const size = 72

// encode appends the operation.
func (o *Operation) encode(to []byte) []byte {
	to = append(to, byte(o.Kind), byte(o.Outcome))
	to = binary.LittleEndian.AppendUint16(to, o.Attempts)
	to = binary.LittleEndian.AppendUint32(to, uint32(o.Revision))
	for _, n := range []int64{int64(o.Sent), int64(o.Answered), o.Sequence, o.Asked} {
		to = binary.LittleEndian.AppendUint64(to, uint64(n))
	}
	to = append(to, o.Command[:]...)
	return append(to, o.Stream[:]...)
}

// decode reads what encode wrote.
func (o *Operation) decode(from []byte) {
	number := func(at int) int64 { return int64(binary.LittleEndian.Uint64(from[at:])) }
	*o = Operation{
		Kind: Kind(from[0]), Outcome: Outcome(from[1]), Attempts: binary.LittleEndian.Uint16(from[2:]),
		Revision: int32(binary.LittleEndian.Uint32(from[4:])),
		Sent:     time.Duration(number(8)), Answered: time.Duration(number(16)), Sequence: number(24), Asked: number(32),
		Command: uuid.UUID(from[40:56]), Stream: uuid.UUID(from[56:72]),
	}
}
