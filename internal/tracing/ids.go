package tracing

import (
	"context"
	"crypto/rand"

	"github.com/google/uuid"
	"go.opentelemetry.io/otel/trace"
)

type (
	traceIDKey struct{}
	spanIDKey  struct{}
)

// InTrace makes the next trace that starts in the context the one with the correlation id. A
// trace that the caller brought is not left for it, and the zero id wishes for nothing.
func InTrace(ctx context.Context, correlation uuid.UUID) context.Context {
	return context.WithValue(ctx, traceIDKey{}, trace.TraceID(correlation))
}

// Correlation is the id of the context's trace, as a correlation id; zero without a trace.
func Correlation(ctx context.Context) uuid.UUID {
	return uuid.UUID(trace.SpanContextFromContext(ctx).TraceID())
}

// Command says where the span of a command is, from what its events carry. It is right for
// commands whose correlation id is their trace's, as it is unless a client sent both a trace
// and a correlation id of its own.
func Command(correlation, command uuid.UUID) trace.SpanContext {
	return trace.NewSpanContext(trace.SpanContextConfig{
		TraceID: trace.TraceID(correlation), SpanID: spanOf(command), TraceFlags: trace.FlagsSampled, Remote: true,
	})
}

// spanOf takes the half of a command's id that is random in every version of uuid.
func spanOf(command uuid.UUID) trace.SpanID { return trace.SpanID(command[8:]) }

// ids gives the ids that the context wishes for, and random ones otherwise.
type ids struct{}

func (g ids) NewIDs(ctx context.Context) (trace.TraceID, trace.SpanID) {
	id, _ := ctx.Value(traceIDKey{}).(trace.TraceID)
	for !id.IsValid() {
		_, _ = rand.Read(id[:]) // never fails: the runtime ends the process instead
	}
	return id, g.NewSpanID(ctx, id)
}

func (ids) NewSpanID(ctx context.Context, _ trace.TraceID) trace.SpanID {
	id, _ := ctx.Value(spanIDKey{}).(trace.SpanID)
	for !id.IsValid() {
		_, _ = rand.Read(id[:])
	}
	return id
}
