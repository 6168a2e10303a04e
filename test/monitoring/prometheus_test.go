package monitoring_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/polderhq/polder/test/debian"
)

// prometheus is a real one, which scrapes all installations of the tests every two seconds (a busy
// machine does not answer in one) and evaluates the rule files, made faster.
type prometheus struct {
	url     string
	dir     string
	earlier []described // of metrics that there are for a time only, kept while they were there
}

// spans is what the durations of rules become, so that an alert that takes an hour takes seconds.
var spans = map[string]string{
	"1m": "2s", "2m": "8s", "5m": "8s", "10m": "6s", "15m": "6s", "30m": "10s", "1h": "12s", "6h": "15s", "1d": "2m", "7d": "20s",
}

// limits are the seconds in expressions, made fewer likewise; but what takes half a second on a server may take longer on
// a machine that runs all tests at once.
var limits = [][2]string{
	{"polder_projector_lag_seconds) > 60", "polder_projector_lag_seconds) > 6"},
	{"polder_loop_heartbeat_age_seconds) > 120", "polder_loop_heartbeat_age_seconds) > 12"},
	{"polder_upgrade_idle_seconds) > 1800", "polder_upgrade_idle_seconds) > 3"},
	{"polder_postgresql_longest_transaction_seconds) > 600", "polder_postgresql_longest_transaction_seconds) > 5"},
	{"(polder_store_append_duration_seconds_bucket[5m]))) > 0.5", "(polder_store_append_duration_seconds_bucket[5m]))) > 5"},
	{"(polder_store_oldest_append_seconds[2m])) > 5", "(polder_store_oldest_append_seconds[2m])) > 3"},
}

var duration = regexp.MustCompile(`(\[|for: )(\d+[smhd])\b`)

// faster returns the text of a rule file for the tests.
func faster(t *testing.T, text string) string {
	t.Helper()
	for _, l := range limits {
		text = strings.ReplaceAll(text, l[0], l[1])
	}
	return duration.ReplaceAllStringFunc(text, func(found string) string {
		match := duration.FindStringSubmatch(found)
		if spans[match[2]] == "" {
			t.Errorf("the tests know no span for %s", match[2])
		}
		return match[1] + spans[match[2]]
	})
}

const prometheusConfig = `
global: {scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 1s}
rule_files: [%[1]s/rules/*.yaml]
scrape_configs:
  - job_name: polder
    file_sd_configs: [{files: [%[1]s/targets/*.json], refresh_interval: 1s}]
`

// startPrometheus starts one that lives as long as the test.
func startPrometheus(t *testing.T) *prometheus {
	t.Helper()
	debian.Needs(t, "prometheus", "prometheus")
	p := &prometheus{dir: t.TempDir()}
	for _, folder := range []string{"rules", "targets", "data"} {
		must(t, os.Mkdir(filepath.Join(p.dir, folder), 0o755))
	}
	all := ""
	for _, path := range glob(t, ruleFiles+"/*.yaml") {
		text := read(t, path)
		all += text
		must(t, os.WriteFile(filepath.Join(p.dir, "rules", filepath.Base(path)), []byte(faster(t, text)), 0o644))
	}
	for _, l := range limits {
		if strings.Count(all, l[0]) != 1 {
			t.Errorf("the rules say %q no more: the tests would wait for it in vain", l[0])
		}
	}
	config := filepath.Join(p.dir, "prometheus.yaml")
	must(t, os.WriteFile(config, []byte(fmt.Sprintf(prometheusConfig, p.dir)), 0o644))
	address := freeAddress(t)
	p.url = "http://" + address
	cmd := exec.Command("prometheus", "--config.file="+config, "--storage.tsdb.path="+filepath.Join(p.dir, "data"),
		"--web.listen-address="+address, "--log.level=warn")
	log, err := os.Create(filepath.Join(p.dir, "log"))
	must(t, err)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	must(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		log.Close()
		if text := read(t, log.Name()); t.Failed() || strings.Contains(text, "level=error") {
			t.Logf("Prometheus says\n%s", text)
		}
	})
	eventually(t, "Prometheus to be ready", func() bool {
		response, err := http.Get(p.url + "/-/ready")
		if err != nil {
			return false
		}
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	})
	return p
}

// scrapes has Prometheus scrape a process, under the labels that Kubernetes would give it.
func (p *prometheus) scrapes(t *testing.T, address string, labels map[string]string) {
	t.Helper()
	text, err := json.Marshal([]map[string]any{{"targets": []string{address}, "labels": labels}})
	must(t, err)
	name := filepath.Join(p.dir, "targets", labels["namespace"]+"-"+labels["pod"]+".json")
	must(t, os.WriteFile(name+".new", text, 0o644))
	must(t, os.Rename(name+".new", name))
}

// series is one line of an answer.
type series struct {
	Metric map[string]string `json:"metric"`
	Value  sample            `json:"value"`
	Values []sample          `json:"values"`
}

// sample is a time and a value, which is text because JSON has no NaN.
type sample [2]any

func (s sample) value() string { text, _ := s[1].(string); return text }

// answer asks the API of Prometheus.
func (p *prometheus) answer(path string, parameters url.Values, into any) error {
	response, err := http.Get(p.url + path + "?" + parameters.Encode())
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	var outer struct {
		Status, Error string
		Data          json.RawMessage
	}
	if err := json.Unmarshal(text, &outer); err != nil {
		return fmt.Errorf("%s: %w", text, err)
	}
	if outer.Status != "success" {
		return fmt.Errorf("%s: %s", path, outer.Error)
	}
	return json.Unmarshal(outer.Data, into)
}

// query returns the answer as of now; a scalar is a line without labels.
func (p *prometheus) query(expr string) ([]series, error) {
	var data struct {
		ResultType string
		Result     json.RawMessage
	}
	if err := p.answer("/api/v1/query", url.Values{"query": {expr}}, &data); err != nil {
		return nil, err
	}
	if data.ResultType == "scalar" {
		var value sample
		err := json.Unmarshal(data.Result, &value)
		return []series{{Value: value}}, err
	}
	var found []series
	return found, json.Unmarshal(data.Result, &found)
}

// over returns the answers of the time until now, a second apart.
func (p *prometheus) over(expr string, span time.Duration) ([]series, error) {
	now := time.Now()
	var data struct{ Result []series }
	err := p.answer("/api/v1/query_range", url.Values{"query": {expr}, "step": {"1"},
		"start": {stamp(now.Add(-span))}, "end": {stamp(now)}}, &data)
	return data.Result, err
}

func stamp(at time.Time) string { return fmt.Sprintf("%.3f", float64(at.UnixMilli())/1000) }

// alert is one that is pending or fires.
type alert struct {
	Labels      map[string]string
	Annotations map[string]string
	State       string
}

// firing returns the alerts that fire and have the labels.
func (p *prometheus) firing(t *testing.T, labels map[string]string) (found []alert) {
	t.Helper()
	var data struct{ Alerts []alert }
	if err := p.answer("/api/v1/alerts", nil, &data); err != nil {
		t.Fatal(err)
	}
	for _, a := range data.Alerts {
		if a.State == "firing" && has(a.Labels, labels) {
			found = append(found, a)
		}
	}
	return found
}

func has(labels, wanted map[string]string) bool {
	for name, value := range wanted {
		if labels[name] != value {
			return false
		}
	}
	return true
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

// patience is how long anything may take; it is spent on a busy machine only.
const patience = 2 * time.Minute

// eventually waits for what another process does, which gives no signal here.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
