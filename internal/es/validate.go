package es

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
)

// Limits of one append; the command's first answer has to fit memory on its way back.
const (
	maxAppendRows  = 10_000
	maxAppendBytes = 16 << 20
)

// size counts what an append stores.
type size struct{ rows, bytes int }

// rowOverhead is what an event takes beside its texts.
const rowOverhead = 150

// validate refuses what PostgreSQL would refuse, so that an append cannot fail the group
// that it is stored with. It returns the append's size.
func validate(a *Append) (size, error) {
	if a.AccountID == uuid.Nil || a.CommandID == uuid.Nil || len(a.Writes) == 0 {
		return size{}, fault.New(fault.Invalid, "An append has an account, a command id and a stream to write")
	}
	if !storable(a.Actor) {
		return size{}, notStorable("actor")
	}
	for _, r := range a.Reads {
		if !r.Expected.possible() {
			return size{}, fault.New(fault.Invalid, "A read has an expected revision from 0 to %d", math.MaxInt32)
		}
	}
	var total size
	for i := range a.Writes {
		if err := validateWrite(a, i, &total); err != nil {
			return size{}, err
		}
	}
	if total.rows > maxAppendRows || total.bytes > maxAppendBytes {
		return size{}, fault.New(fault.TooLarge, "An append has at most %d events and %d MB", maxAppendRows, maxAppendBytes>>20)
	}
	return total, validateClaims(a)
}

func validateWrite(a *Append, i int, total *size) error {
	w := &a.Writes[i]
	for j := range i {
		if a.Writes[j].StreamID == w.StreamID {
			return fault.New(fault.Invalid, "An append writes stream %s twice", w.StreamID)
		}
	}
	if len(w.Events) == 0 || w.StreamType == "" || !storable(w.StreamType) || !w.Expected.possible() {
		return fault.New(fault.Invalid, "A write has a stream type, events, and an expected revision from 0 to %d", math.MaxInt32)
	}
	for j := range w.Events {
		e := &w.Events[j]
		if e.PayloadItemName == "" || !storable(e.PayloadItemName) {
			return notStorable("payload item name")
		}
		if !isObject(e.Payload) {
			return fault.New(fault.Invalid, "The payload of %s is not a JSON object", e.PayloadItemName)
		}
		if n := e.Number; n != nil && (n.Attribute == "" || n.Series == "" || !storable(n.Attribute) || !storable(n.Series)) {
			return notStorable("number claim")
		}
		total.rows++
		total.bytes += len(e.Payload) + len(e.PayloadItemName) + len(w.StreamType) + len(a.Actor) + rowOverhead
	}
	return nil
}

func validateClaims(a *Append) error {
	for _, c := range a.Uniques {
		if c.Guard == "" || !storable(c.Guard) || !storable(c.Take) || !storable(c.Release) {
			return notStorable("unique claim")
		}
	}
	for _, c := range a.Limits {
		if c.Guard == "" || !storable(c.Guard) || !storable(c.Key) {
			return notStorable("limit claim")
		}
	}
	return nil
}

// possible says whether a stream can have the revision: the column holds 32 bits.
func (e Expected) possible() bool { return e.revision >= 0 && e.revision <= math.MaxInt32 }

// storable says whether PostgreSQL takes the text.
func storable(text string) bool {
	return utf8.ValidString(text) && strings.IndexByte(text, 0) < 0
}

func isObject(payload json.RawMessage) bool {
	trimmed := bytes.TrimLeft(payload, " \t\r\n")
	return len(trimmed) > 0 && trimmed[0] == '{' && utf8.Valid(payload) && json.Valid(payload)
}

func notStorable(what string) error {
	return fault.New(fault.Invalid, "The %s is missing, or has characters that cannot be stored", what)
}
