package build

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/projection"
)

const (
	chunkRows   = 500 // rows that are encoded together
	resolveRows = 5000
	encoders    = 3 // chunks under way between rows and COPY
)

// copying takes rows into one target's table within a transaction.
type copying struct {
	account uuid.UUID
	target  *projection.Target
	tx      pgx.Tx
}

// made is a row to be written.
type made struct {
	row      *model.Row
	sequence int64
}

// making makes a chunk of rows, in whatever goroutine.
type making func() ([]made, error)

// putting takes a chunk to be made and written.
type putting func(making) error

// producing puts all rows of a range, and returns what put returns.
type producing func(ctx context.Context, put putting) error

// makeEach makes the rows of the keys; those that have none are left out.
func makeEach(keys []uuid.UUID, source func(uuid.UUID) (*model.Row, int64, error)) making {
	return careful(func() ([]made, error) {
		out := make([]made, 0, len(keys))
		for _, key := range keys {
			row, sequence, err := source(key)
			if err != nil {
				return nil, &rowError{err}
			}
			if row != nil {
				out = append(out, made{row, sequence})
			}
		}
		return out, nil
	})
}

// careful has a panic of the interpreter be the fault of the rows.
func careful(do making) making {
	return func() (out []made, err error) {
		defer func() {
			if p := recover(); p != nil {
				err = &rowError{fmt.Errorf("making a row panicked: %v", p)}
			}
		}()
		return do()
	}
}

// eachChunk calls do with so many of the list at a time, until an error.
func eachChunk[T any](list []T, size int, do func([]T) error) error {
	for len(list) > 0 {
		n := min(size, len(list))
		if err := do(list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// write writes all rows that are put, and returns how many.
func (c *copying) write(ctx context.Context, rows producing) (int64, error) {
	if c.target.HasCopies() {
		return c.resolving(ctx, rows)
	}
	return c.parallel(ctx, rows)
}

func (c *copying) encode(rows []made) (text []byte, err error) {
	for _, m := range rows {
		if text, err = c.target.AppendCopyText(text, c.account, m.row, m.sequence); err != nil {
			return nil, err
		}
	}
	return text, nil
}

// parallel makes and encodes rows in other goroutines than the one that sends them.
func (c *copying) parallel(ctx context.Context, rows producing) (int64, error) {
	ctx, cancel := context.WithCancel(ctx)
	r := &chunkReader{queue: make(chan chan chunk, encoders)}
	produced := make(chan error, 1)
	go func() {
		err := rows(ctx, func(make making) error { return r.put(ctx, func() chunk { return c.chunk(make) }) })
		if err != nil {
			_ = r.put(ctx, func() chunk { return chunk{err: err} }) // COPY ends by it
		}
		close(r.queue)
		produced <- err
	}()
	tag, err := c.tx.Conn().PgConn().CopyFrom(ctx, r, c.target.CopySQL())
	cancel()
	failed := <-produced
	switch {
	case r.err != nil:
		return 0, r.err
	case err == nil:
		err = failed
	}
	return tag.RowsAffected(), err
}

func (c *copying) chunk(make making) chunk {
	rows, err := make()
	if err != nil {
		return chunk{err: err}
	}
	text, err := c.encode(rows)
	return chunk{text, err}
}

type chunk struct {
	text []byte
	err  error
}

// chunkReader reads chunks in the order in which they were begun.
type chunkReader struct {
	queue chan chan chunk
	rest  []byte
	err   error
}

// put begins to make a chunk when there is room for it.
func (r *chunkReader) put(ctx context.Context, do func() chunk) error {
	out := make(chan chunk, 1)
	select {
	case r.queue <- out:
	case <-ctx.Done():
		return ctx.Err()
	}
	go func() { out <- do() }()
	return nil
}

// Read implements io.Reader.
func (r *chunkReader) Read(to []byte) (int, error) {
	for len(r.rest) == 0 {
		out, more := <-r.queue
		if !more {
			return 0, io.EOF
		}
		next := <-out
		if next.err != nil {
			r.err = next.err
			return 0, next.err
		}
		r.rest = next.text
	}
	n := copy(to, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// resolving looks up what rows copy before it writes them, some thousand at a time.
func (c *copying) resolving(ctx context.Context, rows producing) (total int64, err error) {
	var waiting []made
	flush := func() error {
		n, err := c.send(ctx, waiting)
		total, waiting = total+n, waiting[:0]
		return err
	}
	err = rows(ctx, func(make making) error {
		chunk, err := make()
		if err != nil {
			return err
		}
		if waiting = append(waiting, chunk...); len(waiting) < resolveRows {
			return nil
		}
		return flush()
	})
	if err == nil && len(waiting) > 0 {
		err = flush()
	}
	return total, err
}

// send resolves, encodes and writes the rows.
func (c *copying) send(ctx context.Context, rows []made) (int64, error) {
	plain := make([]*model.Row, len(rows))
	for i := range rows {
		plain[i] = rows[i].row
	}
	if err := c.target.ResolveCopies(ctx, c.tx, c.account, plain); err != nil {
		return 0, err
	}
	text, err := c.encode(rows)
	if err != nil {
		return 0, err
	}
	tag, err := c.tx.Conn().PgConn().CopyFrom(ctx, bytes.NewReader(text), c.target.CopySQL())
	return tag.RowsAffected(), err
}
