package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/pg"
)

var errDraining = fault.New(fault.Unavailable, "This process is going away; try again").After(time.Second)

// statusClosed is logged, never sent: the client went away before its answer.
const statusClosed = 499

// statuses is the one table from kinds to status codes.
var statuses = [...]int{
	fault.Internal:     http.StatusInternalServerError,
	fault.Invalid:      http.StatusBadRequest,
	fault.Unauthorized: http.StatusUnauthorized,
	fault.Forbidden:    http.StatusForbidden,
	fault.NotFound:     http.StatusNotFound,
	fault.Conflict:     http.StatusConflict,
	fault.Precondition: http.StatusPreconditionFailed,
	fault.TooLarge:     http.StatusRequestEntityTooLarge,
	fault.Rejected:     http.StatusUnprocessableEntity,
	fault.Throttled:    http.StatusTooManyRequests,
	fault.Unavailable:  http.StatusServiceUnavailable,
}

// problem is an error as RFC 9457 has it.
type problem struct {
	Type      string         `json:"type"` // urn:polder:problem:<kind>
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Detail    string         `json:"detail"`
	Errors    []fault.Detail `json:"errors,omitempty"`
	RequestID string         `json:"requestId"`

	retryAfter time.Duration
}

// newProblem describes the error without its cause, which is for the log.
func newProblem(err error, requestID string) problem {
	var known *fault.Error
	var fromEcho *echo.HTTPError
	switch {
	case errors.As(err, &fromEcho):
		return problem{
			Type: fmt.Sprintf("urn:polder:problem:http_%d", fromEcho.Code), Title: http.StatusText(fromEcho.Code),
			Status: fromEcho.Code, Detail: echoDetail(fromEcho.Code), RequestID: requestID,
		}
	case !errors.As(classify(err), &known):
		known = fault.New(fault.Internal, "Something went wrong here; it was logged under this request's id")
	}
	status := statuses[known.Kind]
	return problem{
		Type: "urn:polder:problem:" + known.Kind.String(), Title: http.StatusText(status), Status: status,
		Detail: known.Message, Errors: known.Details, RequestID: requestID, retryAfter: known.RetryAfter,
	}
}

// classify gives errors of other packages their kind where they have one.
func classify(err error) error {
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		return fault.Wrap(err, fault.TooLarge, "The body is larger than %d bytes", tooLarge.Limit)
	}
	return pg.Fault(err)
}

func echoDetail(status int) string {
	switch status {
	case http.StatusNotFound:
		return "There is no such address in this API; see /v1/openapi.json"
	case http.StatusMethodNotAllowed:
		return "This address does not take this method; see /v1/openapi.json"
	}
	return http.StatusText(status)
}

// answerError writes the problem that an endpoint or the router returned, unless an
// answer has begun.
func (s *Server) answerError(err error, c echo.Context) {
	if c.Response().Committed {
		if newProblem(err, "").Status == http.StatusInternalServerError {
			s.config.Log.Error("answer broken off", zap.String("request_id", requestID(c)), zap.Error(err))
		}
		return
	}
	if errors.Is(err, context.Canceled) && c.Request().Context().Err() != nil {
		c.Response().Status = statusClosed
		return
	}
	p := newProblem(err, requestID(c))
	if p.Status >= http.StatusInternalServerError {
		s.config.Log.Error("request failed", zap.String("request_id", p.RequestID), zap.Int("status", p.Status), zap.Error(err))
	}
	header := c.Response().Header()
	if p.Status == http.StatusUnauthorized {
		header.Set(echo.HeaderWWWAuthenticate, `Bearer realm="polder"`)
	}
	if p.retryAfter > 0 {
		header.Set(echo.HeaderRetryAfter, strconv.Itoa(int(math.Ceil(p.retryAfter.Seconds()))))
	}
	header.Set(echo.HeaderContentType, "application/problem+json")
	c.Response().WriteHeader(p.Status)
	_ = json.NewEncoder(c.Response()).Encode(p) // the client went away
}
