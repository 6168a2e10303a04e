package es

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// work is what one account gets out of a group.
type work struct {
	account    uuid.UUID
	memory     *remembered // nil: nothing is remembered
	appends    []*pending
	evaluation evaluation
	moved      bool
	commitTime time.Time // of the stored events, when moved
}

// headAfter is the account's head once the work is stored.
func (w *work) headAfter() Head {
	head := w.evaluation.head
	head.SequenceNumber += int64(len(w.evaluation.events))
	head.CommitTime = w.commitTime
	return head
}

// statement builds and runs the one statement that stores a group. Its buffers are used
// again for the next.
type statement struct {
	columns columns
	works   map[uuid.UUID]*work
	plain   bool     // no guards and no assumptions
	values  [][]byte // of a single event
}

var binaryFormat = []int16{1}

const plainColumns = 19

// columnOIDs are the element types of the parameters of append_guarded.sql, of which
// those of append.sql are the first.
var columnOIDs = []uint32{
	uuidOID, int4OID, int8OID, int8OID, timeOID, int8OID, // heads
	uuidOID, int8OID, uuidOID, int4OID, textOID, textOID, int4OID, jsonOID, uuidOID, int8OID, uuidOID, uuidOID, textOID, // events
	uuidOID, int4OID, uuidOID, int4OID, // assumed streams
	uuidOID, textOID, textOID, // assumed free keys
	uuidOID, textOID, textOID, uuidOID, // freed keys
	uuidOID, textOID, textOID, uuidOID, // taken keys
	uuidOID, textOID, int8OID, // series
	uuidOID, textOID, textOID, textOID, // limits
}

func newStatement() *statement {
	return &statement{columns: make(columns, len(columnOIDs)), works: make(map[uuid.UUID]*work)}
}

// build encodes the evaluated works, each of which has accepted something.
func (s *statement) build(works []*work) {
	clear(s.works)
	s.columns.start(columnOIDs)
	s.plain = true
	for _, w := range works {
		s.works[w.account] = w
		s.addHead(w)
		for i := range w.evaluation.events {
			s.addEvent(&w.evaluation.events[i])
		}
		if d := &w.evaluation.draft; !d.plain() {
			s.plain = false
			s.addAssumptions(w, d)
			s.addGuards(w.account, d)
		}
	}
}

func (s *statement) addHead(w *work) {
	c, head := s.columns, &w.evaluation.head
	c[0].uuid(w.account)
	c[1].int4(head.Generation)
	c[2].int8(head.SequenceNumber)
	c[3].int8(head.Epoch)
	c[4].time(head.CommitTime)
	c[5].int8(head.SequenceNumber + int64(len(w.evaluation.events)))
}

func (s *statement) addEvent(e *Event) {
	c := s.columns[6:plainColumns]
	c[0].uuid(e.AccountID)
	c[1].int8(e.SequenceNumber)
	c[2].uuid(e.StreamID)
	c[3].int4(e.StreamRevision)
	c[4].text(e.StreamType)
	c[5].text(e.PayloadItemName)
	c[6].int4(e.PayloadVersion)
	c[7].bytes(e.Payload)
	c[8].uuid(e.CommandID)
	c[9].int8(e.CommandHash)
	c[10].optional(e.CausationID)
	c[11].optional(e.CorrelationID)
	c[12].text(e.Actor)
}

func (s *statement) addAssumptions(w *work, d *draft) {
	c := s.columns[plainColumns:]
	for _, p := range d.probes {
		c[0].uuid(w.account)
		c[1].int4(w.evaluation.head.Generation)
		c[2].uuid(p.stream)
		c[3].int4(p.revision)
	}
	for _, k := range d.absent {
		c[4].uuid(w.account)
		c[5].text(k.guard)
		c[6].text(k.key)
	}
}

func (s *statement) addGuards(account uuid.UUID, d *draft) {
	freed, taken, drawn, used := s.columns[26:30], s.columns[30:34], s.columns[34:37], s.columns[37:41]
	for _, e := range d.uniques.entries {
		rows, stream := freed, e.value.releasedBy // zero: whoever has it
		if e.value.status == owned {
			rows, stream = taken, e.value.owner
		}
		rows[0].uuid(account)
		rows[1].text(e.key.guard)
		rows[2].text(e.key.key)
		rows[3].optional(stream)
	}
	for _, e := range d.serials.entries {
		drawn[0].uuid(account)
		drawn[1].text(e.key)
		drawn[2].int8(e.value)
	}
	for _, e := range d.limits.entries {
		used[0].uuid(account)
		used[1].text(e.key.guard)
		used[2].text(e.key.key)
		used[3].text(e.value.String())
	}
}

// form is one of the three statements that store a group.
type form int

const (
	single form = iota
	plain
	guarded
	forms
)

func (s *statement) form() form {
	switch {
	case !s.plain:
		return guarded
	case s.columns[6].n == 1:
		return single
	}
	return plain
}

func (s *statement) params(f form) [][]byte {
	switch f {
	case single:
		return s.single()
	case plain:
		return s.columns[:plainColumns].finish()
	}
	return s.columns.finish()
}

// single takes the only element out of each array.
func (s *statement) single() [][]byte {
	values := s.values[:0]
	for i := range s.columns[:plainColumns] {
		if i < 5 || i > 7 { // the next number, and the event's account and number, follow from the head
			values = append(values, s.columns[i].only())
		}
	}
	s.values = values
	return values
}

// run stores what was built in one round trip, and marks the works whose head moved.
func (s *statement) run(ctx context.Context, conn *pgx.Conn) error {
	prepared, err := prepare(ctx, conn)
	if err != nil {
		return err
	}
	form := s.form()
	// A deadline on the connection does what one in a context would, which costs a goroutine
	// a call. It is the kernel's time, whatever the store's clock says.
	if err := conn.PgConn().Conn().SetDeadline(time.Now().Add(statementTimeout)); err != nil { //nolint:forbidigo // a socket knows the machine's time only
		return err
	}
	reader := conn.PgConn().ExecStatement(context.Background(), prepared[form], s.params(form), binaryFormat, binaryFormat)
	s.readMoved(reader)
	_, err = reader.Close()
	return errors.Join(err, conn.PgConn().Conn().SetDeadline(time.Time{}))
}

// runAndCommit is run at the end of a transaction.
func (s *statement) runAndCommit(ctx context.Context, conn *pgx.Conn) error {
	prepared, err := prepare(ctx, conn)
	if err != nil {
		return err
	}
	form := s.form()
	batch := &pgconn.Batch{}
	batch.ExecStatement(prepared[form], s.params(form), binaryFormat, binaryFormat)
	batch.ExecParams("COMMIT", nil, nil, nil, nil)
	results := conn.PgConn().ExecBatch(ctx, batch)
	if results.NextResult() {
		s.readMoved(results.ResultReader())
	}
	return results.Close()
}

func (s *statement) readMoved(rows *pgconn.ResultReader) {
	for rows.NextRow() {
		values := rows.Values()
		w := s.works[uuid.UUID(values[0])]
		w.moved, w.commitTime = true, decodeTime(values[1])
	}
}
