package seal

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/polderhq/polder/internal/es"
)

// Digest stands for the events 1..n of a history.
type Digest [sha256.Size]byte

// String is the digest in hex.
func (d Digest) String() string { return hex.EncodeToString(d[:]) }

// Chain digests a history. The zero value is ready for its first event.
type Chain struct {
	Number int64 // of the last event; 0: none
	Digest Digest
	text   []byte // of the event at hand
}

// GapError says that an event is not the one that follows.
type GapError struct{ Missing, Found int64 }

func (e *GapError) Error() string {
	return fmt.Sprintf("event %d is missing: after %d comes %d", e.Missing, e.Missing-1, e.Found)
}

// Add takes the next event in, as it was stored. *GapError: it is not the next.
func (c *Chain) Add(e *es.Event) error {
	if e.SequenceNumber != c.Number+1 {
		return &GapError{Missing: c.Number + 1, Found: e.SequenceNumber}
	}
	c.text = appendEvent(append(c.text[:0], c.Digest[:]...), e)
	c.Digest, c.Number = sha256.Sum256(c.text), e.SequenceNumber
	return nil
}

func appendEvent(to []byte, e *es.Event) []byte {
	to = binary.BigEndian.AppendUint64(to, uint64(e.SequenceNumber))
	to = append(to, e.StreamID[:]...)
	to = binary.BigEndian.AppendUint32(to, uint32(e.StreamRevision))
	to = appendText(to, e.StreamType)
	to = appendText(to, e.PayloadItemName)
	to = binary.BigEndian.AppendUint32(to, uint32(e.PayloadVersion))
	to = appendText(to, e.Payload)
	to = append(to, e.CommandID[:]...)
	to = binary.BigEndian.AppendUint64(to, uint64(e.CommandHash))
	to = append(to, e.CausationID[:]...)
	to = append(to, e.CorrelationID[:]...)
	to = appendText(to, e.Actor)
	return binary.BigEndian.AppendUint64(to, uint64(e.CommitTime.UnixMicro()))
}

func appendText[T ~string | ~[]byte](to []byte, text T) []byte {
	return append(binary.BigEndian.AppendUint32(to, uint32(len(text))), text...)
}
