package es

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// postgresEpoch is where PostgreSQL's binary timestamps count from, in microseconds of Unix time.
const postgresEpoch = 946_684_800_000_000

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

// collector keeps events with payloads of their own.
type collector struct {
	events   []Event
	payloads []byte // room for the next ones
}

// Payloads of a read lie together in blocks: an allocation each would cost more than to
// read them. Blocks grow, so that a read of a few events holds no more than it needs.
const (
	firstBlock = 1 << 10
	lastBlock  = 64 << 10
)

// expecting returns a collector with room for so many events; zero is not known.
func expecting(events int) *collector {
	return &collector{events: make([]Event, 0, min(events, 1000))}
}

// collect keeps the events of the rows.
func (c *collector) collect(rows pgx.Rows) error {
	_, err := eachEvent(rows, c.add)
	return err
}

func (c *collector) add(e *Event) error {
	own := *e
	own.Payload = c.keep(e.Payload)
	c.events = append(c.events, own)
	return nil
}

func (c *collector) keep(payload []byte) json.RawMessage {
	if len(payload) > lastBlock/8 {
		return slices.Clone(payload)
	}
	if cap(c.payloads)-len(c.payloads) < len(payload) {
		c.payloads = make([]byte, 0, max(len(payload), min(max(firstBlock, 2*cap(c.payloads)), lastBlock)))
	}
	start := len(c.payloads)
	c.payloads = append(c.payloads, payload...)
	return c.payloads[start:len(c.payloads):len(c.payloads)]
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
