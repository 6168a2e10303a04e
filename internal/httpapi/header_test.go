package httpapi

import (
	"net/http"
	"strings"
	"testing"
)

// What would have no effect, or not the one that is meant, is refused before anything happens.
func TestWhatHasNoEffectIsRefused(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.register(5)
	command, stream := `{"RegisterPersonCommand": {"Name": "x"}}`, "/v1/streams/0b81b458-7671-4e9b-844b-9934255f5406"
	for _, test := range []struct {
		method, path string
		header       []string
		detail       string
	}{
		{"POST", "/v1/commands", []string{"Idempotency-Key", ""}, "Idempotency-Key is empty"},
		{"POST", "/v1/commands", []string{"X-Correlation-Id", ""}, "X-Correlation-Id is empty"},
		{"POST", "/v1/commands", []string{"If-Match", ""}, "If-Match is empty"},
		{"POST", "/v1/commands", []string{"Content-Encoding", "gzip"}, `Content-Encoding "gzip" is not understood`},
		{"POST", "/v1/queries", []string{"Content-Encoding", "br"}, `Content-Encoding "br"`},
		{"POST", "/v1/commands/batch", []string{"Content-Encoding", "gzip"}, `Content-Encoding "gzip"`},
		{"POST", "/v1/commands/batch", []string{"Idempotency-Key", ""}, "Idempotency-Key is empty"},
		{"POST", "/v1/commands/batch", []string{"If-Match", `"3"`}, "not for a batch"},
		{"GET", stream + "?limit=5", nil, `There is no parameter "limit" here; known are after, size`},
		{"GET", stream + "?afer=5", nil, "did you mean after?"},
		{"GET", stream + "?after=5&after=6", nil, "?after= is given twice"},
		{"GET", "/v1/notifications?projection=People", nil, "did you mean projections?"},
		{"GET", "/v1/notifications?projections=People", []string{"Last-Event-ID", "6"}, "connect without it"},
		{"GET", "/v1/notifications?projections=People", []string{"Last-Event-ID", "-1"}, "not a sequence number"},
	} {
		response := a.request(t, test.method, test.path, command, test.header...)
		if p := problemOf(t, response); response.StatusCode != http.StatusBadRequest || !strings.Contains(p.Detail, test.detail) {
			t.Errorf("%s %s %q: %d %s", test.method, test.path, test.header, response.StatusCode, p.Detail)
		}
	}
}

func TestHeaderThatIsSentTwice(t *testing.T) {
	t.Parallel()
	h := http.Header{"Idempotency-Key": {"a", "b"}}
	if _, err := headerOnce(h, "Idempotency-Key"); err == nil {
		t.Error("one of two keys was taken")
	}
}

// Read models may be behind the events: who knows of an event that happened waits for them.
func TestSubscriberMayBeAheadOfTheReadModels(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.register(5)
	a.mu.Lock()
	a.live = 3
	a.mu.Unlock()
	response := a.request(t, "GET", "/v1/notifications?projections=People", "", "Last-Event-ID", "5")
	if response.StatusCode != http.StatusOK {
		t.Errorf("%d", response.StatusCode)
	}
}
