package prometheus

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/polderhq/polder/test/debian"
)

// ScrapeEvery is how often targets are scraped.
const ScrapeEvery = 500 * time.Millisecond

// Start starts a Prometheus that scrapes the target, host:port, and returns its URL. It ends with the test.
func Start(t *testing.T, target string) string {
	t.Helper()
	debian.Needs(t, "prometheus", "prometheus")
	dir := t.TempDir()
	config := fmt.Sprintf("global: {scrape_interval: %s}\nscrape_configs:\n- {job_name: api, static_configs: [{targets: [%q]}]}\n", ScrapeEvery, target)
	file := filepath.Join(dir, "prometheus.yml")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	cmd := exec.Command("prometheus", "--config.file="+file, "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+address)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	url := "http://" + address
	for end := time.Now().Add(time.Minute); !scrapes(url); time.Sleep(ScrapeEvery) {
		if time.Now().After(end) {
			t.Fatal("Prometheus does not scrape")
		}
	}
	return url
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

// scrapes reports whether the target was looked at, whatever came of it.
func scrapes(url string) bool {
	response, err := http.Get(url + "/api/v1/query?query=up")
	if err != nil {
		return false
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return err == nil && strings.Contains(string(text), `"__name__":"up"`)
}
