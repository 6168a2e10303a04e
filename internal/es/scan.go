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

// collectEvents appends the rows to events. It reads the wire format itself: a projector
// catching up spends most of its time here.
func collectEvents(events *[]Event) func(pgx.Rows) error {
	return func(rows pgx.Rows) error {
		defer rows.Close()
		for rows.Next() {
			raw := rows.RawValues()
			if err := checkFormats(rows, len(*events)); err != nil {
				return err
			}
			*events = append(*events, decodeEvent(raw))
		}
		return rows.Err()
	}
}

// eventFormats are the wire formats that decodeEvent reads: 1 is binary, 0 is text.
var eventFormats = [...]int16{1, 1, 1, 1, 1, 0, 0, 1, 0, 1, 1, 1, 1, 0, 1}

func checkFormats(rows pgx.Rows, row int) error {
	if row > 0 {
		return nil
	}
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

func decodeEvent(raw [][]byte) Event {
	return Event{
		AccountID:       uuid.UUID(raw[0]),
		Generation:      int(int32(binary.BigEndian.Uint32(raw[1]))),
		SequenceNumber:  int64(binary.BigEndian.Uint64(raw[2])),
		StreamID:        uuid.UUID(raw[3]),
		StreamRevision:  int(int32(binary.BigEndian.Uint32(raw[4]))),
		StreamType:      string(raw[5]),
		PayloadItemName: string(raw[6]),
		PayloadVersion:  int(int32(binary.BigEndian.Uint32(raw[7]))),
		Payload:         append(json.RawMessage(nil), raw[8]...),
		CommandID:       uuid.UUID(raw[9]),
		CommandHash:     int64(binary.BigEndian.Uint64(raw[10])),
		CausationID:     optionalUUID(raw[11]),
		CorrelationID:   optionalUUID(raw[12]),
		Actor:           string(raw[13]),
		CommitTime:      decodeTime(raw[14]),
	}
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
