package main

import (
	"strings"
	"testing"
	"time"
)

func environment(pairs ...string) func(string) string {
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return values[name] }
}

func TestConfigDefaults(t *testing.T) {
	t.Parallel()
	c, err := FromEnvironment(environment("POLDER_CATALOG_URL", "postgres://api:secret@db/polder"))
	if err != nil || c.StoreLogin != "api" || c.StorePassword != "secret" || c.Listen != defaultListen || c.Pprof || c.DrainDelay != 0 {
		t.Errorf("%+v, error %v", c, err)
	}
	c, err = FromEnvironment(environment("POLDER_CATALOG_URL", "postgres://api:secret@db/polder", "POLDER_STORE_LOGIN", "other",
		"POLDER_PPROF", "true", "POLDER_DRAIN_DELAY", "5s", "POLDER_LISTEN", ":80"))
	if err != nil || c.StoreLogin != "other" || c.StorePassword != "" || !c.Pprof || c.DrainDelay != 5*time.Second || c.Listen != ":80" {
		t.Errorf("%+v, error %v", c, err)
	}
}

func TestConfigSaysAllThatIsWrongAndNoSecret(t *testing.T) {
	t.Parallel()
	_, err := FromEnvironment(environment("POLDER_CATALOG_URL", "postgres://api:secret@db:port/polder", "POLDER_PPROF", "perhaps", "POLDER_DRAIN_DELAY", "5"))
	for _, name := range []string{"POLDER_CATALOG_URL", "POLDER_PPROF", "POLDER_DRAIN_DELAY"} {
		if err == nil || !strings.Contains(err.Error(), name) || strings.Contains(err.Error(), "secret") {
			t.Errorf("error = %v, want it to name %s and no password", err, name)
		}
	}
	for _, url := range []string{"", "postgres://db/polder"} {
		if _, err := FromEnvironment(environment("POLDER_CATALOG_URL", url)); err == nil {
			t.Errorf("%q is taken", url)
		}
	}
}
