package tracing

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/exaring/otelpgx"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	api "go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"github.com/polderhq/polder/internal/fault"
)

// flushTime is how long Stop waits for the collector to take what is left.
const flushTime = 3 * time.Second

// mostLinks bounds the commands that one page or notification links to.
const mostLinks = 32

// Keys of what spans say.
const (
	accountKey = attribute.Key("polder.account_id")
	commandKey = attribute.Key("polder.command_id")
	streamKey  = attribute.Key("polder.stream_id")
	eventsKey  = attribute.Key("polder.events")
)

// Tracing is where a process sends its spans. The zero value and nil send nothing.
type Tracing struct {
	provider *trace.TracerProvider
}

// Start sends the spans of the named service to the collector at the endpoint,
// http://host:port, by OTLP over HTTP. Without an endpoint it sends nothing. A collector that
// is away loses spans and nothing else.
func Start(ctx context.Context, endpoint, service, version string) (*Tracing, error) {
	if endpoint == "" {
		return nil, nil
	}
	at, err := url.Parse(endpoint)
	if err != nil || at.Host == "" {
		return nil, fmt.Errorf("OTEL_EXPORTER_OTLP_ENDPOINT is a URL like http://collector:4318, not %q", endpoint)
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(at.JoinPath("v1/traces").String()))
	if err != nil {
		return nil, fmt.Errorf("tracing: %w", err)
	}
	return &Tracing{trace.NewTracerProvider(
		trace.WithBatcher(exporter), trace.WithIDGenerator(ids{}),
		trace.WithResource(resource.NewSchemaless(
			attribute.String("service.name", service), attribute.String("service.version", version))),
	)}, nil
}

// Stop sends what is left, for some seconds at most.
func (t *Tracing) Stop() {
	if t == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), flushTime)
	defer cancel()
	_ = t.provider.Shutdown(ctx) // spans that are lost are not worth an exit code
}

// On reports whether spans are sent anywhere.
func (t *Tracing) On() bool { return t != nil }

// Provider makes tracers of libraries; without an endpoint they do nothing.
func (t *Tracing) Provider() api.TracerProvider {
	if t == nil {
		return noop.NewTracerProvider()
	}
	return t.provider
}

// Statements traces statements that run for a span, by their text; nil when nothing is sent.
func (t *Tracing) Statements() pgx.QueryTracer {
	if t == nil {
		return nil
	}
	return otelpgx.NewTracer(otelpgx.WithTracerProvider(t.provider))
}

// Span is a piece of work that is under way. Nil is a piece of work that nobody follows.
type Span struct{ span api.Span }

// Start begins work for the account, as part of what the context is in.
func (t *Tracing) Start(ctx context.Context, name string, account uuid.UUID) (context.Context, *Span) {
	return t.start(ctx, name, accountKey.String(account.String()))
}

// StartGroup begins work for many accounts, as a trace of its own.
func (t *Tracing) StartGroup(ctx context.Context, name string) (context.Context, *Span) {
	return t.start(ctx, name)
}

// StartCommand begins a command, where Command finds it.
func (t *Tracing) StartCommand(ctx context.Context, name string, account, command uuid.UUID) (context.Context, *Span) {
	if t == nil {
		return ctx, nil
	}
	wished := context.WithValue(ctx, spanIDKey{}, spanOf(command))
	started, span := t.start(wished, name, accountKey.String(account.String()), commandKey.String(command.String()))
	return context.WithValue(started, spanIDKey{}, nil), span // the id is for one span
}

func (t *Tracing) start(ctx context.Context, name string, about ...attribute.KeyValue) (context.Context, *Span) {
	if t == nil {
		return ctx, nil
	}
	ctx, span := t.provider.Tracer("github.com/polderhq/polder").Start(ctx, name, api.WithAttributes(about...))
	return ctx, &Span{span}
}

// Link says that the work is also for what the context is in, or was.
func (s *Span) Link(other api.SpanContext) {
	if s != nil && other.IsValid() {
		s.span.AddLink(api.Link{SpanContext: other})
	}
}

// Context is where the span is, for links to it.
func (s *Span) Context() api.SpanContext {
	if s == nil {
		return api.SpanContext{}
	}
	return s.span.SpanContext()
}

// About names the stream that the work is about.
func (s *Span) About(stream uuid.UUID) {
	if s != nil {
		s.span.SetAttributes(streamKey.String(stream.String()))
	}
}

// Origin is the command that an event comes from.
type Origin struct{ Correlation, Command uuid.UUID }

// For says of how many events the work is, and links it to the commands that they come from.
func (s *Span) For(events int, origin func(i int) Origin) {
	if s == nil {
		return
	}
	s.span.SetAttributes(eventsKey.Int(events))
	seen := map[Origin]bool{}
	for i := 0; i < events && len(seen) < mostLinks; i++ {
		if o := origin(i); !seen[o] {
			seen[o] = true
			s.Link(Command(o.Correlation, o.Command))
		}
	}
}

// End ends the work. Of an error only its kind is said: its text may hold what a client sent.
func (s *Span) End(err error) {
	if s == nil {
		return
	}
	if err != nil {
		s.span.SetStatus(codes.Error, fault.KindOf(err).String())
	}
	s.span.End()
}
