package platform

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// dir is the folder of the platform that is measured, beside one that may run in .polder.
const dir = ".polder/bench"

// machine is a running platform.
type machine struct {
	client *http.Client
	url    string
	env    map[string]string // dev.env
}

// up starts the platform in an empty folder.
func up(ctx context.Context, out io.Writer) (*machine, error) {
	if err := dev(ctx, out, "clean"); err != nil {
		return nil, err
	}
	if err := dev(ctx, out, "up", "--detach"); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "dev.env"))
	if err != nil {
		return nil, err
	}
	m := &machine{env: map[string]string{}}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		m.env[name] = value
	}
	m.url = m.env["POLDER_URL"]
	m.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 1000}}
	return m, nil
}

// down stops and removes the platform, also after the measurement was interrupted.
func (m *machine) down(ctx context.Context, out io.Writer) error {
	m.client.CloseIdleConnections()
	return dev(context.WithoutCancel(ctx), out, "clean")
}

// measure runs do on a platform of its own.
func measure(ctx context.Context, out io.Writer, do func(*machine) (map[string]float64, error)) (_ map[string]float64, err error) {
	m, err := up(ctx, io.Discard)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, m.down(ctx, io.Discard)) }()
	numbers, err := do(m)
	for name, value := range numbers {
		fmt.Fprintf(out, "  %-28s %.4g\n", name, value)
	}
	return numbers, err
}

func dev(ctx context.Context, out io.Writer, args ...string) error {
	api, err := freePort()
	if err != nil {
		return err
	}
	projector, err := freePort()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "bin/dev", append([]string{"--dir", dir}, args...)...)
	cmd.Env = append(os.Environ(), "API_PORT="+api, "PROJECTOR_PORT="+projector)
	cmd.Stdout, cmd.Stderr = out, os.Stderr
	return cmd.Run()
}

func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return port, errors.Join(err, listener.Close())
}

// account makes an account without a budget of requests to speak of, and returns a key.
func (m *machine) account(ctx context.Context, name string) (string, error) {
	if _, err := m.admin(ctx, "account", "create", name, "--requests-per-second", "1000000", "--burst", "1000000"); err != nil {
		return "", err
	}
	text, err := m.admin(ctx, "key", "create", name, "bench", "--output", "json")
	if err != nil {
		return "", err
	}
	var key struct{ Token string }
	return key.Token, json.Unmarshal(text, &key)
}

func (m *machine) admin(ctx context.Context, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "bin/admin", append([]string{"--env-file", filepath.Join(dir, "dev.env")}, args...)...)
	var problem bytes.Buffer
	cmd.Stderr = &problem
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("admin %s: %w: %s", strings.Join(args, " "), err, problem.Bytes())
	}
	return text, nil
}

// answer is what a command's answer and a query's answer have in common.
type answer struct {
	SequenceNumber int64  `json:"sequenceNumber"`
	Detail         string `json:"detail"` // of a problem
}

// post sends a request with the key and reads its answer; any status but 200 is an error.
func (m *machine) post(ctx context.Context, key, path, body string) (answer, error) {
	var a answer
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, m.url+path, strings.NewReader(body))
	if err != nil {
		return a, err
	}
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	response, err := m.client.Do(request)
	if err != nil {
		return a, err
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&a); err != nil {
		return a, err
	}
	if response.StatusCode != http.StatusOK {
		return a, fmt.Errorf("%s: %s", response.Status, a.Detail)
	}
	_, err = io.Copy(io.Discard, response.Body) // so that the connection is used again
	return a, err
}

// databaseURL returns the database's URL for another login; all of them have one password.
func (m *machine) databaseURL(login string) (string, error) {
	at, err := url.Parse(m.env["POLDER_CATALOG_URL"])
	if err != nil {
		return "", err
	}
	password, _ := at.User.Password()
	at.User = url.UserPassword(login, password)
	return at.String(), nil
}
