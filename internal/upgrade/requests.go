package upgrade

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/prometheus/client_golang/api"
	prometheus "github.com/prometheus/client_golang/api/prometheus/v1"
	"github.com/prometheus/common/model"

	"github.com/polderhq/polder/internal/fault"
)

// Requests are what the Prometheus that scrapes the api says of its requests.
type Requests struct {
	Selector string        // labels that tell this installation's api processes, as in namespace="polder"; empty: all are
	Errors   float64       // part of the requests that may be answered 5xx beyond what was before the run; zero: 0.01
	Slower   float64       // how many times the latency of before the run the 99th percentile may be; zero: 2
	Least    time.Duration // the shortest time that is looked at; zero: 1 min, four scrapes at the usual pace

	url string
	api prometheus.API
}

const (
	defaultErrors = 0.01
	defaultSlower = 2
	longestLook   = time.Hour
	// fastEnough is a latency that is no reason to wait, whatever was before: the buckets below are few.
	fastEnough = 100 * time.Millisecond
	askTimeout = 10 * time.Second
)

// NewRequests returns what the Prometheus at the URL says.
func NewRequests(url string) (*Requests, error) {
	client, err := api.NewClient(api.Config{Address: url})
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, "%q is no URL of a Prometheus", url)
	}
	return &Requests{url: url, api: prometheus.NewAPI(client)}, nil
}

// span is a time that is looked at.
type span struct {
	end    time.Time
	length time.Duration
}

// look is how long requests are looked at, where accounts are to be on the release for so long.
func (q *Requests) look(settle time.Duration) time.Duration {
	least := q.Least
	if least <= 0 {
		least = time.Minute
	}
	return min(max(settle, least), longestLook)
}

// against says what of the requests until now speaks against the next wave; empty: nothing. They
// are compared with as long a time before the run began.
func (q *Requests) against(ctx context.Context, began, now time.Time, look time.Duration) string {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	during, before := span{now, look}, span{began, look}
	for _, gate := range []func(context.Context, span, span) (string, error){q.errors, q.latency} {
		if text, err := gate(ctx, during, before); err != nil || text != "" {
			if err != nil {
				text = fmt.Sprintf("Prometheus at %s does not tell of requests: %v", q.url, err)
			}
			return text
		}
	}
	return ""
}

// errors compares the parts of requests that were answered 5xx.
func (q *Requests) errors(ctx context.Context, during, before span) (string, error) {
	const ratio = `(sum(rate(polder_api_requests_total{%[1]scode=~"5.."}[%[2]s])) or vector(0)) / sum(rate(polder_api_requests_total{%[1]s}[%[2]s]))`
	now, known, err := q.ask(ctx, ratio, during)
	if err != nil || !known {
		return "", err
	}
	was, _, err := q.ask(ctx, ratio, before)
	allowed := orDefault(q.Errors, defaultErrors)
	if err != nil || now-was <= allowed {
		return "", err
	}
	return fmt.Sprintf("%.1f %% of requests are answered 5xx, %.1f %% before the upgrade; %.1f %% more are allowed", 100*now, 100*was, 100*allowed), nil
}

// latency compares the 99th percentiles of commands and queries. Where nobody asked before, there
// is nothing to compare with.
func (q *Requests) latency(ctx context.Context, during, before span) (string, error) {
	const p99 = `histogram_quantile(0.99, sum by (le) (rate(polder_api_request_duration_seconds_bucket{%[1]s}[%[2]s])))`
	now, known, err := q.ask(ctx, p99, during)
	if err != nil || !known || now <= fastEnough.Seconds() {
		return "", err
	}
	was, known, err := q.ask(ctx, p99, before)
	allowed := orDefault(q.Slower, defaultSlower)
	if err != nil || !known || now <= allowed*was {
		return "", err
	}
	return fmt.Sprintf("requests take %.0f ms at p99, %.0f ms before the upgrade; %g times is allowed", 1000*now, 1000*was, allowed), nil
}

func orDefault(value, otherwise float64) float64 {
	if value <= 0 {
		return otherwise
	}
	return value
}

// ask evaluates the expression over the span; not known when there were no requests. What the
// Prometheus has never heard of is an error: it may be another one, or not reach the api.
func (q *Requests) ask(ctx context.Context, expression string, over span) (value float64, known bool, err error) {
	matcher := `route=~"/v1/(commands|queries).*",`
	if q.Selector != "" {
		matcher += strings.TrimSuffix(q.Selector, ",") + ","
	}
	text := fmt.Sprintf(expression, matcher, fmt.Sprintf("%dms", over.length.Milliseconds()))
	answer, _, _, err := q.api.Query(ctx, text, over.end)
	if err != nil {
		return 0, false, err
	}
	vector, ok := answer.(model.Vector)
	if ok && len(vector) == 1 {
		value = float64(vector[0].Value)
		return value, !math.IsNaN(value), nil
	}
	return 0, false, q.knows(ctx, matcher, over.end)
}

// knows is an error when no api was scraped within the longest look before the time.
func (q *Requests) knows(ctx context.Context, matcher string, at time.Time) error {
	answer, _, _, err := q.api.Query(ctx, fmt.Sprintf(`last_over_time(polder_api_requests_in_flight{%s}[1h])`, strings.SplitN(matcher, ",", 2)[1]), at)
	if vector, ok := answer.(model.Vector); err == nil && (!ok || len(vector) == 0) {
		err = fault.New(fault.NotFound, "it has no polder_api_requests_in_flight{%s}", q.Selector)
	}
	return err
}
