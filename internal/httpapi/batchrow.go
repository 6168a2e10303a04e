package httpapi

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/command"
	"github.com/polderhq/polder/internal/fault"
)

// Members of a row beside the command.
const (
	rowCommandID        = "commandId"
	rowExpectedRevision = "expectedRevision"
)

// rowAnswer is the answer to one row: of a stored command, or a problem.
type rowAnswer struct {
	Line           int                      `json:"line"`
	Status         int                      `json:"status"` // as the command alone would have got
	CommandID      uuid.UUID                `json:"commandId,omitzero"`
	SequenceNumber int64                    `json:"sequenceNumber,omitempty"`
	Streams        []command.StreamPosition `json:"streams,omitempty"`
	Repeated       bool                     `json:"repeated,omitempty"`
	Problem        *problem                 `json:"problem,omitempty"`

	err error
}

func newRowAnswer(line int, id uuid.UUID, result command.Result, err error) rowAnswer {
	if err != nil {
		p := newProblem(err, "")
		return rowAnswer{Line: line, Status: p.Status, CommandID: id, Problem: &p, err: err}
	}
	return rowAnswer{
		Line: line, Status: http.StatusOK, CommandID: id,
		SequenceNumber: result.SequenceNumber, Streams: result.Streams, Repeated: result.Repeated,
	}
}

// parseRow reads {"commandId": "...", "expectedRevision": 3, "PlaceOrderCommand": {...}}, of
// which only the command is needed.
func parseRow(text []byte) (command.Request, envelope, error) {
	var request command.Request
	members, err := parseMembers(text)
	if err != nil {
		return request, envelope{}, err
	}
	if raw, found := members[rowCommandID]; found {
		var id string
		_ = json.Unmarshal(raw, &id) // parseID refuses what is no string
		if request.CommandID, err = parseID(rowCommandID, id); err != nil {
			return request, envelope{}, err
		}
	}
	if raw, found := members[rowExpectedRevision]; found {
		revision, err := strconv.ParseUint(string(raw), 10, 31)
		if err != nil {
			return request, envelope{}, fault.New(fault.Invalid, "%s is not a revision like 3", rowExpectedRevision)
		}
		expected := int(revision)
		request.ExpectedRevision = &expected
	}
	delete(members, rowCommandID)
	delete(members, rowExpectedRevision)
	sent, err := onlyMember(members)
	return request, sent, err
}

// write sends the answers in the order of the rows. When the client takes no more of
// them the batch ends; what was stored by then is found again by its command ids.
func (b *batch) write(to *echo.Response, cancel context.CancelFunc) error {
	encoder := json.NewEncoder(to)
	for r := range b.order {
		<-r.done
		r.answer.report(b.server, requestIDOf(to))
		err := b.server.timed(b.control, batchIdle, func() error {
			if err := encoder.Encode(r.answer); err != nil || len(b.order) > 0 {
				return err
			}
			return b.control.Flush()
		})
		if err != nil {
			cancel()
		}
	}
	return nil
}

func requestIDOf(r *echo.Response) string { return r.Header().Get(echo.HeaderXRequestID) }

// report counts the row, and logs what the client is not told.
func (a *rowAnswer) report(s *Server, requestID string) {
	s.metrics.rows.WithLabelValues(strconv.Itoa(a.Status)).Inc()
	if a.Repeated {
		s.metrics.repeated.Inc()
	}
	if a.Problem == nil {
		return
	}
	a.Problem.RequestID = requestID
	if a.Status >= http.StatusInternalServerError && !errors.Is(a.err, context.Canceled) {
		s.config.Log.Error("row failed", zap.String("request_id", requestID), zap.Int("line", a.Line),
			zap.Stringer("command_id", a.CommandID), zap.Error(a.err))
	}
}

// lineReader reads lines of bounded length.
type lineReader struct {
	from   *bufio.Reader
	number int // of the last line read, from 1
}

func newLineReader(r io.Reader) *lineReader { return &lineReader{from: bufio.NewReaderSize(r, 64<<10)} }

// next returns the next line that is not blank. Its errors are io.EOF, TooLarge (the line
// was passed over, go on), and Invalid when the request broke off.
func (l *lineReader) next() ([]byte, error) {
	for {
		line, err := l.line()
		if err != nil || len(bytes.TrimSpace(line)) > 0 {
			return line, err
		}
	}
}

func (l *lineReader) line() ([]byte, error) {
	var line []byte
	tooLong := false
	for {
		part, err := l.from.ReadSlice('\n')
		if tooLong = tooLong || len(line)+len(part) > maxBody; !tooLong {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && len(line) == 0 && !tooLong:
			return nil, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			l.number++
			return nil, unreadable(err)
		}
		l.number++
		if tooLong {
			return nil, fault.New(fault.TooLarge, "The row is larger than %d bytes", maxBody)
		}
		return line, nil
	}
}
