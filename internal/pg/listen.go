package pg

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

const (
	listenRetryFirst = 50 * time.Millisecond
	listenRetryMost  = 5 * time.Second
	// listenProbe is how long a connection may be silent before it is asked whether it lives:
	// a peer that vanished without a word would be listened to for ever.
	listenProbe = 30 * time.Second
)

// Listener hears notifications on a connection of its own, and connects again when it is lost.
// Notifications sent while it was away are lost, so whoever uses it also looks by himself.
type Listener struct {
	Pool      *pgxpool.Pool              // says where and as whom to connect; none of its connections is used
	Channels  []string                   // plain lower-case names
	Connected func()                     // after each connect: what was sent before is lost
	Notified  func(*pgconn.Notification) // for each notification; returns quickly
	Lost      func(error)                // the connection was lost or not made; nil: nobody asks
}

// Run listens until ctx ends.
func (l Listener) Run(ctx context.Context) {
	wait := listenRetryFirst
	for ctx.Err() == nil {
		heard, err := l.session(ctx)
		if ctx.Err() != nil {
			return
		}
		if l.Lost != nil {
			l.Lost(err)
		}
		if heard {
			wait = listenRetryFirst
		}
		pause(ctx, wait/2+rand.N(wait)) // spread: all processes lost the same server
		wait = min(2*wait, listenRetryMost)
	}
}

// session runs one connection to its end and says whether it was made at all.
func (l Listener) session(ctx context.Context) (bool, error) {
	conn, err := pgx.ConnectConfig(ctx, l.Pool.Config().ConnConfig)
	if err != nil {
		return false, err
	}
	defer func() {
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = conn.Close(closing)
	}()
	for _, channel := range l.Channels {
		if _, err := conn.Exec(ctx, "LISTEN "+pgx.Identifier{channel}.Sanitize()); err != nil {
			return false, err
		}
	}
	l.Connected()
	return true, l.hear(ctx, conn)
}

func (l Listener) hear(ctx context.Context, conn *pgx.Conn) error {
	for {
		silent, cancel := context.WithTimeout(ctx, listenProbe)
		notification, err := conn.WaitForNotification(silent)
		cancel()
		switch {
		case err == nil:
			l.Notified(notification)
		case ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
			if err := probe(ctx, conn); err != nil {
				return err
			}
		default:
			return err
		}
	}
}

func probe(ctx context.Context, conn *pgx.Conn) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	return conn.Ping(ctx)
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
