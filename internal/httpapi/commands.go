package httpapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/polderhq/polder/internal/command"
	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/tracing"
)

const (
	idempotencyKey = "Idempotency-Key"
	correlationID  = "X-Correlation-Id"
	ifMatch        = "If-Match"
	replayed       = "Idempotent-Replayed" // "true" on the answer to a repeated command
)

// commandAnswer acknowledges a command that is stored.
type commandAnswer struct {
	CommandID      uuid.UUID                `json:"commandId"`
	SequenceNumber int64                    `json:"sequenceNumber"`
	Streams        []command.StreamPosition `json:"streams"`
}

func newCommandAnswer(r command.Result) commandAnswer {
	return commandAnswer{r.CommandID, r.SequenceNumber, r.Streams}
}

func (s *Server) postCommand(c echo.Context) error {
	request, err := s.commandRequest(c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), s.config.RequestTimeout)
	defer cancel()
	prepared, err := s.config.Commands.Prepare(ctx, request)
	if err != nil {
		return err
	}
	result, err := s.config.Commands.Run(ctx, prepared)
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set("ETag", `"`+strconv.Itoa(result.Streams[0].StreamRevision)+`"`)
	if result.Repeated {
		header.Set(replayed, "true")
		s.metrics.repeated.Inc()
	}
	return c.JSON(http.StatusOK, newCommandAnswer(result))
}

func (s *Server) commandRequest(c echo.Context) (command.Request, error) {
	request, err := s.commandHeaders(c)
	if err != nil {
		return command.Request{}, err
	}
	c.Set(commandIDKey, request.CommandID)
	sent, err := s.readEnvelope(c)
	request.Name, request.Body = sent.name, sent.body
	return request, err
}

// commandHeaders reads what a client says about a command in headers.
func (s *Server) commandHeaders(c echo.Context) (command.Request, error) {
	header := c.Request().Header
	request := command.Request{Principal: principal(c)}
	var err error
	if request.CommandID, err = headerID(header, idempotencyKey); err != nil {
		return request, err
	}
	if request.CommandID == uuid.Nil {
		if request.CommandID, err = s.config.NewID(); err != nil {
			return request, err
		}
	}
	if request.CorrelationID, err = headerID(header, correlationID); err != nil {
		return request, err
	}
	if request.CorrelationID == uuid.Nil {
		request.CorrelationID = tracing.Correlation(c.Request().Context())
	}
	expected, err := headerOnce(header, ifMatch)
	if err != nil {
		return request, err
	}
	request.ExpectedRevision, err = parseIfMatch(expected)
	return request, err
}

// parseID reads a uuid in its usual form, and not zero. Its error is Invalid.
func parseID(where, text string) (uuid.UUID, error) {
	id, err := uuid.Parse(text)
	if err != nil || len(text) != 36 || id == uuid.Nil {
		return uuid.Nil, fault.New(fault.Invalid, "%s is not a UUID like 0b81b458-7671-4e9b-844b-9934255f5406", where)
	}
	return id, nil
}

// parseIfMatch reads a revision as an entity tag: "3". Without one any revision will do.
func parseIfMatch(text string) (*int, error) {
	if text == "" {
		return nil, nil
	}
	inner, opened := strings.CutPrefix(text, `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	revision, err := strconv.ParseUint(inner, 10, 31)
	if !opened || !closed || err != nil {
		return nil, fault.New(fault.Invalid, `If-Match is not a revision in quotes, like "3"`)
	}
	expected := int(revision)
	return &expected, nil
}
