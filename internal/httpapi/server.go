package httpapi

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/command"
	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/model"
	"github.com/polderhq/polder/internal/notify"
	"github.com/polderhq/polder/internal/observe"
	"github.com/polderhq/polder/internal/query"
	"github.com/polderhq/polder/internal/tenant"
	"github.com/polderhq/polder/internal/tracing"
)

// Keys finds who holds a token; *tenant.Directory is one.
type Keys interface {
	Authenticate(ctx context.Context, token string) (tenant.Principal, error)
}

// Budgets takes a request from an account's budget; *tenant.Budgets is one.
type Budgets interface {
	Take(a tenant.Account) error
}

// Commands runs commands; *command.Handler is one.
type Commands interface {
	Prepare(ctx context.Context, r command.Request) (*command.Prepared, error)
	Run(ctx context.Context, p *command.Prepared) (command.Result, error)
}

// Queries answers queries; *query.Handler is one.
type Queries interface {
	Handle(ctx context.Context, r query.Request) (query.Answer, error)
}

// Releases finds a release by its digest; *release.Library is one.
type Releases interface {
	Get(ctx context.Context, digest string) (*model.Release, error)
	// OnDrop has forget called when releases were dropped: what was made of them is to go as well.
	OnDrop(forget func(loaded func(digest string) bool))
}

// Events reads an account's events; *es.Store is one.
type Events interface {
	ReadStream(ctx context.Context, r es.StreamRange) ([]es.Event, error)
	ReadAccount(ctx context.Context, r es.AccountRange) ([]es.Event, error)
}

// Config says what the API serves from. Zero durations and numbers mean the defaults.
type Config struct {
	Keys     Keys
	Budgets  Budgets
	Commands Commands
	Queries  Queries
	Releases Releases
	Events   func(ctx context.Context, storeID string) (Events, error)
	Cursors  func(ctx context.Context, a tenant.Account) (query.Cursors, error) // how far the account's read models show its events
	Applied  *notify.Topic                                                      // signals that Cursors may have moved
	Registry *prometheus.Registry
	Ready    map[string]observe.Check
	Log      *zap.Logger
	Tracing  *tracing.Tracing // nil: nothing is traced
	Pprof    bool
	NewID    func() (uuid.UUID, error) // of commands and requests; nil: uuid.NewV7
	Clock    func() time.Time          // nil: time.Now

	RequestTimeout time.Duration // of a command or query; zero: 30 s
	Heartbeat      time.Duration // of notifications; zero: 15 s
	Subscribers    int           // open notification streams per account; zero: 100
	Batches        int           // batches at a time per account; zero: 4
	InFlight       int           // commands, queries and other short requests at a time; zero: 5,000
	BatchWindow    int           // commands of one batch at a time; zero: 32
}

// Limits of what a client may send.
const (
	maxBody    = 1 << 20 // of a command, a query, a row of a batch
	maxDepth   = 32      // of nested JSON
	maxHeader  = 64 << 10
	headerTime = 5 * time.Second
	bodyTime   = 30 * time.Second
	idleTime   = 2 * time.Minute
	writeTime  = 30 * time.Second // for a client to take an answer
)

func (c Config) withDefaults() Config {
	if c.NewID == nil {
		c.NewID = uuid.NewV7
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	defaultTo(&c.RequestTimeout, 30*time.Second)
	defaultTo(&c.Heartbeat, 15*time.Second)
	defaultTo(&c.Subscribers, 100)
	defaultTo(&c.Batches, 4)
	defaultTo(&c.InFlight, 5000)
	defaultTo(&c.BatchWindow, 32)
	return c
}

func defaultTo[T comparable](value *T, otherwise T) {
	var zero T
	if *value == zero {
		*value = otherwise
	}
}

// Server is the API, an http.Handler.
type Server struct {
	config      Config
	echo        *echo.Echo
	handler     http.Handler // echo, under a span where requests are traced
	metrics     *metrics
	subscribers *quota
	batches     *quota
	places      chan struct{} // one for each short request under way
	documents   *documents
	feeds       *feeds
	leaving     chan struct{} // closed by Leave
	draining    chan struct{} // closed by Drain
	leave       sync.Once
	drain       sync.Once
}

// New returns the API.
func New(c Config) *Server {
	c = c.withDefaults()
	s := &Server{
		config: c, echo: echo.New(), metrics: newMetrics(c.Registry, c.Clock), documents: newDocuments(),
		subscribers: newQuota(c.Subscribers), batches: newQuota(c.Batches), places: make(chan struct{}, c.InFlight),
		leaving: make(chan struct{}), draining: make(chan struct{}),
	}
	c.Releases.OnDrop(s.documents.forget)
	s.feeds = newFeeds(&s.config)
	s.echo.HTTPErrorHandler = s.answerError
	s.echo.IPExtractor = echo.ExtractIPDirect() // its default believes what any client says of its address
	s.echo.Pre(s.identify, s.patience, s.measure, s.log, s.recover)
	s.routes()
	s.handler = s.traced()
	return s
}

func (s *Server) routes() {
	e := s.echo
	e.GET("/healthz", echo.WrapHandler(observe.LiveHandler()))
	e.GET("/readyz", echo.WrapHandler(s.readyHandler()))
	e.GET("/metrics", echo.WrapHandler(observe.MetricsHandler(s.config.Registry)))
	if s.config.Pprof {
		e.GET("/debug/pprof/*", echo.WrapHandler(observe.PprofHandler()))
	}
	e.POST("/v1/commands", s.postCommand, s.admit, s.authenticate, s.spend)
	e.POST("/v1/commands/batch", s.postBatch, s.authenticate, s.spend)
	e.POST("/v1/queries", s.postQuery, s.admit, s.authenticate, s.spend)
	e.GET("/v1/notifications", s.getNotifications, s.authenticate, s.spend)
	e.GET("/v1/streams/:id", s.getStream, s.admit, s.authenticate, s.spend)
	e.GET("/v1/openapi.json", s.getOpenAPI, s.admit, s.authenticate, s.spend)
}

// ServeHTTP serves one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// HTTPServer returns a server with the API's limits, ready to Serve.
func (s *Server) HTTPServer() *http.Server {
	return &http.Server{
		Handler: s, ReadHeaderTimeout: headerTime, IdleTimeout: idleTime, MaxHeaderBytes: maxHeader,
		ErrorLog: zap.NewStdLog(s.config.Log),
	}
}

// Leave makes readiness fail; all else goes on. Leaving twice is fine.
func (s *Server) Leave() { s.leave.Do(func() { close(s.leaving) }) }

// Drain ends notifications and batches and takes no new ones, so that a shutdown need not
// wait for them; their clients go on elsewhere. Draining twice is fine.
func (s *Server) Drain() {
	s.Leave()
	s.drain.Do(func() { close(s.draining) })
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// readyHandler adds to the configured checks that the process is not going away.
func (s *Server) readyHandler() http.Handler {
	checks := map[string]observe.Check{"process": func(context.Context) error {
		if closed(s.leaving) {
			return errDraining
		}
		return nil
	}}
	for name, check := range s.config.Ready {
		checks[name] = check
	}
	return observe.ReadyHandler(checks)
}
