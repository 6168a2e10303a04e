package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/model/compile"
	"github.com/polderhq/polder/internal/pg"
	"github.com/polderhq/polder/internal/pgtest"
	"github.com/polderhq/polder/internal/projection"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/models"
)

// tenants publishes so many releases of the ERP, with an account on each, and returns a key of each account.
func tenants(t *testing.T, db *pgtest.Database, n int) (keys []string) {
	t.Helper()
	must := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	compiled, err := compile.Compile(models.ERP())
	must(err)
	loaded, err := model.Load(compiled.Canonical)
	must(err)
	must(projection.Expand(t.Context(), db.Pool(t, pg.Owner), loaded)) // all of them have the same tables
	admin := db.Pool(t, pg.Admin)
	catalog := tenant.NewCatalog(admin)
	for i := range n {
		ir := *loaded.IR()
		ir.Name = fmt.Sprint("erp", i)
		text, err := model.Canonical(&ir)
		must(err)
		made, err := model.Load(text)
		must(err)
		must(catalog.PublishRelease(t.Context(), tenant.Release{Digest: made.Digest(), Version: ir.Name, IR: text}))
		account, err := catalog.CreateAccount(t.Context(), tenant.NewAccount{Name: ir.Name, StoreID: "main", Release: made.Digest()})
		must(err)
		must(es.CreateAccount(t.Context(), admin, account.ID, account.Epoch))
		_, token, err := catalog.CreateKey(t.Context(), account.ID, "test", []string{"*"})
		must(err)
		keys = append(keys, token)
	}
	return keys
}

// caller speaks to a running api.
type caller struct {
	*testing.T
	url string
}

func (c caller) ask(method, path, key, body string) string {
	c.Helper()
	request, err := http.NewRequestWithContext(c.Context(), method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+key)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		c.Fatalf("%s: %s %s %v", path, response.Status, text, err)
	}
	return string(text)
}

// use has the api do all that it does with a release.
func (c caller) use(keys []string) {
	c.Helper()
	for _, key := range keys {
		c.ask(http.MethodPost, "/v1/commands", key, `{"RegisterPersonCommand": {"Name": "Linus Torvalds"}}`)
		c.ask(http.MethodPost, "/v1/queries", key, `{"GetPeople": {}}`)
		c.ask(http.MethodGet, "/v1/openapi.json", key, "")
	}
}

// Accounts on many releases are served, and then nobody asks for a while: the releases leave
// the memory, with all that was made of them. Asked for again, they are there again.
func TestReleasesThatNobodyAsksForLeaveTheMemory(t *testing.T) {
	t.Parallel()
	db := newDatabase(t)
	keys := tenants(t, db, 4)
	config, err := FromEnvironment(func(name string) string {
		return map[string]string{"POLDER_CATALOG_URL": db.URL, "POLDER_LISTEN": "127.0.0.1:0", "POLDER_LOG_LEVEL": "error"}[name]
	})
	if err != nil {
		t.Fatal(err)
	}
	config.ReleaseIdle = 500 * time.Millisecond
	serving := make(chan net.Addr, 1)
	config.Serving = func(addr net.Addr) { serving <- addr }
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- Run(ctx, config) }()
	c := caller{t, "http://" + (<-serving).String()}
	for range 2 {
		c.use(keys)
		for deadline := time.Now().Add(time.Minute); !strings.Contains(c.ask(http.MethodGet, "/metrics", "", ""), "\npolder_releases_loaded 0\n"); time.Sleep(50 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatal("releases that nobody asks for are still in memory")
			}
			runtime.GC() // what is not collected counts
		}
	}
	for _, loop := range []string{"directory", "snapshots"} {
		if !strings.Contains(c.ask(http.MethodGet, "/metrics", "", ""), `polder_loop_heartbeat_age_seconds{loop="`+loop+`"}`) {
			t.Errorf("the loop %s shows no heartbeat", loop)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
