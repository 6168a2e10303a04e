package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/polderhq/polder/test/certificate"
)

// files are where a certificate and its key lie.
type files struct{ cert, key string }

func newFiles(t *testing.T) files {
	dir := t.TempDir()
	return files{filepath.Join(dir, "tls.crt"), filepath.Join(dir, "tls.key")}
}

func (f files) issue(t *testing.T, serial int64) *x509.Certificate {
	t.Helper()
	return certificate.Issue(t, f.cert, f.key, serial)
}

// shown is the serial number that a client of the certificate's server is shown.
func shown(t *testing.T, c *shownCertificate) int64 {
	t.Helper()
	here, there := net.Pipe()
	defer here.Close()
	defer there.Close()
	go func() { _ = tls.Server(there, c.config()).HandshakeContext(t.Context()) }()
	client := tls.Client(here, &tls.Config{InsecureSkipVerify: true})
	if err := client.HandshakeContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	return client.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}

func TestARenewedCertificateIsShownWithoutARestart(t *testing.T) {
	t.Parallel()
	f := newFiles(t)
	f.issue(t, 1)
	c, err := loadCertificate(f.cert, f.key, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	later := time.Now()
	c.now = func() time.Time { return later }
	f.issue(t, 2)
	if serial := shown(t, c); serial != 1 {
		t.Errorf("the files are read at every handshake: serial %d", serial)
	}
	later = later.Add(2 * certificateAge)
	if serial := shown(t, c); serial != 2 {
		t.Errorf("after a renewal the serial is %d, want 2", serial)
	}
	if err := os.WriteFile(f.key, []byte("half a ke"), 0o600); err != nil {
		t.Fatal(err)
	}
	later = later.Add(2 * certificateAge)
	if serial := shown(t, c); serial != 2 {
		t.Errorf("while the files do not go together the serial is %d, want the last good one", serial)
	}
	f.issue(t, 3)
	later = later.Add(2 * certificateAge)
	if serial := shown(t, c); serial != 3 {
		t.Errorf("when the files are good again the serial is %d, want 3", serial)
	}
}

func TestTheAPISpeaksHTTPSOnlyWhenItHasACertificate(t *testing.T) {
	t.Parallel()
	f := newFiles(t)
	roots := x509.NewCertPool()
	roots.AddCert(f.issue(t, 1))
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true}}
	defer client.CloseIdleConnections()
	err := serveAt(t, f, func(address string) {
		response, err := client.Get("https://" + address + "/readyz")
		if err != nil {
			t.Error(err)
			return
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusOK || response.ProtoMajor != 2 {
			t.Errorf("over TLS: %s over %s", response.Status, response.Proto)
		}
		if plain, err := http.Get("http://" + address + "/readyz"); err == nil {
			_ = plain.Body.Close()
			if plain.StatusCode != http.StatusBadRequest {
				t.Errorf("without TLS: %s", plain.Status)
			}
		}
		old := &tls.Config{RootCAs: roots, MaxVersion: tls.VersionTLS11}
		if conn, err := tls.Dial("tcp", address, old); err == nil {
			_ = conn.Close()
			t.Error("TLS 1.1 is spoken")
		}
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAnUnusableCertificateStopsTheStart(t *testing.T) {
	t.Parallel()
	f := newFiles(t)
	err := serveAt(t, f, func(string) { t.Error("it serves") })
	if err == nil || !strings.Contains(err.Error(), "POLDER_TLS_CERT") {
		t.Errorf("error = %v, want it to name the setting", err)
	}
	if _, err := FromEnvironment(environment("POLDER_CATALOG_URL", "postgres://api@db/polder", "POLDER_TLS_KEY", f.key)); err == nil {
		t.Error("a key without a certificate is taken")
	}
}

// serveAt runs an api with the certificate, calls do with its address, and returns the error
// with which it ended.
func serveAt(t *testing.T, f files, do func(address string)) error {
	t.Helper()
	config, err := FromEnvironment(environment("POLDER_CATALOG_URL", newDatabase(t).URL, "POLDER_LISTEN", "127.0.0.1:0",
		"POLDER_LOG_LEVEL", "error", "POLDER_TLS_CERT", f.cert, "POLDER_TLS_KEY", f.key))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	config.Serving = func(addr net.Addr) {
		defer stop()
		do(addr.String())
	}
	return Run(ctx, config)
}
