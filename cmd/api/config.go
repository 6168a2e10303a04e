package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"time"

	"github.com/polderhq/polder/migrations"
)

// Config is what the process is told from outside.
type Config struct {
	CatalogURL    string
	StoreLogin    string // empty: the catalog's
	StorePassword string // empty with an empty StoreLogin: the catalog's
	Listen        string
	LogLevel      string // empty: info
	Pprof         bool
	DrainDelay    time.Duration  // zero: none
	Traces        string         // http://host:port of an OpenTelemetry collector; empty: nothing is traced
	TLSCert       string         // file with the certificate and its chain, PEM; empty: plain HTTP
	TLSKey        string         // file with its key, PEM
	ReleaseIdle   time.Duration  // after which releases are dropped that nobody asks for; zero: the library's default
	Serving       func(net.Addr) // told the address when it is open; nil: nobody is

	Windows migrations.Windows // the versions of databases on which it works; zero: those of this binary
}

const defaultListen = "127.0.0.1:8080"

// FromEnvironment reads and checks the configuration; all that is wrong is in the error.
func FromEnvironment(get func(string) string) (Config, error) {
	c := Config{
		CatalogURL: get("POLDER_CATALOG_URL"), StoreLogin: get("POLDER_STORE_LOGIN"), StorePassword: get("POLDER_STORE_PASSWORD"),
		Listen: get("POLDER_LISTEN"), LogLevel: get("POLDER_LOG_LEVEL"), TLSCert: get("POLDER_TLS_CERT"), TLSKey: get("POLDER_TLS_KEY"),
		Traces: get("OTEL_EXPORTER_OTLP_ENDPOINT"),
	}
	if c.Listen == "" {
		c.Listen = defaultListen
	}
	var pprofErr, delayErr, tlsErr error
	if (c.TLSCert == "") != (c.TLSKey == "") {
		tlsErr = errors.New("POLDER_TLS_CERT and POLDER_TLS_KEY go together: set both, or none for plain HTTP")
	}
	if text := get("POLDER_PPROF"); text != "" {
		if c.Pprof, pprofErr = strconv.ParseBool(text); pprofErr != nil {
			pprofErr = fmt.Errorf("POLDER_PPROF is true or false, not %q", text)
		}
	}
	if text := get("POLDER_DRAIN_DELAY"); text != "" {
		if c.DrainDelay, delayErr = time.ParseDuration(text); delayErr != nil || c.DrainDelay < 0 {
			delayErr = fmt.Errorf("POLDER_DRAIN_DELAY is a duration like 5s, not %q", text)
		}
	}
	return c, errors.Join(c.takeLogin(), pprofErr, delayErr, tlsErr)
}

// takeLogin checks the catalog's URL and takes its login for the stores when they have
// none of their own. The error does not repeat the URL, which holds a password.
func (c *Config) takeLogin() error {
	parsed, err := url.Parse(c.CatalogURL)
	if err != nil || c.CatalogURL == "" || parsed.User.Username() == "" {
		return errors.New("POLDER_CATALOG_URL is not set to postgres://login:password@host:port/database")
	}
	if c.StoreLogin == "" {
		c.StoreLogin = parsed.User.Username()
		c.StorePassword, _ = parsed.User.Password()
	}
	return nil
}
