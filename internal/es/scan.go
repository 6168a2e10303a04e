package es

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// postgresEpoch is where PostgreSQL's binary timestamps count from, in microseconds of Unix time.
const postgresEpoch = 946_684_800_000_000

// collectEvents appends the rows to events.
func collectEvents(events *[]Event) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		_, err := eachEvent(rows, func(e *Event) error {
			*events = append(*events, e.clone())
			return nil
		})
		return err
	}
}

// eachEvent hands the rows to do, one after another in the same place; failed is what do
// returned. It reads the wire format itself: a projector catching up and a build spend
// much of their time here.
func eachEvent(rows pgx.Rows, do func(*Event) error) (failed, err error) {
	defer rows.Close()
	var e Event
	names := names{}
	for first := true; rows.Next(); first = false {
		raw := rows.RawValues()
		if first {
			if err := checkFormats(rows); err != nil {
				return nil, err
			}
		}
		names.decode(raw, &e)
		if err := do(&e); err != nil {
			return err, nil
		}
	}
	return nil, rows.Err()
}

// clone returns the event with a payload of its own.
func (e *Event) clone() Event {
	own := *e
	own.Payload = append(json.RawMessage(nil), e.Payload...)
	return own
}

// names keeps one copy of each text that comes again and again in one read.
type names map[string]string

// maxNames bounds what is kept in a read: types are few, actors may be many.
const maxNames = 1000

func (n names) of(raw []byte) string {
	if name, ok := n[string(raw)]; ok { // no copy is made to look it up
		return name
	}
	name := string(raw)
	if len(n) < maxNames {
		n[name] = name
	}
	return name
}

// eventFormats are the wire formats that decode reads: 1 is binary, 0 is text.
var eventFormats = [...]int16{1, 1, 1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 1, 0, 1}

func checkFormats(rows pgx.Rows) error {
	fields := rows.FieldDescriptions()
	if len(fields) != len(eventFormats) {
		return fmt.Errorf("an event has %d columns, not %d", len(eventFormats), len(fields))
	}
	for i, field := range fields {
		if field.Format != eventFormats[i] {
			return fmt.Errorf("column %s comes in format %d, not %d", field.Name, field.Format, eventFormats[i])
		}
	}
	return nil
}

// decode fills in the event from a row. The payload stays in the row's memory.
func (n names) decode(raw [][]byte, e *Event) {
	e.AccountID = uuid.UUID(raw[0])
	e.Generation = int(int32(binary.BigEndian.Uint32(raw[1])))
	e.SequenceNumber = int64(binary.BigEndian.Uint64(raw[2]))
	e.StreamID = uuid.UUID(raw[3])
	e.StreamRevision = int(int32(binary.BigEndian.Uint32(raw[4])))
	e.StreamType = n.of(raw[5])
	e.PayloadItemName = n.of(raw[6])
	e.PayloadVersion = int(int32(binary.BigEndian.Uint32(raw[7])))
	e.Payload = raw[8]
	e.CommandID = uuid.UUID(raw[9])
	e.CommandHash = int64(binary.BigEndian.Uint64(raw[10]))
	e.CausationID = optionalUUID(raw[11])
	e.CorrelationID = optionalUUID(raw[12])
	e.Actor = n.of(raw[13])
	e.CommitTime = decodeTime(raw[14])
}

func optionalUUID(raw []byte) uuid.UUID {
	if raw == nil {
		return uuid.Nil
	}
	return uuid.UUID(raw)
}

func decodeTime(raw []byte) time.Time {
	return time.UnixMicro(int64(binary.BigEndian.Uint64(raw)) + postgresEpoch).UTC()
}
