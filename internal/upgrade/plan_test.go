package upgrade_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/upgrade"
	"github.com/polderhq/polder/test/sales"
)

// A plan counts what there is to do, puts canaries first, then small accounts, and the big ones
// first in the last wave; what stands in the way of an account blocks it.
func TestAPlan(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 5)
	router := upgrade.Router{Catalog: f.catalog, Releases: f, By: "test"}
	planner := upgrade.Planner{Pools: f, Releases: f, Route: router.Route, Clock: time.Now}
	ask := upgrade.Ask{Release: tenant.Release{Digest: f.after.Digest(), Version: "next"}, Canaries: []uuid.UUID{f.accounts[3]}}
	for _, id := range f.accounts {
		account, err := f.Account(id)
		if err != nil {
			t.Fatal(err)
		}
		ask.Accounts = append(ask.Accounts, account)
	}
	var err error
	if ask.Waves, err = upgrade.ParseWaves("1,50%"); err != nil {
		t.Fatal(err)
	}
	plan, err := planner.Plan(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	var order []uuid.UUID
	for _, a := range plan.Accounts {
		order = append(order, a.ID)
	}
	a := f.accounts
	if want := []uuid.UUID{a[3], a[0], a[1], a[4], a[2]}; !slices.Equal(order, want) || !slices.Equal(plan.Waves, []int{1, 2, 2}) {
		t.Errorf("in the order %v, want %v, in waves %v", order, want, plan.Waves)
	}
	if plan.Events != 30+40+50+60+70 || plan.EventsToRead == 0 || plan.EventsToRead >= plan.Events || plan.Tables != 6*5 || plan.Bytes == 0 || plan.Seconds == 0 {
		t.Errorf("plan: %+v", plan)
	}
	if len(plan.Routes) != 1 || plan.Routes[0].Back == "" || len(plan.Routes[0].OneWay) != 1 || len(plan.Blockers) != 0 {
		t.Errorf("routes %+v, blockers %v", plan.Routes, plan.Blockers)
	}

	f.Append(t, a[1], sales.Happened("Parcel", uuid.New(), "ParcelSentEvent", nil))
	f.enter(upgrade.Move{AccountID: a[2], From: f.before, To: f.after})
	if plan, err = planner.Plan(t.Context(), ask); err != nil || len(plan.Blockers) != 2 {
		t.Fatalf("blockers %v, %v", plan.Blockers, err)
	}
	if _, err := plan.Planning("test", nil); !fault.Is(err, fault.Rejected) {
		t.Errorf("a blocked plan can be run: %v", err)
	}
}

func TestWaves(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "0", "-1", "1.5", "101%", "many", "1,,2"} {
		if _, err := upgrade.ParseWaves(text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
	for text, want := range map[string]int{"1,10,100%": 3, "5": 2, "0.5%": 2, "100%": 1} {
		if waves, err := upgrade.ParseWaves(text); err != nil || len(waves) != want {
			t.Errorf("%q: %+v, %v", text, waves, err)
		}
	}
}

// A plan says how many events builds read, and how many archived states in the place of others: as many as they do.
func TestAPlanCountsWhatBuildsRead(t *testing.T) {
	t.Parallel()
	f := newFleet(t, 1)
	f.after = sales.Release(t, sales.WithShapes, func(ir *model.IR) { // no rows stand for those of a projection that is new
		p := &ir.Projections[slices.IndexFunc(ir.Projections, func(p model.Projection) bool { return p.Name == "OrderNumbers" })]
		p.Name, p.Fingerprint = "Numbers", "ca9876543224"
	})
	f.Know(t, f.after)
	router := upgrade.Router{Catalog: f.catalog, Releases: f, By: "test"}
	planner := upgrade.Planner{Pools: f, Releases: f, Route: router.Route, Clock: time.Now}
	planned := func(account uuid.UUID) *upgrade.Plan {
		plan, err := planner.Plan(t.Context(), upgrade.Ask{Release: tenant.Release{Digest: f.after.Digest(), Version: "next"},
			Accounts: []tenant.Account{{ID: account, Name: "northwind", StoreID: sales.StoreID, Release: f.before.Digest()}}})
		if err != nil {
			t.Fatal(err)
		}
		return plan
	}
	read, bytes := map[bool]int64{}, map[bool]int64{}
	for _, archived := range []bool{false, true} {
		account := f.live(f.before, sales.Happenings(1, 400)...)
		rowless := f.NewAccount(t).ID // its rows do not say how large tables will be
		f.Append(t, rowless, sales.Happenings(1, 400)...)
		if archived {
			f.archive(account, f.before)
			f.archive(rowless, f.before)
		}
		plan := planned(account)
		f.enter(upgrade.Move{AccountID: account, From: f.before, To: f.after})
		var events, states int64
		for _, result := range f.build(account, f.after, f.before) {
			events, states = events+result.EventsRead, states+result.StatesRead
		}
		if plan.EventsToRead != events || plan.StatesToRead != states || plan.Events != 400 || (states > 0) != archived {
			t.Errorf("archived %v: %d events of %d and %d states are to be read, and %d and %d were", archived, plan.EventsToRead, plan.Events, plan.StatesToRead, events, states)
		}
		read[archived], bytes[archived] = events, planned(rowless).Bytes
	}
	if read[true]*2 > read[false] || bytes[true] == 0 || bytes[true] != bytes[false] {
		t.Errorf("%d events of archived streams are read, and else %d; tables take %d bytes, and else %d", read[true], read[false], bytes[true], bytes[false])
	}
}
