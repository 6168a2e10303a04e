package faults

import (
	"testing"
	"time"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	now := time.UnixMilli(7_000_042)
	for _, test := range []struct {
		env  map[string]string
		want settings
		bad  bool
	}{
		{want: settings{10, 20, 50, 42}},
		{env: map[string]string{"MINUTES": "1", "ACCOUNTS": "6", "RATE": "5", "SEED": "9"}, want: settings{1, 6, 5, 9}},
		{env: map[string]string{"ACCOUNTS": "2"}, bad: true},
		{env: map[string]string{"MINUTES": "0"}, bad: true},
		{env: map[string]string{"RATE": "many"}, bad: true},
	} {
		got, err := settingsOf(func(name string) string { return test.env[name] }, now)
		if (err != nil) != test.bad || !test.bad && got != test.want {
			t.Errorf("%v: %+v, %v", test.env, got, err)
		}
	}
}
