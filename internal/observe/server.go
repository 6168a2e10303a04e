package observe

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/pprof"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// ServerConfig says what a process that has no API shows of itself.
type ServerConfig struct {
	Listen   string // host:port; port 0: any free one, see Server.Addr
	Registry *prometheus.Registry
	Ready    map[string]Check
	Pprof    bool // also serve /debug/pprof/; its pages show memory, keep them inside
}

// Server serves /metrics, /healthz and /readyz.
type Server struct {
	config ServerConfig
	http   *http.Server
	addr   net.Addr
	served chan struct{}
	stop   sync.Once
}

// NewServer returns a server; Start opens its port.
func NewServer(c ServerConfig) *Server {
	return &Server{config: c, http: &http.Server{Handler: mux(c), ReadHeaderTimeout: 5 * time.Second}}
}

// Start opens the port and serves until Stop. It fails when the port is taken.
func (s *Server) Start(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.config.Listen)
	if err != nil {
		return err
	}
	s.addr = listener.Addr()
	s.served = make(chan struct{})
	go func() {
		defer close(s.served)
		_ = s.http.Serve(listener) // always ErrServerClosed, after Stop
	}()
	return nil
}

// Addr returns the address that is served; nil before Start.
func (s *Server) Addr() net.Addr { return s.addr }

// Stop answers what was asked, then closes; when ctx ends first, it cuts off. Stopping twice is fine.
func (s *Server) Stop(ctx context.Context) error {
	var err error
	s.stop.Do(func() {
		if err = s.http.Shutdown(ctx); err != nil {
			err = errors.Join(err, s.http.Close())
		}
		if s.served != nil {
			<-s.served
		}
	})
	return err
}

func mux(c ServerConfig) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", MetricsHandler(c.Registry))
	mux.Handle("GET /healthz", LiveHandler())
	mux.Handle("GET /readyz", ReadyHandler(c.Ready))
	if c.Pprof {
		mux.Handle("/debug/pprof/", PprofHandler())
	}
	return mux
}

// PprofHandler serves Go's profiles below /debug/pprof/.
func PprofHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}
