package main

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"

	"go.uber.org/zap"
)

// certificateAge is how long a certificate is shown before its files are looked at again.
const certificateAge = 10 * time.Second

// shownCertificate is what the API shows to its clients. Its files are read again as handshakes
// come, so that a renewed certificate needs no restart and an idle process reads nothing.
// Files that do not go together, as in the middle of a renewal, leave the last good pair.
type shownCertificate struct {
	certFile, keyFile string
	log               *zap.Logger
	now               func() time.Time

	mu         sync.Mutex
	pair       *tls.Certificate
	chain, key []byte // the files as they were read last, good or not
	looked     time.Time
}

// loadCertificate reads the pair, and fails when it cannot be used.
func loadCertificate(certFile, keyFile string, log *zap.Logger) (*shownCertificate, error) {
	c := &shownCertificate{certFile: certFile, keyFile: keyFile, log: log, now: time.Now}
	if err := c.look(); err != nil {
		return nil, fmt.Errorf("POLDER_TLS_CERT and POLDER_TLS_KEY: %w", err)
	}
	return c, nil
}

// config is the server's side of TLS.
func (c *shownCertificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: c.get}
}

func (c *shownCertificate) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now().Sub(c.looked) >= certificateAge {
		if err := c.look(); err != nil {
			c.log.Error("the certificate's files cannot be used; the last good pair is shown", zap.Error(err))
		}
	}
	return c.pair, nil
}

// look takes the pair in the files when it is another one.
func (c *shownCertificate) look() error {
	c.looked = c.now()
	chain, err := os.ReadFile(c.certFile)
	if err != nil {
		return err
	}
	key, err := os.ReadFile(c.keyFile)
	if err != nil {
		return err
	}
	if bytes.Equal(chain, c.chain) && bytes.Equal(key, c.key) {
		return nil
	}
	c.chain, c.key = chain, key
	pair, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return err
	}
	c.pair = &pair
	return nil
}
