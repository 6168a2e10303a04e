package northwind

import (
	"context"
	"io"
	"net/http"
)

// Target is the API that Northwind is loaded into, and a key of the account.
type Target struct {
	URL string // e.g. http://127.0.0.1:8080
	Key string
}

// Post sends a request with the key. The caller closes the response's body.
func (t Target) Post(ctx context.Context, path, contentType string, body io.Reader) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, t.URL+path, body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Authorization", "Bearer "+t.Key)
	request.Header.Set("Content-Type", contentType)
	return http.DefaultClient.Do(request)
}
