package es

import (
	"time"

	"github.com/jackc/pgerrcode"

	"github.com/polderhq/polder/internal/pg"
)

// storeHeld stores works of which some account's head is held by another session for long:
// each account alone, so that the others do not wait for it.
func (l *lane) storeHeld(works []*work) {
	for _, w := range works {
		switch err := l.attempt([]*work{w}, shortWait); {
		case pg.Code(err) == pgerrcode.LockNotAvailable:
			l.held[w.account] = struct{}{}
			l.postpone(w, err)
		case err != nil:
			l.storeSlow([]*work{w})
		}
	}
}

// postpone queues the work's appends again after a pause, while the lane goes on.
func (l *lane) postpone(w *work, err error) {
	if l.clock().Sub(w.appends[0].since) > heldPatience {
		l.giveUp([]*work{w}, err)
		return
	}
	appends := append([]*pending(nil), w.appends...)
	l.mutex.Lock()
	l.postponed++
	l.mutex.Unlock()
	time.AfterFunc(heldPause, func() {
		l.mutex.Lock()
		l.postponed--
		l.queue = append(l.queue, appends...)
		l.mutex.Unlock()
		l.signal()
	})
}

// separateHeld splits off the works of accounts that were held when last tried.
func (l *lane) separateHeld(works []*work) (others, held []*work) {
	if len(l.held) == 0 {
		return works, nil
	}
	for _, w := range works {
		if _, is := l.held[w.account]; is {
			held = append(held, w)
		} else {
			others = append(others, w)
		}
	}
	return others, held
}
