package httpapi

import (
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/polderhq/polder/internal/fault"
	"github.com/polderhq/polder/internal/model/expr"
)

// headerOnce returns a header that has one value if it is there, and empty if it is not. One
// that is sent without a value is a client's mistake: to take an empty Idempotency-Key for
// none would carry a command out twice. Its error is Invalid.
func headerOnce(h http.Header, name string) (string, error) {
	values := h.Values(name)
	switch {
	case len(values) == 0:
		return "", nil
	case len(values) > 1:
		return "", fault.New(fault.Invalid, "%s is sent twice; send it once", name)
	case strings.TrimSpace(values[0]) == "":
		return "", fault.New(fault.Invalid, "%s is empty; leave it out or give it a value", name)
	}
	return values[0], nil
}

// headerID returns the uuid in a header, and zero when the header is not there.
func headerID(h http.Header, name string) (uuid.UUID, error) {
	text, err := headerOnce(h, name)
	if err != nil || text == "" {
		return uuid.Nil, err
	}
	return parseID(name, text)
}

// refuseEncoding refuses a body that is compressed, before it is read as something it is not.
func refuseEncoding(h http.Header) error {
	if encoding := h.Get(echo.HeaderContentEncoding); encoding != "" && encoding != "identity" {
		return fault.New(fault.Invalid, "Content-Encoding %.80q is not understood; send the body as it is", encoding)
	}
	return nil
}

// refuseUnknownParameters refuses what stands behind the ? of an address and would have no
// effect: a client that asks for ?limit=5 shall not take 100 for all there is.
func refuseUnknownParameters(c echo.Context, known ...string) error {
	for name, values := range c.QueryParams() {
		if !slices.Contains(known, name) {
			return fault.New(fault.Invalid, "There is no parameter %.80q here%s", name, expr.Known(name, known))
		}
		if len(values) > 1 && name != projectionsParameter {
			return fault.New(fault.Invalid, "?%s= is given twice; give it once", name)
		}
	}
	return nil
}
