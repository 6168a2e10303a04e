package notify

import (
	"testing"
	"time"

	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
)

// A poll of 10,500 accounts where nothing moved costs one statement over two small tables, and
// no row per account comes back; one where something moved reads a row per account.
func TestWhatAPollCosts(t *testing.T) {
	db := pgtest.New(t)
	_, err := db.Pool(t, pg.Admin).Exec(t.Context(), `WITH ids AS (SELECT gen_random_uuid() AS id FROM generate_series(1, 10500)),
		heads AS (INSERT INTO store.account_heads (account_id, sequence_number, epoch) SELECT id, 1, 1 FROM ids)
		INSERT INTO store.live_cursors (account_id, sequence_number) SELECT id, 1 FROM ids`)
	if err != nil {
		t.Fatal(err)
	}
	l := NewLink(LinkConfig{Pool: db.Pool(t, pg.Watcher), Heads: NewTopic(), Applied: NewTopic()})
	measure := func(anew bool) time.Duration {
		fastest := time.Hour
		for range 20 {
			begun := time.Now()
			if err := l.pollOnce(t.Context(), anew); err != nil {
				t.Fatal(err)
			}
			fastest = min(fastest, time.Since(begun))
		}
		return fastest
	}
	moved, still := measure(true), measure(false)
	t.Logf("10500 accounts: %v when nothing moved, %v when something did", still, moved)
	if still > 50*time.Millisecond || moved > 250*time.Millisecond {
		t.Errorf("a poll took %v and %v", still, moved)
	}
	if l.heads.size() != 10_500 {
		t.Errorf("%d accounts are known", l.heads.size())
	}
}
