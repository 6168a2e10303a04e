package es

import (
	"encoding/binary"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgtype"
)

// column is an array parameter in PostgreSQL's binary format, built in place: an append's
// parameters are most of what a process does for it, and pgx would reflect on each value.
type column struct {
	buf []byte
	n   uint32
}

const columnHeader = 20 // dimensions, flags, element type, length, lower bound

func (c *column) start(elementOID uint32) {
	c.n = 0
	if c.buf == nil {
		c.buf = make([]byte, columnHeader, 4096)
	}
	c.buf = c.buf[:columnHeader]
	binary.BigEndian.PutUint32(c.buf[0:], 1)
	binary.BigEndian.PutUint32(c.buf[4:], 0) // the server looks for nulls itself
	binary.BigEndian.PutUint32(c.buf[8:], elementOID)
	binary.BigEndian.PutUint32(c.buf[16:], 1)
}

// finish returns the parameter, which is valid until the next start.
func (c *column) finish() []byte {
	if c.n == 0 {
		binary.BigEndian.PutUint32(c.buf[0:], 0) // an empty array has no dimension
		return c.buf[:columnHeader-8]
	}
	binary.BigEndian.PutUint32(c.buf[12:], c.n)
	return c.buf
}

// only returns the one element, nil when it is NULL.
func (c *column) only() []byte {
	if int32(binary.BigEndian.Uint32(c.buf[columnHeader:])) < 0 {
		return nil
	}
	return c.buf[columnHeader+4:]
}

func (c *column) size(bytes int) {
	c.n++
	c.buf = binary.BigEndian.AppendUint32(c.buf, uint32(bytes))
}

func (c *column) uuid(id uuid.UUID) {
	c.size(len(id))
	c.buf = append(c.buf, id[:]...)
}

// optional stores the zero id as NULL.
func (c *column) optional(id uuid.UUID) {
	if id != uuid.Nil {
		c.uuid(id)
		return
	}
	c.n++
	c.buf = binary.BigEndian.AppendUint32(c.buf, 0xffffffff)
}

func (c *column) int4(n int) {
	c.size(4)
	c.buf = binary.BigEndian.AppendUint32(c.buf, uint32(int32(n)))
}

func (c *column) int8(n int64) {
	c.size(8)
	c.buf = binary.BigEndian.AppendUint64(c.buf, uint64(n))
}

func (c *column) time(t time.Time) { c.int8(t.UnixMicro() - postgresEpoch) }

func (c *column) text(s string) {
	c.size(len(s))
	c.buf = append(c.buf, s...)
}

func (c *column) bytes(b []byte) {
	c.size(len(b))
	c.buf = append(c.buf, b...)
}

// columns are the parameters of one statement.
type columns []column

func (c columns) start(oids []uint32) {
	for i, oid := range oids {
		c[i].start(oid)
	}
}

func (c columns) finish() [][]byte {
	values := make([][]byte, len(c))
	for i := range c {
		values[i] = c[i].finish()
	}
	return values
}

const (
	uuidOID = uint32(pgtype.UUIDOID)
	int4OID = uint32(pgtype.Int4OID)
	int8OID = uint32(pgtype.Int8OID)
	textOID = uint32(pgtype.TextOID)
	jsonOID = uint32(pgtype.JSONOID)
	timeOID = uint32(pgtype.TimestamptzOID)
)
