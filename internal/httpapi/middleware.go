package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"
	"go.uber.org/zap"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/tenant"
)

// Keys under which middleware leaves things for what comes after.
const (
	requestIDKey = "request_id"
	principalKey = "principal"
	tokenKey     = "token"
	commandIDKey = "command_id"
)

func requestID(c echo.Context) string {
	id, _ := c.Get(requestIDKey).(string)
	return id
}

func principal(c echo.Context) tenant.Principal {
	p, _ := c.Get(principalKey).(tenant.Principal)
	return p
}

// identify gives the request an id, the client's own when it is a uuid.
func (s *Server) identify(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id, err := uuid.Parse(c.Request().Header.Get(echo.HeaderXRequestID))
		if err != nil {
			if id, err = s.config.NewID(); err != nil {
				return err
			}
		}
		c.Set(requestIDKey, id.String())
		c.Response().Header().Set(echo.HeaderXRequestID, id.String())
		return next(c)
	}
}

// patience bounds how long a client takes to take its answer, from the first byte on. Streams
// give each of their parts a time of its own, see timed.
func (s *Server) patience(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		control := http.NewResponseController(c.Response())
		_ = control.SetWriteDeadline(time.Time{}) // the time of the answer before it on the connection
		c.Response().Before(func() { _ = control.SetWriteDeadline(s.config.Clock().Add(writeTime)) })
		return next(c)
	}
}

// timed lets the client take at most d to take what write writes. Afterwards it has all the
// time again: over HTTP/2 a time that is left standing ends a stream that is only silent.
func (s *Server) timed(control *http.ResponseController, d time.Duration, write func() error) error {
	_ = control.SetWriteDeadline(s.config.Clock().Add(d))
	defer func() { _ = control.SetWriteDeadline(time.Time{}) }()
	return write()
}

// measure counts requests by route and code.
func (s *Server) measure(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := s.config.Clock()
		s.metrics.inFlight.Inc()
		defer s.metrics.inFlight.Dec()
		err := next(c)
		if err != nil {
			s.answerError(err, c) // so that the status is known here
		}
		s.metrics.observe(c, s.config.Clock().Sub(began))
		return nil
	}
}

// log writes a line per request, without payloads. Probes and scrapes are not worth one.
func (s *Server) log(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		began := s.config.Clock()
		err := next(c)
		if err != nil {
			s.answerError(err, c)
		}
		if strings.HasPrefix(c.Path(), "/v1/") {
			s.logRequest(c, s.config.Clock().Sub(began))
		}
		return nil
	}
}

func (s *Server) logRequest(c echo.Context, took time.Duration) {
	fields := []zap.Field{
		zap.String("request_id", requestID(c)), zap.String("method", c.Request().Method), zap.String("route", c.Path()),
		zap.Int("status", c.Response().Status), zap.Duration("duration", took),
	}
	if p := principal(c); p.KeyID != "" {
		fields = append(fields, zap.Stringer("account_id", p.Account.ID), zap.String("key_id", p.KeyID))
	}
	if id, ok := c.Get(commandIDKey).(uuid.UUID); ok {
		fields = append(fields, zap.Stringer("command_id", id))
	}
	s.config.Log.Info("request", fields...)
}

// recover turns a panic into an internal error. The stack is for the log.
func (s *Server) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			if r := recover(); r != nil {
				if cause, ok := r.(error); ok && errors.Is(cause, http.ErrAbortHandler) {
					panic(r) // how a handler tells net/http to cut the connection
				}
				err = fmt.Errorf("panic: %v\n%s", r, debug.Stack())
			}
		}()
		return next(c)
	}
}

// admit refuses what is more than the process can have under way, before anything is spent on it.
// Accounts' budgets add up to more than that, and a request that waits costs memory. Batches and
// notifications stay open for long, and have quotas.
func (s *Server) admit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		select {
		case s.places <- struct{}{}:
			defer func() { <-s.places }()
			return next(c)
		default:
			return fault.New(fault.Unavailable, "%d requests are under way here, which is the most; try again", cap(s.places)).After(time.Second)
		}
	}
}

// authenticate finds who holds the bearer token.
func (s *Server) authenticate(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		token, found := bearer(c.Request())
		if !found {
			return fault.New(fault.Unauthorized, "Send an API key: Authorization: Bearer <key>")
		}
		who, err := s.config.Keys.Authenticate(c.Request().Context(), token)
		if err != nil {
			return err
		}
		if err := who.Account.MayRead(); err != nil {
			return err
		}
		c.Set(principalKey, who)
		c.Set(tokenKey, token)
		return next(c)
	}
}

func bearer(r *http.Request) (string, bool) {
	scheme, token, found := strings.Cut(r.Header.Get(echo.HeaderAuthorization), " ")
	token = strings.TrimSpace(token)
	return token, found && strings.EqualFold(scheme, "bearer") && token != ""
}

// spend takes the request from the account's budget.
func (s *Server) spend(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := s.config.Budgets.Take(principal(c).Account); err != nil {
			s.metrics.throttled.inc(principal(c).Account.ID)
			return err
		}
		return next(c)
	}
}
