package command

import (
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/es"
)

// idempotencyWindow is how long a stream remembers the ids of its commands.
const idempotencyWindow = 30 * 24 * time.Hour

// stored is what one command left on its stream.
type stored struct {
	CommandID uuid.UUID `json:"id"`
	Hash      int64     `json:"hash,string"`
	Revision  int       `json:"revision"` // of its last event
	Sequence  int64     `json:"sequence"` // of its last event
	Time      time.Time `json:"time"`
}

// commandLog holds the commands of a stream's last 30 days, reckoned from its last event.
// It only ever learns of stored events, so that an older revision of the aggregate may
// share it: a command that it finds was stored.
type commandLog struct {
	mu    sync.Mutex
	byID  map[uuid.UUID]*stored
	order []*stored // by revision
}

func newCommandLog() *commandLog { return &commandLog{byID: map[uuid.UUID]*stored{}} }

// add notes the command of an event. Events of one stream come in order; one that came
// before is passed over.
func (l *commandLog) add(e *es.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.order); n > 0 && l.order[n-1].Revision >= e.StreamRevision {
		return
	}
	if known := l.byID[e.CommandID]; known != nil {
		known.Revision, known.Sequence, known.Time = e.StreamRevision, e.SequenceNumber, e.CommitTime
		return
	}
	l.note(&stored{e.CommandID, e.CommandHash, e.StreamRevision, e.SequenceNumber, e.CommitTime})
}

func (l *commandLog) note(s *stored) {
	l.byID[s.CommandID] = s
	l.order = append(l.order, s)
	for s.Time.Sub(l.order[0].Time) > idempotencyWindow {
		delete(l.byID, l.order[0].CommandID)
		l.order = l.order[1:]
	}
}

// find returns what the command left on the stream.
func (l *commandLog) find(command uuid.UUID) (stored, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := l.byID[command]; s != nil {
		return *s, true
	}
	return stored{}, false
}

// until returns the commands up to the revision, oldest first.
func (l *commandLog) until(revision int) []stored {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]stored, 0, len(l.order))
	for _, s := range l.order {
		if s.Revision <= revision {
			all = append(all, *s)
		}
	}
	return all
}

func restoreCommandLog(all []stored) *commandLog {
	l := newCommandLog()
	for i := range all {
		l.note(&all[i])
	}
	return l
}
