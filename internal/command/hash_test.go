package command

import (
	"encoding/json"
	"testing"
)

func TestHashDependsOnWhatTheRequestSays(t *testing.T) {
	t.Parallel()
	first := hashOf(t, "A", `{"x": 1.50, "y": [1, {"b": 2, "a": null}]}`)
	for text, same := range map[string]bool{
		`{"y":[1,{"a":null,"b":2}],"x":1.50}`:         true,
		`{"x": 1.5, "y": [1, {"b": 2, "a": null}]}`:   false, // as written: 1.50 is not 1.5
		`{"x": 1.50, "y": [{"b": 2, "a": null}, 1]}`:  false,
		`{"x": 1.50, "y": [1, {"b": 2}]}`:             false,
		`{"x": "1.50", "y": [1, {"b":2, "a": null}]}`: false,
	} {
		if got := hashOf(t, "A", text) == first; got != same {
			t.Errorf("%s: same = %v, want %v", text, got, same)
		}
	}
	if hashOf(t, "B", `{"x": 1.50, "y": [1, {"b": 2, "a": null}]}`) == first {
		t.Error("another command's hash is the same")
	}
}

func hashOf(t *testing.T, name, text string) int64 {
	t.Helper()
	hash, err := hashRequest(name, json.RawMessage(text))
	if err != nil {
		t.Fatal(err)
	}
	return hash
}
