package upgrade

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/google/uuid"
)

// Summary is what a run's accounts come to.
type Summary struct {
	Waves      []WaveSummary  `json:"waves"`
	States     map[string]int `json:"states"` // accounts in each
	Events     int64          `json:"events"` // of all accounts, when they were planned
	EventsRead int64          `json:"eventsRead"`
	Rows       int64          `json:"rows"`
	Tables     int            `json:"tables"` // built
	PauseP50   float64        `json:"pauseP50Ms"`
	PauseP99   float64        `json:"pauseP99Ms"`
	PauseMost  float64        `json:"pauseMostMs"`
	Elapsed    time.Duration  `json:"elapsed"` // nanoseconds since the first account was begun; zero: none was
	Left       time.Duration  `json:"left"`    // nanoseconds, by the plan and how it has come true so far; zero: nothing is left, or nobody knows
}

// WaveSummary is how far a wave is.
type WaveSummary struct {
	Wave     int            `json:"wave"` // from 0
	Accounts int            `json:"accounts"`
	States   map[string]int `json:"states"`
}

// Summarise adds up the accounts of a run.
func Summarise(run Run, accounts []Account, now time.Time) Summary {
	s := Summary{States: map[string]int{}, Waves: make([]WaveSummary, len(run.Waves))}
	for i := range s.Waves {
		s.Waves[i] = WaveSummary{Wave: i, States: map[string]int{}}
	}
	var pauses []float64
	expected := run.expected()
	var done, all float64 // of what accounts were expected to take, those that are through and all
	last := time.Time{}
	for _, a := range accounts {
		s.Waves[a.Wave].Accounts++
		s.Waves[a.Wave].States[a.State]++
		s.States[a.State]++
		s.Events += a.Events
		s.EventsRead += a.EventsRead
		s.Rows += a.RowsWritten
		s.Tables += a.TablesBuilt
		if a.PauseMS != nil {
			pauses = append(pauses, *a.PauseMS)
		}
		takes := expected[a.ID]
		if takes == 0 {
			takes = float64(a.Events + 1)
		}
		all += takes
		if !slices.Contains([]string{Pending, Building, Verified}, a.State) {
			done += takes
		}
		if a.ChangedAt.After(last) {
			last = a.ChangedAt
		}
	}
	s.pauses(pauses)
	if run.State != Running {
		now = last
	}
	if run.StartedAt != nil {
		s.Elapsed = max(0, now.Sub(*run.StartedAt))
		if left := all - done; done > 0 && left > 0 {
			s.Left = time.Duration(float64(s.Elapsed) / done * left)
		}
	}
	if run.State != Running {
		s.Left = 0
	}
	return s
}

func (s *Summary) pauses(all []float64) {
	if len(all) == 0 {
		return
	}
	slices.Sort(all)
	at := func(part float64) float64 { return all[min(len(all)-1, int(part*float64(len(all))))] }
	s.PauseP50, s.PauseP99, s.PauseMost = at(0.5), at(0.99), all[len(all)-1]
}

// expected are the seconds that the plan expects each account to take. A run without them, as one
// that was loaded without its plan, goes by events.
func (r Run) expected() map[uuid.UUID]float64 {
	var plan Plan
	if json.Unmarshal(r.Plan, &plan) != nil {
		return nil
	}
	seconds := make(map[uuid.UUID]float64, len(plan.Accounts))
	for _, a := range plan.Accounts {
		seconds[a.ID] = a.Seconds
	}
	return seconds
}
