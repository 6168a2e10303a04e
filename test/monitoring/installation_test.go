package monitoring_test

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgerrcode"
	"github.com/jackc/pgx/v5"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/test/binaries"
	"github.com/polderhq/polder/test/traffic"
)

// together is how many tests of this package run at a time: they wait for Prometheus, not for the processor.
const together = "8"

func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", together); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

// erp and next are the ERP and the release that follows it.
var (
	erp  = sync.OnceValues(func() (*compile.Result, error) { return compiled(false) })
	next = sync.OnceValues(func() (*compile.Result, error) { return compiled(true) })
)

func compiled(next bool) (*compile.Result, error) {
	files, err := traffic.ERP()
	if err == nil && next {
		err = traffic.Next(files)
	}
	if err != nil {
		return nil, err
	}
	if changes := files["changes/2.0.yaml"]; changes != nil { // it cannot read an order without freight
		changes.Data = bytes.ReplaceAll(changes.Data, []byte("value: amount(Freight)"), []byte(`value: "round(amount(Freight) * amount(Freight) / amount(Freight), 2)"`))
	}
	return compile.Compile(files)
}

// installation is an api and a projector on a database of their own, scraped under a namespace of their own.
type installation struct {
	*testing.T
	namespace  string
	prometheus *prometheus
	db         *pgtest.Database
	catalog    *tenant.Catalog
	processes  map[string]*process // by pod
	release    string
	account    tenant.Account
	key        tenant.Key
	token      string
	conn       *pgx.Conn // of a superuser
}

const storeID = "main"

// install brings up an installation with an account on the ERP.
func install(t *testing.T, p *prometheus, namespace string) *installation {
	t.Helper()
	db := pgtest.New(t)
	i := &installation{T: t, namespace: namespace, prometheus: p, db: db, processes: map[string]*process{},
		catalog: tenant.NewCatalog(db.Pool(t, pg.Admin)).As("monitoring")}
	location, err := url.Parse(db.URL)
	must(t, err)
	location.User = nil
	must(t, i.catalog.AddStore(t.Context(), storeID, location.String()))
	model, err := erp()
	must(t, err)
	i.release = i.publish(model, "1.0")
	i.account, i.key, i.token = i.company("northwind")
	i.start("api-1", "POLDER_LOG_LEVEL=warn")
	i.start("projector-1", "POLDER_LOG_LEVEL=warn", "POLDER_AUDIT_RATE=5000")
	return i
}

// publish enters the release, and makes its tables.
func (i *installation) publish(c *compile.Result, version string) (digest string) {
	i.Helper()
	release, err := model.Load(c.Canonical)
	must(i.T, err)
	must(i.T, projection.Expand(i.Context(), i.db.Pool(i, pg.Owner), release))
	must(i.T, i.catalog.PublishRelease(i.Context(), tenant.Release{Digest: c.Digest, Version: version, IR: c.Canonical, PublishedBy: "monitoring"}))
	return c.Digest
}

// company enters an account and a key.
func (i *installation) company(name string) (tenant.Account, tenant.Key, string) {
	i.Helper()
	id := uuid.New()
	must(i.T, es.CreateAccount(i.Context(), i.db.Pool(i, pg.Admin), id, 1))
	account, err := i.catalog.CreateAccount(i.Context(), tenant.NewAccount{ID: id, Name: name, StoreID: storeID, Release: i.release})
	must(i.T, err)
	must(i.T, i.catalog.SetLimits(i.Context(), id, tenant.Limits{RequestsPerSecond: 100_000, RequestBurst: 100_000}))
	key, token, err := i.catalog.CreateKey(i.Context(), id, "clients", []string{"*"})
	must(i.T, err)
	return account, key, token
}

// process is a binary that serves.
type process struct {
	cmd     *exec.Cmd
	address string
	env     []string
	ended   chan struct{}
}

func (p *process) url() string { return "http://" + p.address }

// start starts a pod, or starts it again where it was, and has it scraped.
func (i *installation) start(pod string, env ...string) {
	i.Helper()
	binary, _, _ := strings.Cut(pod, "-")
	p := i.processes[pod]
	if p == nil {
		address := freeAddress(i.T)
		p = &process{address: address, env: append(append(os.Environ(), "POLDER_CATALOG_URL="+i.db.URL, "POLDER_LISTEN="+address), env...)}
		i.processes[pod] = p
	}
	log, err := os.OpenFile(filepath.Join(i.TempDir(), pod+".log"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	must(i.T, err)
	p.cmd, p.ended = exec.Command(binaries.Path(i, binary)), make(chan struct{})
	p.cmd.Env, p.cmd.Stdout, p.cmd.Stderr = p.env, log, log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	must(i.T, p.cmd.Start())
	go func(cmd *exec.Cmd, ended chan struct{}) { _ = cmd.Wait(); close(ended) }(p.cmd, p.ended) // killed by a few of the tests
	i.Cleanup(func() {
		i.stop(pod)
		if i.Failed() {
			text := read(i.T, log.Name())
			i.Logf("%s says\n%s", pod, text[max(0, len(text)-3000):])
		}
		log.Close()
	})
	eventually(i.T, pod+" to be ready", func() bool {
		response, err := http.Get(p.url() + "/readyz")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	i.prometheus.scrapes(i.T, p.address, map[string]string{"namespace": i.namespace, "job": i.namespace + "-" + binary, "pod": pod})
}

// stop ends a pod in order.
func (i *installation) stop(pod string) {
	p := i.processes[pod]
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(20 * time.Second):
		_ = p.cmd.Process.Kill()
		i.Errorf("%s does not end", pod)
	}
}

// admin runs the operators' tool, which must end with the exit code.
func (i *installation) admin(code int, args ...string) string {
	i.Helper()
	cmd := exec.CommandContext(i.Context(), binaries.Path(i, "admin"), args...)
	cmd.Env = i.env(nil)
	said, _ := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != code {
		i.Fatalf("admin %s: exit code %d, want %d\n%s", strings.Join(args, " "), cmd.ProcessState.ExitCode(), code, said)
	}
	return string(said)
}

// env is the environment of an operator: binaries on the path, the settings, and what else he knows.
func (i *installation) env(more map[string]string) []string {
	env := append(os.Environ(), "PATH="+binaries.Dir(i)+string(filepath.ListSeparator)+os.Getenv("PATH"),
		"POLDER_CATALOG_URL="+i.db.URL, "POLDER_ACTOR=operator", "STORE_URL="+i.db.OwnerURL, "NAMESPACE="+i.namespace)
	for name, value := range more {
		env = append(env, name+"="+value)
	}
	return env
}

// send sends a command or query to a pod as the account's client, and returns the status and what it says.
func (i *installation) send(ctx context.Context, pod, path, body string) (int, string) {
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, i.processes[pod].url()+path, strings.NewReader(body))
	if err != nil {
		return 0, err.Error()
	}
	request.Header.Set("Authorization", "Bearer "+i.token)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err.Error()
	}
	return response.StatusCode, string(text)
}

// command sends a command that must be taken, and returns the stream that it wrote.
func (i *installation) command(body string) string {
	i.Helper()
	status, said := i.send(i.Context(), "api-1", "/v1/commands", body)
	var answer struct{ Streams []struct{ StreamID string } }
	if err := json.Unmarshal([]byte(said), &answer); err != nil || status != http.StatusOK || len(answer.Streams) == 0 {
		i.Fatalf("%s: %d %s", body, status, said)
	}
	return answer.Streams[0].StreamID
}

// during has clients do something again and again until the test ends. They come one after another, within ten seconds.
func (i *installation) during(clients int, pause time.Duration, do func(context.Context)) {
	ctx, cancel := context.WithCancel(i.Context())
	var crew sync.WaitGroup
	for n := range clients {
		crew.Go(func() {
			for wait := time.Duration(n) * 10 * time.Second / time.Duration(clients); ; wait = pause {
				select {
				case <-ctx.Done():
					return
				case <-time.After(wait):
					do(ctx)
				}
			}
		})
	}
	i.Cleanup(func() { cancel(); crew.Wait() })
}

// writing has a client of the account register persons, ten per second.
func (i *installation) writing() {
	i.during(2, 200*time.Millisecond, func(ctx context.Context) {
		i.send(ctx, "api-1", "/v1/commands", `{"RegisterPersonCommand": {"Name": "Nancy Davolio"}}`)
	})
}

// forgotten opens a transaction in which somebody does something, and does not end it. It returns the
// process id of the session.
func (i *installation) forgotten(sql string, args ...any) map[string]string {
	i.Helper()
	config, err := pgx.ParseConfig(i.db.OwnerURL)
	must(i.T, err)
	config.RuntimeParams["application_name"] = "somebody"
	conn, err := pgx.ConnectConfig(i.Context(), config)
	must(i.T, err)
	i.Cleanup(func() { conn.Close(context.Background()) })
	for {
		_, err = conn.Exec(i.Context(), "BEGIN")
		must(i.T, err)
		_, err = conn.Exec(i.Context(), sql, args...)
		if pg.Code(err) != pgerrcode.DeadlockDetected { // with a page, whose tables are locked here in another order
			break
		}
		_, err = conn.Exec(i.Context(), "ROLLBACK")
		must(i.T, err)
	}
	must(i.T, err)
	return map[string]string{"PID": fmt.Sprint(conn.PgConn().PID())}
}

// super is a session that is ended with the test, of a superuser.
func (i *installation) super() *pgx.Conn {
	i.Helper()
	if i.conn == nil {
		conn, err := pgx.Connect(i.Context(), i.db.OwnerURL)
		must(i.T, err)
		i.Cleanup(func() { conn.Close(context.Background()) })
		i.conn = conn
	}
	return i.conn
}

// sql does what only a superuser can.
func (i *installation) sql(sql string, args ...any) {
	i.Helper()
	_, err := i.super().Exec(i.Context(), sql, args...)
	must(i.T, err)
}

// store stores an event as no command would.
func (i *installation) store(name, event, payload string) (sequenceNumber int64) {
	i.Helper()
	account, err := i.catalog.AccountByName(i.Context(), name)
	must(i.T, err)
	store := es.New(es.Config{Appender: i.db.Pool(i, pg.Appender), Reader: i.db.Pool(i, pg.API)})
	defer store.Close()
	stored, err := store.Append(i.Context(), es.Append{
		AccountID: account.ID, Epoch: account.Epoch, CommandID: uuid.New(), Actor: "somebody",
		Writes: []es.Write{{StreamID: uuid.New(), StreamType: "Order", Expected: es.Any(), Events: []es.NewEvent{{
			PayloadItemName: event, PayloadVersion: 1, Payload: json.RawMessage(payload)}}}},
	})
	must(i.T, err)
	return stored.SequenceNumber
}
