package doctor

import (
	"fmt"
	"time"

	"github.com/polderhq/polder/internal/lifecycle"
	"github.com/polderhq/polder/internal/upgrade"
)

const (
	// fenceTime is longer than any hand-over takes: whoever holds an account back for as long is stuck.
	fenceTime = time.Minute
	// idleTime is longer than a claim outlives its process, and than a run rests between two accounts.
	idleTime = time.Minute
)

// Works tells of the works on whole accounts that were begun and have not ended. Only where they keep an account
// from its commands, or from being erased, and nobody works on them, is something unsound.
func Works(open []lifecycle.Open, now time.Time) []Finding {
	f := findings{subject: "catalog", check: "works"}
	for _, o := range open {
		goOn := o.GoOn
		if o.Back != "" {
			goOn += "; or " + o.Back
		}
		text := fmt.Sprintf("the %s was begun %s ago by %s, and is %s", o.Title, lasted(now.Sub(o.StartedAt)), o.StartedBy, o.State)
		switch {
		case o.AtWork && o.Fenced && o.Kind == "move" && now.Sub(o.ChangedAt) > fenceTime:
			f.fail("see what holds its process up, or end that; then "+goOn, "%s: commands of the account wait for it, and its process comes no further", text)
		case o.AtWork:
			f.warn("wait: a process works on it", "%s", text)
		case o.Kept:
			f.warn(o.GoOn+", when what store "+o.FromStore+" still has is not wanted any more", "%s: store %s still has its history", text, o.FromStore)
		case o.Fenced && o.Kind == "move":
			f.fail(goOn, "%s: it was cut off in the hand-over, and commands of the account wait", text)
		case o.Fenced:
			f.fail(goOn, "%s: it was cut off, and not all of the account is removed", text)
		default:
			f.warn(goOn, "%s: it was cut off", text)
		}
	}
	if len(open) == 0 {
		f.ok("no account is being moved, copied or erased")
	}
	return f.list
}

// Upgrades tells of the upgrades that nothing works on, or that failed somewhere. Their accounts are in use all the same, on one release or the other.
func Upgrades(standing []upgrade.Standing) []Finding {
	f := findings{subject: "catalog", check: "upgrades"}
	for _, s := range standing {
		run := "admin upgrade run " + s.ID
		if s.State == upgrade.RollingBack {
			run = "admin upgrade rollback " + s.ID
		}
		text := fmt.Sprintf("upgrade %s to %s is %s", s.ID, s.Version, s.State)
		switch {
		case s.State == upgrade.Paused:
			f.warn("admin upgrade resume "+s.ID+"; "+run, "%s, with accounts between two releases: %d", text, s.Between)
		case s.Idle < idleTime:
		case s.Waits != "":
			f.warn("see that its process runs, or "+run+"; admin upgrade status "+s.ID, "%s, and nothing has worked on it for %s: %s", text, lasted(s.Idle), s.Waits)
		default:
			f.warn(run, "%s, and nothing has worked on it for %s; accounts between two releases: %d", text, lasted(s.Idle), s.Between)
		}
		if s.Failed > 0 {
			f.warn("admin upgrade status "+s.ID+"; mend what it tells; "+run, "%s, with accounts that failed: %d", text, s.Failed)
		}
	}
	if f.bad() == 0 {
		f.ok("none stands still; under way: %d", len(standing))
	}
	return f.list
}

func lasted(d time.Duration) string { return max(d, 0).Round(time.Second).String() }
