package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/polderhq/polder/internal/projection/audit"
	"github.com/polderhq/polder/internal/seal"
	"github.com/polderhq/polder/migrations"
)

const (
	defaultListen     = "127.0.0.1:8081"
	defaultWorkers    = 4
	defaultPageEvents = 500
)

// Config is how a projector is set up.
type Config struct {
	CatalogURL    string // POLDER_CATALOG_URL: postgres://login:password@host:port/database
	StoreLogin    string // POLDER_STORE_LOGIN: on the stores; default: the catalog's
	StorePassword string // POLDER_STORE_PASSWORD: default: the catalog's
	Listen        string // POLDER_LISTEN: host:port of metrics and health; default 127.0.0.1:8081
	LogLevel      string // POLDER_LOG_LEVEL: debug, info, warn or error; default info
	Traces        string // OTEL_EXPORTER_OTLP_ENDPOINT: http://host:port of a collector of traces; default none
	Pprof         bool   // POLDER_PPROF: also serve profiles
	Workers       int    // POLDER_WORKERS: per store, each with a connection; default 4
	PageEvents    int    // POLDER_PAGE_EVENTS: events in a transaction at most; default 500

	AuditRate  int           // POLDER_AUDIT_RATE: events and rows per second and store that the auditor reads; default 200, 0: no auditor
	AutoRepair audit.Mending // POLDER_AUTO_REPAIR: all, none, or projections whose wrong rows the auditor mends; default none

	SealRate int // POLDER_SEAL_RATE: events per second that are sealed; default 5000, 0: none are

	WriteBackRate int // POLDER_WRITE_BACK_RATE: events per second that are looked at, to be stored in the shape of the release where the account's policy allows it; default 0: none

	ReleaseIdle time.Duration // after which releases are dropped that nobody asks for; zero: the library's default

	// Started is called with the address served, when all runs; nil: nobody waits for it.
	Started func(net.Addr)

	Windows migrations.Windows // the versions of databases on which it works; zero: those of this binary
}

// configFrom reads the configuration from an environment such as os.Getenv, and checks it.
func configFrom(get func(string) string) (Config, error) {
	c := Config{
		CatalogURL: get("POLDER_CATALOG_URL"), StoreLogin: get("POLDER_STORE_LOGIN"), StorePassword: get("POLDER_STORE_PASSWORD"),
		Listen: get("POLDER_LISTEN"), LogLevel: get("POLDER_LOG_LEVEL"),
		Traces: get("OTEL_EXPORTER_OTLP_ENDPOINT"),
	}
	if c.Listen == "" {
		c.Listen = defaultListen
	}
	var problems []error
	var err error
	if c.Workers, err = number("POLDER_WORKERS", get("POLDER_WORKERS"), defaultWorkers); err != nil {
		problems = append(problems, err)
	}
	if c.PageEvents, err = number("POLDER_PAGE_EVENTS", get("POLDER_PAGE_EVENTS"), defaultPageEvents); err != nil {
		problems = append(problems, err)
	}
	if c.AuditRate, err = numberFrom(0, "POLDER_AUDIT_RATE", get("POLDER_AUDIT_RATE"), audit.DefaultRate); err != nil {
		problems = append(problems, err)
	}
	if c.SealRate, err = numberFrom(0, "POLDER_SEAL_RATE", get("POLDER_SEAL_RATE"), seal.DefaultRate); err != nil {
		problems = append(problems, err)
	}
	if c.WriteBackRate, err = numberFrom(0, "POLDER_WRITE_BACK_RATE", get("POLDER_WRITE_BACK_RATE"), 0); err != nil {
		problems = append(problems, err)
	}
	if c.AutoRepair, err = audit.ParseMending(get("POLDER_AUTO_REPAIR")); err != nil {
		problems = append(problems, fmt.Errorf("POLDER_AUTO_REPAIR: %w", err))
	}
	if text := get("POLDER_PPROF"); text != "" {
		if c.Pprof, err = strconv.ParseBool(text); err != nil {
			problems = append(problems, fmt.Errorf("POLDER_PPROF: %q is neither true nor false", text))
		}
	}
	return c, errors.Join(append(problems, c.login())...)
}

// login fills in the stores' login from the catalog's. Errors never show the URL: it holds
// a password.
func (c *Config) login() error {
	if c.CatalogURL == "" {
		return errors.New("POLDER_CATALOG_URL is not set: postgres://login:password@host:port/database")
	}
	at, err := url.Parse(c.CatalogURL)
	if err != nil || !strings.HasPrefix(at.Scheme, "postgres") {
		return errors.New("POLDER_CATALOG_URL is not a URL: write postgres://login:password@host:port/database")
	}
	if c.StoreLogin == "" {
		c.StoreLogin = at.User.Username()
		c.StorePassword, _ = at.User.Password()
	}
	return nil
}

func number(name, text string, otherwise int) (int, error) {
	return numberFrom(1, name, text, otherwise)
}

func numberFrom(least int, name, text string, otherwise int) (int, error) {
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least {
		return 0, fmt.Errorf("%s: %q is no whole number from %d on", name, text, least)
	}
	return n, nil
}
