package releases

import (
	"fmt"
	"os"

	"github.com/polderhq/polder/bench/drill"
)

// settings are how large a drill is; the environment may say otherwise.
type settings struct {
	accounts int    // ACCOUNTS
	rate     int    // RATE: commands per second; there are four times as many queries
	seed     uint64 // SEED of all that is random
}

const (
	past      = 200 // events that an account has before clients come
	workers   = 2   // of the runner
	listeners = 3
	clients   = 5000 // more than ever wait
)

func settingsOf(env func(string) string) (settings, error) {
	s := settings{accounts: 500, rate: 50, seed: 1}
	err := drill.Numbers(env, map[string]func(int){
		"ACCOUNTS": func(n int) { s.accounts = n }, "RATE": func(n int) { s.rate = n }, "SEED": func(n int) { s.seed = uint64(n) },
	})
	if err != nil {
		return s, err
	}
	if s.accounts < 3 {
		return s, fmt.Errorf("ACCOUNTS=%d: at least 3, for three waves", s.accounts)
	}
	return s, nil
}

func (s settings) String() string {
	return fmt.Sprintf("ACCOUNTS=%d RATE=%d SEED=%d, a model as large as that of AFAS, %d events per account before", s.accounts, s.rate, s.seed, past)
}

// environment is where a drill's settings come from.
func environment() (settings, error) { return settingsOf(os.Getenv) }
