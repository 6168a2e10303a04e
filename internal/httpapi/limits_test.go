package httpapi

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/polderhq/polder/internal/query"
)

// served is the API behind a server with its own limits, over TLS where asked.
func served(t *testing.T, api *apiUnderTest, overTLS bool) *httptest.Server {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.Config = api.HTTPServer()
	server.EnableHTTP2 = overTLS
	if overTLS {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	t.Cleanup(api.Drain)
	return server
}

// hurried is a clock by which a time that the API gives ends almost at once.
func hurried(given time.Duration) func(*Config) {
	const left = 300 * time.Millisecond
	return func(c *Config) { c.Clock = func() time.Time { return time.Now().Add(left - given) } }
}

// dial opens a connection on which the test speaks HTTP itself.
func dial(t *testing.T, server *httptest.Server) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return conn
}

func send(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
}

const queryHead = "POST /v1/queries HTTP/1.1\r\nHost: polder\r\nAuthorization: Bearer key\r\nContent-Type: application/json\r\n"

func TestAHeadThatTricklesInIsCutOff(t *testing.T) {
	t.Parallel()
	conn := dial(t, served(t, newAPI(t), false))
	send(t, conn, queryHead) // and no end of it
	began := time.Now()
	if _, err := io.ReadAll(conn); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 3*headerTime {
		t.Errorf("it was waited for %s", took)
	}
}

func TestAHeadThatIsTooLargeIsRefused(t *testing.T) {
	t.Parallel()
	conn := dial(t, served(t, newAPI(t), false))
	go func() { // the server may close before it has read all
		_, _ = io.WriteString(conn, queryHead+"X-Much: "+strings.Repeat("a", 2*maxHeader)+"\r\n\r\n")
	}()
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %s", response.Status)
	}
}

func TestABodyThatTricklesInIsCutOff(t *testing.T) {
	t.Parallel()
	conn := dial(t, served(t, newAPI(t, hurried(bodyTime)), false))
	send(t, conn, queryHead+"Content-Length: 100\r\n\r\n{")
	response, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if p := problemOf(t, response); p.Status != http.StatusBadRequest || !strings.Contains(p.Detail, "did not arrive whole") {
		t.Errorf("%+v", p)
	}
}

// much answers each query with more than sockets hold.
type much struct{}

func (much) Handle(context.Context, query.Request) (query.Answer, error) {
	item, err := json.Marshal(strings.Repeat("a", 24<<20))
	return query.Answer{Items: []json.RawMessage{item}}, err
}

func TestAClientThatTakesNoAnswerIsLetGo(t *testing.T) {
	t.Parallel()
	api := newAPI(t, hurried(writeTime), func(c *Config) { c.Queries = much{} })
	conn := dial(t, served(t, api, false))
	body := `{"GetPeople": {}}`
	send(t, conn, fmt.Sprintf("%sContent-Length: %d\r\n\r\n%s", queryHead, len(body), body))
	deadline := time.Now().Add(2 * time.Minute) // under the race detector most of it goes into encoding
	for api.logs.FilterMessage("request").Len() == 0 {
		if time.Now().After(deadline) {
			t.Fatal("the request is still being answered")
		}
		time.Sleep(10 * time.Millisecond) // no signal is given of a request that ends
	}
}

// Over HTTP/2 the time for one notification must not end the stream that waits for the next.
func TestASilentStreamLivesOnOverHTTP2(t *testing.T) {
	t.Parallel()
	api := newAPI(t, hurried(sendTime), func(c *Config) { c.Heartbeat = time.Second })
	server := served(t, api, true)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/v1/notifications?projections=People", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer key")
	response, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.ProtoMajor != 2 || response.StatusCode != http.StatusOK {
		t.Fatalf("%s over %s", response.Status, response.Proto)
	}
	lines := bufio.NewScanner(response.Body)
	for beats := 0; beats < 2; {
		if !lines.Scan() {
			t.Fatalf("the stream ended after %d heartbeats: %v", beats, lines.Err())
		}
		if strings.HasPrefix(lines.Text(), ": heartbeat") {
			beats++
		}
	}
}

func TestMoreRequestsThanThereArePlacesForAreRefused(t *testing.T) {
	t.Parallel()
	api := newAPI(t, func(c *Config) { c.InFlight = 2 })
	entered, leave := make(chan struct{}), make(chan struct{})
	api.fail = func() error {
		entered <- struct{}{}
		<-leave
		return nil
	}
	const ask = `{"GetPeople": {}}`
	answers := make(chan int, 2)
	for range 2 {
		go func() { answers <- api.request(t, http.MethodPost, "/v1/queries", ask).StatusCode }()
		<-entered
	}
	refused := api.request(t, http.MethodPost, "/v1/queries", ask)
	if body, _ := io.ReadAll(refused.Body); refused.StatusCode != http.StatusServiceUnavailable || refused.Header.Get("Retry-After") != "1" {
		t.Errorf("%d, retry after %q: %s", refused.StatusCode, refused.Header.Get("Retry-After"), body)
	}
	if alive := api.request(t, http.MethodGet, "/healthz", ""); alive.StatusCode != http.StatusOK {
		t.Errorf("the process says %d of itself", alive.StatusCode)
	}
	close(leave)
	for range 2 {
		if code := <-answers; code != http.StatusOK {
			t.Errorf("a request with a place was answered %d", code)
		}
	}
	api.fail = nil
	if again := api.request(t, http.MethodPost, "/v1/queries", ask); again.StatusCode != http.StatusOK {
		t.Errorf("%d, when all are done", again.StatusCode)
	}
}
