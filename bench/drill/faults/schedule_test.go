package faults

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// take is the first of the lanes' faults, with what they choose.
func take(seed uint64, number int) (all []string) {
	for n := range lanes {
		for e := range lane(n, schedule(seed, 3*time.Second, catalogue())) {
			all = append(all, fmt.Sprint(n, e.fault.name, e.pause, e.lasts, e.dice.Uint64()))
			if len(all)%number == 0 {
				break
			}
		}
	}
	return all
}

func TestASeedReplaysItsFaults(t *testing.T) {
	t.Parallel()
	first := take(7, 40)
	if again := take(7, 40); !slices.Equal(first, again) {
		t.Errorf("the same seed gave\n%v\nand\n%v", first, again)
	}
	if slices.Equal(first, take(8, 40)) {
		t.Error("another seed gave the same")
	}
}

// Every fault comes before one comes again, and lasts as long as it may.
func TestEveryFaultComes(t *testing.T) {
	t.Parallel()
	all, seen, n := catalogue(), map[string]bool{}, 0
	for e := range schedule(1, 3*time.Second, all) {
		if seen[e.fault.name] {
			t.Errorf("%s came again before all others", e.fault.name)
		}
		if most := time.Duration(3 * float64(time.Second) * e.fault.stretch); e.lasts < leastLasts || e.lasts > most {
			t.Errorf("%s lasts %s", e.fault.name, e.lasts)
		}
		seen[e.fault.name] = true
		if n++; n == len(all) {
			break
		}
	}
}

func TestFaultsAreDescribed(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, f := range catalogue() {
		if f.name == "" || names[f.name] || f.promise == "" || f.begin == nil || len(f.parts) == 0 || f.stretch < 0.5 || !slices.IsSorted(f.parts) {
			t.Errorf("fault %+v", f)
		}
		names[f.name] = true
	}
}
