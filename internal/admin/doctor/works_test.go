package doctor_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/polderhq/polder/internal/admin/doctor"
	"github.com/polderhq/polder/internal/lifecycle"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/upgrade"
)

func TestOpenWorksAreNamed(t *testing.T) {
	now := time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC)
	work := func(kind, state string, atWork, fenced bool) lifecycle.Open {
		return lifecycle.Open{Title: "move of northwind", GoOn: "admin go on", Back: "admin go back", AtWork: atWork, Fenced: fenced,
			Work: tenant.Work{Kind: kind, State: state, FromStore: "main", StartedBy: "olga", StartedAt: now.Add(-time.Hour), ChangedAt: now.Add(-2 * time.Minute)}}
	}
	kept, young := work("move", "moved", false, false), work("move", "fenced", true, true)
	kept.Kept, young.ChangedAt = true, now.Add(-time.Second)
	for name, c := range map[string]struct {
		open          lifecycle.Open
		level         doctor.Level
		mention, mend string
	}{
		"at work":             {work("move", "copying", true, false), doctor.Warn, "begun 1h0m0s ago by olga, and is copying", "wait"},
		"handing over":        {young, doctor.Warn, "is fenced", "wait"},
		"stuck":               {work("move", "fenced", true, true), doctor.Fail, "comes no further", "then admin go on"},
		"cut off":             {work("copy", "building", false, false), doctor.Warn, "was cut off", "admin go on"},
		"fenced":              {work("move", "fenced", false, true), doctor.Fail, "commands of the account wait", "admin go on; or admin go back"},
		"half erased":         {work("erase", "erasing", false, true), doctor.Fail, "not all of the account is removed", "admin go on"},
		"an erasure at work":  {work("erase", "erasing", true, true), doctor.Warn, "is erasing", "wait"},
		"moved, and kept too": {kept, doctor.Warn, "store main still has its history", "admin go on, when"},
	} {
		found := doctor.Works([]lifecycle.Open{c.open}, now)
		if len(found) != 1 || found[0].Level != c.level || !strings.Contains(found[0].Message, c.mention) || !strings.Contains(found[0].Mend, c.mend) {
			t.Errorf("%s: %+v", name, found)
		}
	}
	if found := doctor.Works(nil, now); len(found) != 1 || found[0].Level != doctor.OK || found[0].Mend != "" {
		t.Errorf("none: %+v", found)
	}
}

func TestUpgradesThatStandStillAreNamed(t *testing.T) {
	for name, c := range map[string]struct {
		standing upgrade.Standing
		levels   string
		mention  string
		mend     string
	}{
		"at work":      {upgrade.Standing{State: upgrade.Running}, "ok", "under way: 1", ""},
		"between two":  {upgrade.Standing{State: upgrade.Running, Idle: 20 * time.Second}, "ok", "under way: 1", ""},
		"cut off":      {upgrade.Standing{State: upgrade.Running, Idle: time.Hour, Between: 3}, "warn", "for 1h0m0s; accounts between two releases: 3", "admin upgrade run u"},
		"waits":        {upgrade.Standing{State: upgrade.Running, Idle: time.Hour, Waits: "wave 2 waits"}, "warn", "wave 2 waits", "see that its process runs"},
		"on its way":   {upgrade.Standing{State: upgrade.RollingBack, Idle: time.Hour}, "warn", "is rolling back", "admin upgrade rollback u"},
		"paused":       {upgrade.Standing{State: upgrade.Paused, Between: 2}, "warn", "two releases: 2", "admin upgrade resume u"},
		"with a fault": {upgrade.Standing{State: upgrade.Running, Failed: 4}, "warn", "failed: 4", "admin upgrade status u"},
	} {
		c.standing.ID = "u"
		found := doctor.Upgrades([]upgrade.Standing{c.standing})
		if len(found) != 1 || string(found[0].Level) != c.levels || !strings.Contains(found[0].Message, c.mention) || !strings.Contains(found[0].Mend, c.mend) {
			t.Errorf("%s: %+v", name, found)
		}
	}
	if found := doctor.Unknown("catalog", "works", errors.New("away")); found.Level != doctor.Fail || found.Mend == "" {
		t.Errorf("%+v", found)
	}
}
