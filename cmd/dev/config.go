package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
)

// Ports that are used when the environment names none and they are free.
const (
	defaultAPIPort       = 8080
	defaultProjectorPort = 8081
)

// config says where and how the platform runs.
type config struct {
	Dir           string    // for data, logs and dev.env
	Bin           string    // folder of the api and projector binaries
	APIPort       int       // zero: 8080, or a free one when that is taken
	ProjectorPort int       // zero: 8081, or a free one when that is taken
	PGPort        int       // zero: any free one
	Out           io.Writer // for people
}

// newConfig takes the binaries from beside this one.
func newConfig(dir string, out io.Writer) (config, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return config{}, err
	}
	self, err := os.Executable()
	return config{Dir: dir, Bin: filepath.Dir(self), Out: startOutput(out)}, err
}

// readPorts takes the ports from the environment.
func (c *config) readPorts() (err error) {
	for name, port := range map[string]*int{"API_PORT": &c.APIPort, "PROJECTOR_PORT": &c.ProjectorPort, "PG_PORT": &c.PGPort} {
		if *port, err = portFrom(name); err != nil {
			return err
		}
	}
	return nil
}

func portFrom(name string) (int, error) {
	text := os.Getenv(name)
	if text == "" {
		return 0, nil
	}
	port, err := strconv.Atoi(text)
	if err != nil || port < 1 || port > 65535 {
		return 0, fmt.Errorf("%s=%s is not a port (1 to 65535)", name, text)
	}
	return port, nil
}

func (c config) path(name string) string { return filepath.Join(c.Dir, name) }

func (c config) say(format string, args ...any) { fmt.Fprintf(c.Out, format+"\n", args...) }
