package pg_test

import (
	"errors"
	"testing"

	"github.com/polderhq/polder/internal/pg"
)

func TestDrainGoesOnUntilNothingIsLeft(t *testing.T) {
	t.Parallel()
	rows, looks := []int64{2, 0, 0, 1, 0}, 0
	err := pg.Drain(func() (int64, error) {
		n := rows[0]
		rows = rows[1:]
		return n, nil
	}, func() (bool, error) {
		looks++
		return len(rows) > 0, nil
	})
	if err != nil || len(rows) != 0 || looks != 3 {
		t.Errorf("%v; %v are not removed, %d looks", err, rows, looks)
	}
	broken := errors.New("broken")
	left := func() (bool, error) { return false, broken }
	if err := pg.Drain(func() (int64, error) { return 0, nil }, left); !errors.Is(err, broken) {
		t.Errorf("%v, want what became of looking", err)
	}
	if err := pg.Drain(func() (int64, error) { return 1, broken }, left); !errors.Is(err, broken) {
		t.Errorf("%v, want what became of removing", err)
	}
}
