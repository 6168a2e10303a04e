// Package tracing follows a command through the processes: the HTTP request, the group of
// appends that stores it, the page of a projector that applies its events, and the
// notification that tells of them.
//
//	request ─> command ─> append ══ group of appends        (one trace ═ links to others)
//	              ║          page of a projector ─> its statements
//	              ╚═════════ notification
//
// What works for many at once (a group, a page, a notification) is a trace of its own that
// links to the commands it works for. No link is stored for that: a command's events carry
// its ids, and the ids of its span follow from them. The trace's id is the correlation id,
// and the span's id is in the command's id; see Command.
//
// A span says which account, stream and command it is about and how many events. It never
// carries payloads, parameters of statements, keys or logins.
//
// Tracing is off unless the standard variable OTEL_EXPORTER_OTLP_ENDPOINT names a collector;
// the other OTEL_ variables (sampler, headers, time-outs) count as the OpenTelemetry SDK
// describes them.
package tracing
