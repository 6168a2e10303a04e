package upgrade

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/polderhq/polder/internal/fault"
)

// Wave says how many accounts are let in with a wave, those of earlier waves included: a number,
// or a part of all.
type Wave struct {
	Accounts int
	Percent  float64 // of all accounts; zero: Accounts counts
}

// ParseWaves reads waves like "1,10,100%". The last one lets all in.
func ParseWaves(text string) ([]Wave, error) {
	var waves []Wave
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		number, percent := strings.CutSuffix(part, "%")
		n, err := strconv.ParseFloat(number, 64)
		if err != nil || n <= 0 || percent && n > 100 || !percent && n != math.Trunc(n) {
			return nil, fault.New(fault.Invalid, "%q is no wave: write numbers of accounts and percents, each with those before, as in 1,10,100%%", part)
		}
		if percent {
			waves = append(waves, Wave{Percent: n})
		} else {
			waves = append(waves, Wave{Accounts: int(n)})
		}
	}
	if last := waves[len(waves)-1]; last.Percent != 100 {
		waves = append(waves, Wave{Percent: 100})
	}
	return waves, nil
}

// upTo is how many of so many accounts are in once the wave is.
func (w Wave) upTo(all int) int {
	if w.Percent > 0 {
		return int(math.Ceil(w.Percent * float64(all) / 100))
	}
	return min(w.Accounts, all)
}

// inWaves orders the accounts for a run: canaries first, then the small ones, from which most is
// learnt soonest, and in the last wave the big ones first, which take longest. Waves that would
// be empty are left out.
func inWaves(accounts []PlannedAccount, ask Ask) ([]PlannedAccount, []int) {
	slices.SortFunc(accounts, func(a, b PlannedAccount) int {
		return cmp.Or(cmp.Compare(canary(b, ask), canary(a, ask)), cmp.Compare(a.Events, b.Events), cmp.Compare(a.Name, b.Name))
	})
	var sizes []int
	in := 0
	for _, w := range ask.Waves {
		upTo := w.upTo(len(accounts))
		if upTo <= in {
			continue
		}
		for i := in; i < upTo; i++ {
			accounts[i].Wave = len(sizes)
		}
		sizes = append(sizes, upTo-in)
		in = upTo
	}
	if len(sizes) > 1 {
		last := accounts[in-sizes[len(sizes)-1] : in]
		slices.SortStableFunc(last, func(a, b PlannedAccount) int { return cmp.Compare(b.Events, a.Events) })
	}
	return accounts, sizes
}

func canary(a PlannedAccount, ask Ask) int {
	if slices.Contains(ask.Canaries, a.ID) {
		return 1
	}
	return 0
}
