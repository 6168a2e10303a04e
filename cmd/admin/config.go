package main

import (
	"fmt"
	"net/url"
	"os"
	"os/user"
	"strings"

	"github.com/polderhq/polder/internal/fault"
)

const environmentHelp = `Settings come from the environment or from --env-file:
  POLDER_CATALOG_URL     postgres://login:password@host:port/database of the catalog
  POLDER_STORE_LOGIN     login for stores (default: the catalog's)
  POLDER_STORE_PASSWORD  its password (default: the catalog's)
  POLDER_MIGRATE_LOGIN   login for migrations, where another may create roles (default: the store's)
  POLDER_MIGRATE_PASSWORD
  POLDER_URL             base URL of the API, for import
  POLDER_API_KEY         API key, for import
  POLDER_PROMETHEUS_URL  the Prometheus that scrapes the api, for upgrade run
  POLDER_ACTOR           who acts, for the audit log
  POLDER_RECEIPT_KEY_FILE  PEM file with the Ed25519 private key that signs receipts of erased accounts
`

// config is what the environment says. A setting that a command needs and that is missing
// is an error when it is needed, so that import works without a catalog.
type config struct {
	catalogURL    string
	store         *url.Userinfo // login for stores; nil: the catalog's
	migrate       *url.Userinfo // login for migrations; nil: the one of the database at hand
	apiURL        string
	apiKey        string
	prometheusURL string
	actor         string
	receiptKey    string // file
}

func (a *app) configure() error {
	if a.flags.output != "table" && a.flags.output != "json" {
		given := a.flags.output
		a.flags.output = "table"
		return fault.New(fault.Invalid, "--output is table or json, not %q", given)
	}
	file, err := readEnvFile(a.flags.envFile)
	if err != nil {
		return err
	}
	get := func(name string) string {
		if value, ok := file[name]; ok {
			return value
		}
		return a.Env(name)
	}
	a.config = config{
		catalogURL:    get("POLDER_CATALOG_URL"),
		store:         userinfo(get("POLDER_STORE_LOGIN"), get("POLDER_STORE_PASSWORD")),
		migrate:       userinfo(get("POLDER_MIGRATE_LOGIN"), get("POLDER_MIGRATE_PASSWORD")),
		apiURL:        get("POLDER_URL"),
		apiKey:        get("POLDER_API_KEY"),
		prometheusURL: get("POLDER_PROMETHEUS_URL"),
		receiptKey:    get("POLDER_RECEIPT_KEY_FILE"),
		actor:         firstNonEmpty(a.flags.actor, get("POLDER_ACTOR"), systemUser()),
	}
	return nil
}

func userinfo(login, password string) *url.Userinfo {
	switch {
	case login == "":
		return nil
	case password == "":
		return url.User(login)
	}
	return url.UserPassword(login, password)
}

func systemUser() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

func firstNonEmpty(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}

// readEnvFile reads KEY=VALUE lines as a shell would source them: comments, an optional
// "export ", and single or double quotes around the value; nothing is expanded.
func readEnvFile(path string) (map[string]string, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, advise(fault.Wrap(err, fault.Invalid, "The file of settings cannot be read"), path, "check --env-file")
	}
	settings := map[string]string{}
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		line = strings.TrimPrefix(strings.TrimSpace(line), "export ")
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		if !ok {
			return nil, advise(fault.New(fault.Invalid, "A line of settings is not KEY=VALUE"),
				fmt.Sprintf("%s:%d", path, number), "correct the line or make it a comment with #")
		}
		settings[key] = unquote(value)
	}
	return settings, nil
}

func unquote(value string) string {
	if n := len(value); n >= 2 && value[0] == value[n-1] && (value[0] == '\'' || value[0] == '"') {
		return value[1 : n-1]
	}
	return value
}
