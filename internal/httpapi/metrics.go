package httpapi

import (
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	requests  *prometheus.CounterVec
	duration  *prometheus.HistogramVec
	inFlight  prometheus.Gauge
	throttled *throttled
	clients   prometheus.Gauge
	rows      *prometheus.CounterVec
	repeated  prometheus.Counter
}

func newMetrics(registry *prometheus.Registry, clock func() time.Time) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "polder_api_requests_total", Help: "Requests that were answered.",
		}, []string{"route", "code"}),
		duration: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "polder_api_request_duration_seconds", Help: "Time from a request's header to the end of its answer; streams count when they end.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		}, []string{"route", "code"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "polder_api_requests_in_flight", Help: "Requests under way, streams included.",
		}),
		throttled: newThrottled(clock),
		clients: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "polder_api_sse_clients", Help: "Open notification streams.",
		}),
		rows: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "polder_api_batch_rows_total", Help: "Rows of command batches that were answered.",
		}, []string{"code"}),
		repeated: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "polder_api_repeated_commands_total", Help: "Commands that were sent again and answered as the first time, found in memory or in the store.",
		}),
	}
	registry.MustRegister(m.requests, m.duration, m.inFlight, m.throttled, m.clients, m.rows, m.repeated)
	return m
}

// observe counts an answered request. Its route is the pattern, so that no client can
// make up new label values.
func (m *metrics) observe(c echo.Context, took time.Duration) {
	route := c.Path()
	if route == "" {
		route = "unmatched"
	}
	code := strconv.Itoa(c.Response().Status)
	m.requests.WithLabelValues(route, code).Inc()
	m.duration.WithLabelValues(route, code).Observe(took.Seconds())
}
