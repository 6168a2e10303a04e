package releases

import "testing"

func TestSettings(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		env  map[string]string
		want settings
		bad  bool
	}{
		{want: settings{500, 50, 1}},
		{env: map[string]string{"ACCOUNTS": "6", "RATE": "5", "SEED": "9"}, want: settings{6, 5, 9}},
		{env: map[string]string{"ACCOUNTS": "2"}, bad: true},
		{env: map[string]string{"RATE": "many"}, bad: true},
		{env: map[string]string{"SEED": "0"}, bad: true},
	} {
		got, err := settingsOf(func(name string) string { return test.env[name] })
		if (err != nil) != test.bad || !test.bad && got != test.want {
			t.Errorf("%v: %+v, %v", test.env, got, err)
		}
	}
}
