package projection

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/uuid"
)

func accounts(n int) []uuid.UUID {
	out := make([]uuid.UUID, n)
	for i := range out {
		out[i] = uuid.New()
	}
	return out
}

func pop(t *testing.T, q *queue) uuid.UUID {
	t.Helper()
	account, ok := q.Pop(t.Context(), time.Second)
	if !ok {
		t.Fatal("nobody is in the line")
	}
	return account
}

func TestQueueIsFirstInFirstOutAndBusyAccountsGoToTheTail(t *testing.T) {
	t.Parallel()
	q, a := newQueue(time.Now), accounts(3)
	for _, account := range []uuid.UUID{a[0], a[1], a[0], a[2], a[1]} {
		q.Push(account)
	}
	var order []uuid.UUID
	for range 5 {
		account := pop(t, q)
		order = append(order, account)
		q.Done(account, account == a[0], 0)
	}
	if want := []uuid.UUID{a[0], a[1], a[2], a[0], a[0]}; !slices.Equal(order, want) {
		t.Errorf("order %v, want %v", order, want)
	}
}

func TestQueueRemembersPushesWhileTheAccountIsAtWork(t *testing.T) {
	t.Parallel()
	q, a := newQueue(time.Now), accounts(1)
	q.Push(a[0])
	pop(t, q)
	q.Push(a[0])
	if _, ok := q.Pop(t.Context(), time.Millisecond); ok {
		t.Fatal("two workers have the same account")
	}
	q.Done(a[0], false, 0)
	pop(t, q)
	q.Done(a[0], false, 0)
	if q.Len() != 0 {
		t.Errorf("%d accounts in the line of nobody", q.Len())
	}
}

func TestQueueKeepsDelayedAccountsOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q, a := newQueue(time.Now), accounts(2)
		q.Push(a[0])
		start := time.Now()
		q.Done(pop(t, q), true, 3*time.Second)
		q.Push(a[0]) // a hint does not shorten the delay
		q.Push(a[1])
		if pop(t, q) != a[1] {
			t.Fatal("the delayed account came first")
		}
		account, ok := q.Pop(t.Context(), time.Minute)
		if !ok || account != a[0] || time.Since(start) != 3*time.Second {
			t.Errorf("%v, %v after %v; want the delayed account after 3 s", account, ok, time.Since(start))
		}
	})
}

func TestQueuePausesForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q, a := newQueue(time.Now), accounts(1)
		q.Push(a[0])
		q.Pause(2 * time.Second)
		start := time.Now()
		if _, ok := q.Pop(t.Context(), time.Minute); !ok || time.Since(start) != 2*time.Second {
			t.Errorf("%v after %v, want true after 2 s", ok, time.Since(start))
		}
	})
}

func TestQueueEndsWithItsContextAndWhenIdle(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		q := newQueue(time.Now)
		start := time.Now()
		if _, ok := q.Pop(t.Context(), 5*time.Second); ok || time.Since(start) != 5*time.Second {
			t.Errorf("%v after %v, want false after 5 s", ok, time.Since(start))
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, ok := q.Pop(ctx, time.Hour); ok || time.Since(start) != 5*time.Second {
			t.Errorf("a cancelled Pop took %v", time.Since(start))
		}
	})
}

// Many hints and many workers: no account is at two workers, and every hint is followed
// by a look.
func TestQueueUnderStress(t *testing.T) {
	t.Parallel()
	q, all := newQueue(time.Now), accounts(20)
	ctx, cancel := context.WithCancel(t.Context())
	var mu sync.Mutex
	hinted, seen, busy := map[uuid.UUID]int{}, map[uuid.UUID]int{}, map[uuid.UUID]bool{}
	var workers, hinters sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for ctx.Err() == nil {
				account, ok := q.Pop(ctx, time.Hour)
				if !ok {
					continue
				}
				mu.Lock()
				if busy[account] {
					t.Error("two workers have the same account")
				}
				busy[account], seen[account] = true, hinted[account]
				mu.Unlock()
				mu.Lock()
				busy[account] = false
				mu.Unlock()
				q.Done(account, false, 0)
			}
		})
	}
	for range 4 {
		hinters.Go(func() {
			for n := range 2000 {
				account := all[n%len(all)]
				mu.Lock()
				hinted[account]++
				mu.Unlock()
				q.Push(account)
			}
		})
	}
	hinters.Wait()
	for deadline := time.Now().Add(10 * time.Second); q.Len() > 0 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond)
	}
	cancel()
	workers.Wait()
	for _, account := range all {
		if seen[account] != hinted[account] {
			t.Errorf("the last look saw %d of %d hints", seen[account], hinted[account])
		}
	}
}
