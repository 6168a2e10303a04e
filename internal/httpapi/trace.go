package httpapi

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/polderhq/polder/internal/tracing"
)

// traced makes each request of a client a trace, or a part of the one that it brings. A
// correlation id that the client chose is the trace's id, so that what comes later links to it.
func (s *Server) traced() http.Handler {
	if !s.config.Tracing.On() {
		return s.echo
	}
	s.echo.Use(nameSpan)
	follow := otelhttp.NewHandler(s.echo, "request",
		otelhttp.WithTracerProvider(s.config.Tracing.Provider()), otelhttp.WithPropagators(propagation.TraceContext{}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/v1/") {
			s.echo.ServeHTTP(w, r)
			return
		}
		chosen, _ := headerID(r.Header, correlationID) // a wrong one is refused where commands read it
		follow.ServeHTTP(w, r.WithContext(tracing.InTrace(r.Context(), chosen)))
	})
}

// nameSpan names the request's span by its route: ids in addresses would make names endless.
func nameSpan(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		span := trace.SpanFromContext(c.Request().Context())
		span.SetName(c.Request().Method + " " + c.Path())
		span.SetAttributes(attribute.String("http.route", c.Path()))
		return next(c)
	}
}
