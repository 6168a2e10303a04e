package httpapi

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/polderhq/polder/internal/query"
)

func (s *Server) postQuery(c echo.Context) error {
	sent, err := s.readEnvelope(c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.Request().Context(), s.config.RequestTimeout)
	defer cancel()
	answer, err := s.config.Queries.Handle(ctx, query.Request{Principal: principal(c), Name: sent.name, Body: sent.body})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, answer)
}
