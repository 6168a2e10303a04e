package main

import (
	"strings"
	"testing"
	"time"
)

const stream = `
{"Action":"output","Package":"p","Test":"TestGood","Output":"chatter\n"}
{"Action":"pass","Package":"p","Test":"TestGood"}
{"Action":"output","Package":"p","Test":"TestAway","Output":"=== RUN TestAway\n"}
{"Action":"output","Package":"p","Test":"TestAway","Output":"    a_test.go:1: needs npm\n"}
{"Action":"skip","Package":"p","Test":"TestAway"}
{"Action":"output","Package":"p","Test":"TestBad","Output":"want 1, got 2\n"}
{"Action":"fail","Package":"p","Test":"TestBad"}
{"Action":"output","Package":"p","Output":"FAIL\tp\t0.1s\n"}
{"Action":"fail","Package":"p"}
`

func TestTallyShowsFailuresAndReasonsOnly(t *testing.T) {
	var out strings.Builder
	result := newTally(&out)
	if err := read(strings.NewReader(stream), result); err != nil {
		t.Fatal(err)
	}
	result.print(&out, time.Minute)
	for _, want := range []string{"want 1, got 2", "FAIL\tp\t0.1s", "TestAway: a_test.go:1: needs npm", "1 tests passed, 2 failed, 1 skipped in 1m0s"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("missing %q in:\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "chatter") {
		t.Error("the output of a test that passed was shown")
	}
	if result.verdict() == nil {
		t.Error("a failed test was not reported")
	}
}

// The logs of the processes that tests start are in the tests' output.
func TestASecretInALogFailsTheRun(t *testing.T) {
	for name, secret := range map[string]string{
		"an API key": "polder_" + strings.Repeat("a", 16) + "_" + strings.Repeat("b", 52),
		"a password": "cannot connect to postgres://api:hunter2@db1:5432/polder",
		"a key":      "-----BEGIN PRIVATE KEY-----",
	} {
		result := newTally(&strings.Builder{})
		result.add(event{Action: "output", Package: "p", Test: "TestGood", Output: "log of api: " + secret + "\n"})
		result.add(event{Action: "pass", Package: "p", Test: "TestGood"})
		if err := result.verdict(); err == nil || !strings.Contains(err.Error(), "in a log") {
			t.Errorf("%s: error = %v", name, err)
		}
	}
	result := newTally(&strings.Builder{})
	result.add(event{Action: "output", Package: "p", Test: "TestGood", Output: "the key polder_abcdefghijklmnop at postgres://api@db1/polder\n"})
	result.add(event{Action: "pass", Package: "p", Test: "TestGood"})
	if err := result.verdict(); err != nil {
		t.Errorf("what is public counts as a secret: %v", err)
	}
}

func TestNoTestAtAllIsAFailure(t *testing.T) {
	if newTally(&strings.Builder{}).verdict() == nil {
		t.Error("a run without tests counts as good")
	}
}
