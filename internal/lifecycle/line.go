package lifecycle

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
)

// line is an event in an export. Account and generation are the manifest's.
type line struct {
	SequenceNumber int64     `json:"sequenceNumber"`
	StreamID       uuid.UUID `json:"streamId"`
	StreamRevision int       `json:"streamRevision"`
	said
	CommandID     uuid.UUID     `json:"commandId"`
	CommandHash   int64         `json:"commandHash"`
	CausationID   uuid.UUID     `json:"causationId,omitzero"`
	CorrelationID uuid.UUID     `json:"correlationId,omitzero"`
	Actor         string        `json:"actor"`
	CommitTime    time.Time     `json:"commitTime"`
	Original      *originalLine `json:"original,omitempty"` // as it was before it was changed in its place
}

// said is what an event says.
type said struct {
	StreamType      string          `json:"streamType"`
	PayloadItemName string          `json:"payloadItemName"`
	PayloadVersion  int             `json:"payloadVersion"`
	Payload         json.RawMessage `json:"payload,omitempty"`
	PayloadText     string          `json:"payloadText,omitempty"` // instead, where the bytes of the payload would not come back from a line
}

type originalLine struct {
	said
	Release       string    `json:"release"`
	Actor         string    `json:"actor"`
	TransformedAt time.Time `json:"transformedAt"`
}

// newSaid keeps the payload to the byte: digests are of stored bytes.
func newSaid(streamType, item string, version int, payload json.RawMessage) said {
	s := said{StreamType: streamType, PayloadItemName: item, PayloadVersion: version}
	var compact bytes.Buffer
	if json.Compact(&compact, payload) == nil && bytes.Equal(compact.Bytes(), payload) && !bytes.ContainsAny(payload, "\u2028\u2029") {
		s.Payload = payload
	} else {
		s.PayloadText = string(payload)
	}
	return s
}

func (s said) payload() json.RawMessage {
	if s.PayloadText != "" {
		return json.RawMessage(s.PayloadText)
	}
	return s.Payload
}

func newLine(e *Event) line {
	l := line{SequenceNumber: e.SequenceNumber, StreamID: e.StreamID, StreamRevision: e.StreamRevision,
		said:      newSaid(e.StreamType, e.PayloadItemName, e.PayloadVersion, e.Payload),
		CommandID: e.CommandID, CommandHash: e.CommandHash, CausationID: e.CausationID, CorrelationID: e.CorrelationID, Actor: e.Actor, CommitTime: e.CommitTime}
	if was := e.Original; was != nil {
		l.Original = &originalLine{newSaid(was.StreamType, was.PayloadItemName, was.PayloadVersion, was.Payload), was.Release, was.Actor, was.TransformedAt}
	}
	return l
}

func (l *line) event() Event {
	e := Event{Event: es.Event{SequenceNumber: l.SequenceNumber, StreamID: l.StreamID, StreamRevision: l.StreamRevision,
		StreamType: l.StreamType, PayloadItemName: l.PayloadItemName, PayloadVersion: l.PayloadVersion, Payload: l.payload(),
		CommandID: l.CommandID, CommandHash: l.CommandHash, CausationID: l.CausationID, CorrelationID: l.CorrelationID, Actor: l.Actor, CommitTime: l.CommitTime}}
	if was := l.Original; was != nil {
		e.Original = &Original{was.StreamType, was.PayloadItemName, was.PayloadVersion, was.payload(), was.Release, was.Actor, was.TransformedAt}
	}
	return e
}
