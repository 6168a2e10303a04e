package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/test/binaries"
)

// startAPI runs the real api on the world's database until stop is called, or the test ends.
func (w *world) startAPI() (url string, stop func()) {
	w.Helper()
	api := exec.Command(binaries.Path(w, "api"))
	api.Env = append(os.Environ(), "POLDER_CATALOG_URL="+w.db.URL, "POLDER_LISTEN=127.0.0.1:0")
	logs, err := api.StderrPipe()
	if err != nil {
		w.Fatal(err)
	}
	if err := api.Start(); err != nil {
		w.Fatal(err)
	}
	var log strings.Builder
	ended := make(chan struct{})
	stop = sync.OnceFunc(func() {
		_ = api.Process.Signal(syscall.SIGTERM)
		<-ended
		_ = api.Wait()
		w.Logf("log of the api:\n%s", log.String()) // the run looks for secrets in it
	})
	w.Cleanup(stop)
	address := make(chan string, 1)
	go func() {
		defer close(ended)
		lines := bufio.NewScanner(logs)
		for lines.Scan() {
			log.WriteString(lines.Text() + "\n")
			var line struct{ Address string }
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Address != "" {
				address <- line.Address
			}
		}
	}()
	select {
	case found := <-address:
		return "http://" + found, stop
	case <-time.After(30 * time.Second):
		w.Fatal("the api does not serve within 30 s")
		return "", nil
	}
}

// newShop is a company with an API to import into, and a key for it.
func newShop(t *testing.T) *world {
	t.Helper()
	w := newCompany(t)
	w.env["POLDER_URL"], _ = w.startAPI()
	w.env["POLDER_API_KEY"] = decode[newKey](w, "key", "create", "northwind", "import").Token
	return w
}

func (w *world) eventCount() int64 {
	w.Helper()
	return decode[shownAccount](w, "account", "show", "northwind").Head.SequenceNumber
}

// people is n rows that put a person on file each.
func people(n int) string {
	var rows strings.Builder
	for i := range n {
		fmt.Fprintf(&rows, `{"RegisterPersonCommand": {"Name": "Person %d"}}`+"\n", i+1)
	}
	return rows.String()
}

func TestImportStoresEachRowOnce(t *testing.T) {
	w := newShop(t)
	file := t.TempDir() + "/people.ndjson"
	write(t, file, people(20)+"\n  \n"+`{"commandId": "7e0c1c3e-5f2b-4f43-9a53-0f6a2f8f9b11", "RegisterPersonCommand": {"Name": "Last"}}`)
	w.expect(w.ok("import", file), "file  "+file, "rows  21", "stored  21, of which 0 were there already", "refused  0", "left  0")
	if n := w.eventCount(); n != 21 {
		t.Fatalf("%d events, want 21", n)
	}
	events := decode[[]shownEvent](w, "event", "list", "--account", "northwind")
	if !slices.ContainsFunc(events, func(e shownEvent) bool { return e.CommandID.String() == "7e0c1c3e-5f2b-4f43-9a53-0f6a2f8f9b11" }) {
		t.Errorf("the row's own command id was not kept: %+v", events)
	}
	if again := decode[imported](w, "import", file); again.Stored != 21 || again.Skipped != 21 {
		t.Errorf("again: %+v", again)
	}
	if err := os.Remove(file + ".progress"); err != nil {
		t.Fatal(err)
	}
	if blind := decode[imported](w, "import", file); blind.Stored != 21 || blind.Repeated != 21 {
		t.Errorf("without its state: %+v", blind)
	}
	if n := w.eventCount(); n != 21 {
		t.Errorf("%d events after three imports, want 21", n)
	}
	if log := w.ok("audit", "log", "--limit", "1"); !strings.Contains(log, "import") || strings.Contains(log, w.env["POLDER_API_KEY"]) {
		t.Errorf("audit log: %s", log)
	}
}

func TestRefusedRowsGoToAFile(t *testing.T) {
	w := newShop(t)
	file := t.TempDir() + "/people.ndjson"
	write(t, file, people(2)+`{"RegisterPersonCommand": {"Nickname": "x"}}`+"\n"+"not JSON\n"+people(1))
	for range 2 { // the second time nothing is sent, and the answer is the same
		r := w.fails(9, []string{"refused 2 rows", file + ".errors.ndjson"}, "import", file)
		w.expect(r.out, "file  "+file, "rows  5", "stored  3, of which 0 were there already", "refused  2 "+file+".errors.ndjson", "left  0")
	}
	lines := strings.Split(strings.TrimSpace(read(t, file+".errors.ndjson")), "\n")
	type refusedRow struct {
		Line    int
		Row     json.RawMessage
		Problem struct {
			Status int
			Errors []fault.Detail
		}
	}
	if len(lines) != 2 {
		t.Fatalf("errors: %q", lines)
	}
	var first, second refusedRow
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil || first.Line != 3 || first.Problem.Status != 422 || len(first.Problem.Errors) == 0 ||
		!strings.Contains(string(first.Row), `"commandId"`) {
		t.Errorf("first: %s (%v)", lines[0], err)
	}
	if err := json.Unmarshal([]byte(lines[1]), &second); err != nil || second.Line != 4 || string(second.Row) != `"not JSON"` {
		t.Errorf("second: %s (%v)", lines[1], err)
	}
	again := decodeText[imported](w, w.run("import", file, "--again", "-o", "json").out)
	if again.Stored != 3 || again.Repeated != 3 || again.Refused != 2 || w.eventCount() != 3 {
		t.Errorf("--again: %+v", again)
	}
	if n := strings.Count(read(t, file+".errors.ndjson"), "\n"); n != 2 {
		t.Errorf("%d errors after --again, want 2", n)
	}
}

func TestAChangedFileIsNotImportedTwice(t *testing.T) {
	w := newShop(t)
	file := t.TempDir() + "/people.ndjson"
	write(t, file, people(3))
	w.ok("import", file)
	write(t, file, people(4))
	w.fails(7, []string{"not the one whose import began", file + ".progress"}, "import", file)
	if n := w.eventCount(); n != 3 {
		t.Errorf("%d events, want 3", n)
	}
}

func TestImportAsksForWhatItNeeds(t *testing.T) {
	w := newShop(t)
	file := t.TempDir() + "/people.ndjson"
	write(t, file, people(1))
	w.fails(2, []string{"cannot be read"}, "import", file+"x")
	key := w.env["POLDER_API_KEY"]
	w.env["POLDER_API_KEY"] = key[:len(key)-52] + strings.Repeat("a", 52) // the secret half
	w.fails(3, []string{"admin key list"}, "import", file)
	delete(w.env, "POLDER_API_KEY")
	w.fails(2, []string{"POLDER_API_KEY must be set"}, "import", file)
	w.env["POLDER_API_KEY"] = key
	w.ok("account", "suspend", "northwind", "--yes")
	w.waitFor("the api to see the suspension", func() bool { return w.run("import", file, "--again").code == 4 })
	w.ok("account", "resume", "northwind")
	w.waitFor("the api to see that the account is back", func() bool { return w.run("import", file, "--again").code == exitOK })
	delete(w.env, "POLDER_CATALOG_URL") // an import needs no catalog
	w.ok("import", file)
}

// waitFor asks until it is so, or too late.
func (w *world) waitFor(what string, so func() bool) {
	w.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for !so() {
		if time.Now().After(deadline) {
			w.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// rough is a network that breaks some answers off, and an API that has no time now and then.
func rough(t *testing.T, target string) (string, *atomic.Int64) {
	t.Helper()
	to, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	var requests atomic.Int64
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ErrorLog = log.New(io.Discard, "", 0)
	proxy.FlushInterval = -1
	proxy.ModifyResponse = func(r *http.Response) error {
		r.Body = &breaking{ReadCloser: r.Body, left: 8000}
		return nil
	}
	server := httptest.NewServer(http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if requests.Add(1)%3 == 0 {
			http.Error(out, `{"title": "Service Unavailable"}`, http.StatusServiceUnavailable)
			return
		}
		defer func() { _ = recover() }() // how the proxy gives up an answer
		proxy.ServeHTTP(out, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, &requests
}

type breaking struct {
	io.ReadCloser
	left int
}

func (b *breaking) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, io.ErrUnexpectedEOF
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

func TestImportGoesOnThroughARoughNetwork(t *testing.T) {
	w := newShop(t)
	file := t.TempDir() + "/orders.ndjson"
	var rows strings.Builder
	for i := range 150 { // the second row of each pair is refused where the first is not stored yet
		id := uuid.New()
		fmt.Fprintf(&rows, `{"RegisterPersonCommand": {"PersonId": "%s", "Name": "Person %d"}}`+"\n", id, i)
		fmt.Fprintf(&rows, `{"ChangePersonContactChannelsCommand": {"PersonId": "%s", "Phone": "%d"}}`+"\n", id, i)
	}
	write(t, file, rows.String())
	address, requests := rough(t, w.env["POLDER_URL"])
	w.env["POLDER_URL"] = address
	outcome := decode[imported](w, "import", file)
	if outcome.Stored != 300 || outcome.Refused != 0 || w.eventCount() != 300 {
		t.Errorf("%+v and %d events, want 300", outcome, w.eventCount())
	}
	if requests.Load() < 4 {
		t.Errorf("only %d requests: the network was not rough", requests.Load())
	}
}

func TestAKilledImportGoesOnWhereItWas(t *testing.T) {
	w := newShop(t)
	const rows = 5000
	file := t.TempDir() + "/people.ndjson"
	write(t, file, people(rows))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	admin := exec.CommandContext(ctx, binaries.Path(t, "admin"), "import", file)
	for name, value := range w.env {
		admin.Env = append(admin.Env, name+"="+value)
	}
	if err := admin.Start(); err != nil {
		t.Fatal(err)
	}
	w.waitFor("the first rows", func() bool { return w.eventCount() > 100 })
	if err := admin.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = admin.Wait()
	if n := w.eventCount(); n >= rows {
		t.Fatalf("all %d rows were stored before the kill", n)
	}
	outcome := decode[imported](w, "import", file)
	if outcome.Stored != rows || outcome.Repeated == 0 && outcome.Skipped == 0 || w.eventCount() != rows {
		t.Errorf("%+v and %d events, want %d", outcome, w.eventCount(), rows)
	}
}
