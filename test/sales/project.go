package sales

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest"

	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/projection"
)

// Project has the account worked off by a projector, its fan-outs included.
func (s *Store) Project(t testing.TB, account uuid.UUID) {
	t.Helper()
	heads, applied := notify.NewTopic(), notify.NewTopic()
	p := projection.New(projection.Config{Pools: s, Accounts: s, Releases: s, Heads: heads, Applied: applied, Workers: 1,
		Log: zaptest.NewLogger(t, zaptest.Level(zap.ErrorLevel))})
	if err := p.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	defer p.Stop()
	sub := applied.Subscribe(account)
	defer sub.Close()
	deadline := time.After(20 * time.Second)
	for s.Number(t, `SELECT h.sequence_number - c.sequence_number + (SELECT count(*) FROM store.fan_outs f WHERE f.account_id = $1
		AND NOT EXISTS (SELECT 1 FROM store.projection_cursors b WHERE b.account_id = $1 AND b.table_name = f.table_name))
		FROM store.account_heads h JOIN store.live_cursors c USING (account_id) WHERE h.account_id = $1`, account) > 0 {
		heads.Publish(notify.Signal{AccountID: account, SequenceNumber: s.Number(t, "SELECT sequence_number FROM store.account_heads WHERE account_id = $1", account)})
		select {
		case <-sub.C:
		case <-time.After(5 * time.Millisecond):
		case <-deadline:
			t.Fatal("the projector does not come to an end")
		}
	}
}
