package command

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/model"
)

const (
	snapshotQueue   = 256              // snapshots that wait; more are dropped, a later command asks again
	snapshotTimeout = 10 * time.Second // for one save
	snapshotBeat    = 5 * time.Second  // how often it says that it lives while there is nothing to save
)

// snapshotJob is a folded aggregate that is worth a snapshot.
type snapshotJob struct {
	store     Store
	release   *model.Release
	key       streamKey
	aggregate *aggregate
}

// snapshotter saves snapshots off the path of requests, one after another.
type snapshotter struct {
	log   *zap.Logger
	beat  func()
	queue chan snapshotJob
	quit  chan struct{}
	begin sync.Once
	end   sync.Once
	done  sync.WaitGroup
}

func newSnapshotter(log *zap.Logger, beat func()) *snapshotter {
	return &snapshotter{log: log, beat: beat, queue: make(chan snapshotJob, snapshotQueue), quit: make(chan struct{})}
}

func (s *snapshotter) start() { s.begin.Do(func() { s.done.Go(s.run) }) }

func (s *snapshotter) stop() {
	s.end.Do(func() { close(s.quit) })
	s.done.Wait()
}

// offer queues the job and reports whether there was room.
func (s *snapshotter) offer(job snapshotJob) bool {
	select {
	case s.queue <- job:
		return true
	default:
		return false
	}
}

func (s *snapshotter) run() {
	idle := time.NewTicker(snapshotBeat)
	defer idle.Stop()
	for {
		s.beat()
		select {
		case job := <-s.queue:
			s.save(job)
		case <-idle.C:
		case <-s.quit:
			s.drain()
			return
		}
	}
}

func (s *snapshotter) drain() {
	for {
		select {
		case job := <-s.queue:
			s.save(job)
		default:
			return
		}
	}
}

// save stores the snapshot. A failure costs later loads time and nothing else.
func (s *snapshotter) save(job snapshotJob) {
	ctx, cancel := context.WithTimeout(context.Background(), snapshotTimeout)
	defer cancel()
	shot, err := encodeSnapshot(job.release, job.key, job.aggregate)
	if err == nil {
		err = job.store.SaveSnapshot(ctx, job.key.account, shot)
	}
	if err != nil {
		s.log.Warn("snapshot not saved", zap.Stringer("account_id", job.key.account),
			zap.Stringer("stream_id", job.key.stream), zap.Error(err))
	}
}
