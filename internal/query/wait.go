package query

import (
	"context"
	"time"

	"github.com/polderhq/polder/internal/notify"
)

// answer asks the store, and once more when the account had not come far enough and then
// did, or the time was up.
func (h *Handler) answer(ctx context.Context, q question) (Answer, error) {
	if q.ask.wait <= 0 || q.ask.minimum <= 0 {
		p, err := h.run(ctx, q)
		return q.finish(p), err
	}
	// Subscribed before the store is asked: what is applied after that is signalled.
	sub := h.Applied.Subscribe(q.account)
	defer sub.Close()
	p, err := h.run(ctx, q)
	if err != nil || p.at() >= q.ask.minimum || p.own != nil {
		return q.finish(p), err
	}
	if err := h.await(ctx, q, sub); err != nil {
		return Answer{}, err
	}
	p, err = h.run(ctx, q)
	return q.finish(p), err
}

// await returns when the account's live cursor has reached the minimum, or the time is up.
func (h *Handler) await(ctx context.Context, q question, sub *notify.Subscription) error {
	deadline := time.NewTimer(q.ask.wait)
	defer deadline.Stop()
	recheck := time.NewTicker(h.Recheck)
	defer recheck.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-deadline.C:
			return nil
		case <-sub.C:
		case <-recheck.C: // a hint may have been lost
		}
		at, err := ReadCursors(ctx, q.pool, q.account)
		if err != nil || at.Live >= q.ask.minimum {
			return err
		}
	}
}
