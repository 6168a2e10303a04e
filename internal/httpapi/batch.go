package httpapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"runtime/debug"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/polderhq/polder/internal/command"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/tracing"
)

// batchIdle is how long a batch waits for its client to send or to take a row.
const batchIdle = time.Minute

// batch runs the rows of one request. Rows are read one after another and run side by
// side, but a row waits for the earlier ones that write a stream it writes or names: so
// rows of one stream keep their order, and an order may follow its customer in one file.
// Answers are written in the order of the rows.
type batch struct {
	server  *Server
	ctx     context.Context // ends when the client takes no more answers
	token   string
	key     uuid.UUID // the batch's Idempotency-Key; zero: none
	control *http.ResponseController
	lines   *lineReader
	order   chan *row                     // in the order of the rows; its capacity bounds what is under way
	writers map[uuid.UUID]<-chan struct{} // stream -> done of the last row that writes it
}

// row is one command under way.
type row struct {
	line     int
	prepared *command.Prepared
	after    []<-chan struct{}
	done     chan struct{} // closed when answer is there
	answer   rowAnswer
}

func (s *Server) postBatch(c echo.Context) error {
	who := principal(c)
	if err := who.Account.MayWrite(); err != nil {
		return err
	}
	header := c.Request().Header
	key, err := headerID(header, idempotencyKey)
	if err != nil {
		return err
	}
	if err := refuseEncoding(header); err != nil {
		return err
	}
	if header.Get(ifMatch) != "" {
		return fault.New(fault.Invalid, "If-Match is for one command, not for a batch; leave it out")
	}
	release, err := s.batches.take(who.Account.ID)
	if err != nil {
		s.metrics.throttled.inc(who.Account.ID)
		return err
	}
	defer release()
	return s.runBatch(c, key)
}

func (s *Server) runBatch(c echo.Context, key uuid.UUID) error {
	// Not the request's: that ends when reading is interrupted, and rows under way must not.
	ctx, cancel := context.WithCancel(context.WithoutCancel(c.Request().Context()))
	defer cancel()
	token, _ := c.Get(tokenKey).(string)
	b := &batch{
		server: s, ctx: ctx, token: token, key: key,
		control: http.NewResponseController(c.Response()), lines: newLineReader(c.Request().Body),
		order: make(chan *row, s.config.BatchWindow), writers: map[uuid.UUID]<-chan struct{}{},
	}
	// Without it net/http would throw away the rest of the rows at the first answer.
	if err := b.control.EnableFullDuplex(); err != nil {
		return fmt.Errorf("batch: %w", err)
	}
	c.Response().Header().Set(echo.HeaderContentType, "application/x-ndjson")
	c.Response().WriteHeader(http.StatusOK)
	_ = b.control.SetWriteDeadline(time.Time{}) // the first answer may be long in coming
	stop := b.interruptWhenDraining()
	defer stop()
	go b.read()
	return b.write(c.Response(), cancel)
}

// interruptWhenDraining ends a wait for the client's next row when the process goes away.
func (b *batch) interruptWhenDraining() func() {
	ended := make(chan struct{})
	go func() {
		select {
		case <-b.server.draining:
			_ = b.control.SetReadDeadline(time.Unix(1, 0))
		case <-ended:
		}
	}()
	return func() { close(ended) }
}

// read takes rows from the request until it ends, and starts each.
func (b *batch) read() {
	defer close(b.order)
	for b.ctx.Err() == nil {
		if !b.draining() {
			_ = b.control.SetReadDeadline(b.server.config.Clock().Add(batchIdle))
		}
		text, err := b.lines.next()
		if errors.Is(err, io.EOF) {
			return
		}
		ends := err != nil && !fault.Is(err, fault.TooLarge)
		if b.draining() {
			err, ends = errDraining, true
		}
		r := &row{line: b.lines.number, done: make(chan struct{})}
		ends = b.begin(r, text, err) || ends
		select {
		case b.order <- r:
		case <-b.ctx.Done():
			return
		}
		if ends {
			return
		}
		b.start(r)
	}
}

func (b *batch) draining() bool { return closed(b.server.draining) }

// begin prepares the row, or answers it when that fails. It reports whether the batch
// ends with it: the key is not valid any more.
func (b *batch) begin(r *row, text []byte, err error) (ends bool) {
	var request command.Request
	if err == nil {
		request, err = b.request(r.line, text)
	}
	if err == nil {
		r.prepared, err = b.server.config.Commands.Prepare(b.ctx, request)
	}
	if err == nil {
		r.after = b.follow(r)
		return false
	}
	r.finish(request.CommandID, command.Result{}, err)
	return fault.Is(err, fault.Unauthorized)
}

// request reads a row: the envelope of a command, beside it optionally its id and the
// revision that its stream must have.
func (b *batch) request(line int, text []byte) (command.Request, error) {
	who, err := b.server.config.Keys.Authenticate(b.ctx, b.token)
	if err != nil {
		return command.Request{}, err
	}
	request, sent, err := parseRow(text)
	request.Principal = who
	if err != nil {
		return request, err
	}
	request.Name, request.Body = sent.name, sent.body
	request.CorrelationID = tracing.Correlation(b.ctx)
	if request.CommandID == uuid.Nil {
		request.CommandID, err = b.rowID(line)
	}
	return request, err
}

// rowID gives an id to a row that brings none. Under the batch's Idempotency-Key it is the
// same whenever the batch is sent again.
func (b *batch) rowID(line int) (uuid.UUID, error) {
	if b.key == uuid.Nil {
		return b.server.config.NewID()
	}
	return uuid.NewSHA1(b.key, []byte("line "+strconv.Itoa(line))), nil
}

var uuids = regexp.MustCompile(`[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`)

// follow returns what the row must wait for, and makes later rows wait for it.
func (b *batch) follow(r *row) []<-chan struct{} {
	var after []<-chan struct{}
	streams := []uuid.UUID{r.prepared.StreamID}
	for _, text := range uuids.FindAll(r.prepared.Body, -1) {
		if id, err := uuid.ParseBytes(text); err == nil {
			streams = append(streams, id)
		}
	}
	for _, stream := range streams {
		if earlier := b.writers[stream]; earlier != nil {
			after = append(after, earlier)
		}
	}
	b.forgetDone()
	b.writers[r.prepared.StreamID] = r.done
	return after
}

// forgetDone keeps the map as small as what is under way.
func (b *batch) forgetDone() {
	if len(b.writers) < 4*cap(b.order) {
		return
	}
	for stream, done := range b.writers {
		select {
		case <-done:
			delete(b.writers, stream)
		default:
		}
	}
}

// start runs the row when its turn has come. Rows that it waits for came earlier, so none
// waits for ever.
func (b *batch) start(r *row) {
	if r.prepared == nil {
		return // answered already
	}
	go func() {
		for _, earlier := range r.after {
			<-earlier
		}
		result, err := b.run(r.prepared)
		r.finish(r.prepared.CommandID, result, err)
	}()
}

func (b *batch) run(p *command.Prepared) (result command.Result, err error) {
	defer func() {
		if r := recover(); r != nil { // no middleware guards this goroutine
			err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
		}
	}()
	ctx, cancel := context.WithTimeout(b.ctx, b.server.config.RequestTimeout)
	defer cancel()
	return b.server.config.Commands.Run(ctx, p)
}

func (r *row) finish(id uuid.UUID, result command.Result, err error) {
	r.answer = newRowAnswer(r.line, id, result, err)
	close(r.done)
}
