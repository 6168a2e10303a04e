package notify

import (
	"context"
	_ "embed"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/zap"
)

const (
	// debounce is the pause after a notification; what is published meanwhile goes into the next.
	debounce    = 5 * time.Millisecond
	tellTimeout = 2 * time.Second
	// A hint that a crash loses does no harm, so its transaction does not wait for the disk.
	noDurabilitySQL = "SELECT pg_catalog.set_config('synchronous_commit', 'off', true)"
)

//go:embed sql/notify.sql
var notifySQL string

// tellOthers notifies the other processes of what is published here: the first at once, then
// at the debounce's pace. What cannot be told is dropped, and found by their polls.
func (l *Link) tellOthers(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-l.publish:
		}
		if err := l.tell(ctx); err != nil && ctx.Err() == nil {
			l.log.Debug("others are not notified", zap.Error(err))
		}
		rest(ctx, debounce)
	}
}

func (l *Link) tell(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, tellTimeout)
	defer cancel()
	var channels, payloads []string
	for _, w := range l.wires() {
		signals := w.takeUntold()
		if len(signals) == 0 {
			continue
		}
		for _, payload := range encode(l.origin, signals) {
			channels, payloads = append(channels, w.channel), append(payloads, payload)
		}
	}
	if len(payloads) == 0 {
		return nil
	}
	batch := &pgx.Batch{} // one pipeline, one transaction
	batch.Queue(noDurabilitySQL)
	batch.Queue(notifySQL, channels, payloads)
	return l.config.Pool.SendBatch(ctx, batch).Close()
}

func rest(ctx context.Context, pause time.Duration) {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
