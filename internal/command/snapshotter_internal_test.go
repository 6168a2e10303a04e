package command

import (
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"
)

// Who waits for snapshots says that he lives, and nothing any more when he has ended.
func TestTheSnapshotterBeats(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var beats atomic.Int64
		s := newSnapshotter(zap.NewNop(), func() { beats.Add(1) })
		s.start()
		time.Sleep(3*snapshotBeat + time.Second)
		synctest.Wait()
		if n := beats.Load(); n != 4 {
			t.Errorf("it beat %d times, want once at the start and three times after", n)
		}
		s.stop()
		time.Sleep(3 * snapshotBeat)
		if n := beats.Load(); n != 4 {
			t.Errorf("it beat %d times in the end", n)
		}
	})
}
