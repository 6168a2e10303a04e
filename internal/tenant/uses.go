package tenant

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"
)

// uses remembers when keys were last used until that is written down.
type uses struct {
	mu sync.Mutex
	at map[string]time.Time
}

func (u *uses) note(keyID string, at time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.at[keyID].Before(at) {
		u.at[keyID] = at
	}
}

func (u *uses) take() (keyIDs []string, at []time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for keyID, used := range u.at {
		keyIDs, at = append(keyIDs, keyID), append(at, used)
	}
	clear(u.at)
	return keyIDs, at
}

// recordUses writes down the uses since the last time, in one statement. What cannot be
// written is kept for the next time.
func (d *Directory) recordUses(ctx context.Context) {
	keyIDs, at := d.used.take()
	if len(keyIDs) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, catalogTimeout)
	defer cancel()
	if _, err := d.config.Pool.Exec(ctx, keysUsedSQL, keyIDs, at); err != nil {
		d.log.Debug("last uses of keys are not written down", zap.Error(err))
		for i, keyID := range keyIDs {
			d.used.note(keyID, at[i])
		}
	}
}
