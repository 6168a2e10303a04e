package faults

import (
	"fmt"
	"time"

	"github.com/polderhq/polder/bench/drill"
)

// settings are how large a drill is; the environment may say otherwise.
type settings struct {
	minutes  int    // MINUTES of load
	accounts int    // ACCOUNTS that are used
	rate     int    // RATE: commands per second; there are three times as many queries
	seed     uint64 // SEED of all that is random
}

const (
	crowd     = 10_500 // accounts that nobody uses
	listeners = 4
	fewest    = 64 // clients
	lanes     = 2  // faults at a time
	floods    = 8  // clients of an account that floods
)

// settingsOf reads them. Without a seed, one is taken from the clock and told.
func settingsOf(env func(string) string, now time.Time) (settings, error) {
	s := settings{minutes: 10, accounts: 20, rate: 50, seed: uint64(now.UnixMilli()) % 1_000_000}
	err := drill.Numbers(env, map[string]func(int){
		"MINUTES": func(n int) { s.minutes = n }, "ACCOUNTS": func(n int) { s.accounts = n },
		"RATE": func(n int) { s.rate = n }, "SEED": func(n int) { s.seed = uint64(n) },
	})
	if err != nil {
		return s, err
	}
	if s.accounts < listeners {
		return s, fmt.Errorf("ACCOUNTS=%d: at least %d, for clients that listen", s.accounts, listeners)
	}
	return s, nil
}

func (s settings) String() string {
	return fmt.Sprintf("MINUTES=%d ACCOUNTS=%d RATE=%d SEED=%d, beside %d accounts that nobody uses", s.minutes, s.accounts, s.rate, s.seed, crowd)
}

// clients are as many as commands are due in a second: a client that waits sends nothing, and what many
// of them write at a time is committed and applied together.
func (s settings) clients() int { return max(fewest, s.rate) }

// load is how long clients are at work, and quiet the part of it at the beginning without faults.
func (s settings) load() time.Duration  { return time.Duration(s.minutes) * time.Minute }
func (s settings) quiet() time.Duration { return min(s.load()/6, 30*time.Second) }

// longest is how long a fault lasts at most.
func (s settings) longest() time.Duration {
	return min(max(time.Duration(s.minutes)*1500*time.Millisecond, 2500*time.Millisecond), 15*time.Second)
}
