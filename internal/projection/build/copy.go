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

type rowSource func(key uuid.UUID) (*model.Row, int64, error)

// rows makes the rows of the keys; those that have none are left out.
func (c *copying) rows(keys []uuid.UUID, source rowSource) (out []made, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &rowError{fmt.Errorf("making a row panicked: %v", p)}
		}
	}()
	out = make([]made, 0, len(keys))
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
func (c *copying) parallel(ctx context.Context, keys []uuid.UUID, source rowSource) (int64, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := &chunkReader{queue: make(chan chan chunk, encoders)}
	go func() {
		defer close(r.queue)
		for len(keys) > 0 {
			n := min(chunkRows, len(keys))
			out := make(chan chunk, 1)
			select {
			case r.queue <- out:
			case <-ctx.Done():
				return
			}
			go func(keys []uuid.UUID) { out <- c.chunk(keys, source) }(keys[:n])
			keys = keys[n:]
		}
	}()
	tag, err := c.tx.Conn().PgConn().CopyFrom(ctx, r, c.target.CopySQL())
	if r.err != nil {
		return 0, r.err
	}
	return tag.RowsAffected(), err
}

func (c *copying) chunk(keys []uuid.UUID, source rowSource) chunk {
	rows, err := c.rows(keys, source)
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
func (c *copying) resolving(ctx context.Context, keys []uuid.UUID, source rowSource) (total int64, err error) {
	for len(keys) > 0 {
		n := min(resolveRows, len(keys))
		rows, err := c.rows(keys[:n], source)
		if err != nil {
			return 0, err
		}
		written, err := c.send(ctx, rows)
		if err != nil {
			return 0, err
		}
		total, keys = total+written, keys[n:]
	}
	return total, nil
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
