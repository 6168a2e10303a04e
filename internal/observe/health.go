package observe

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// readyTimeout bounds one readiness check; the orchestrator asks again.
const readyTimeout = 2 * time.Second

// Check says whether a part that requests need is there; nil means yes. Its error is shown to
// whoever asks for readiness, so it holds no secret.
type Check func(ctx context.Context) error

// LiveHandler answers that the process runs. It asks nothing of other systems: restarting
// this process would not mend them.
func LiveHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer(w, http.StatusOK, map[string]string{"status": "ok"})
	})
}

// ReadyHandler answers 200 when all checks pass, else 503 with what is missing, by name.
func ReadyHandler(checks map[string]Check) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
		defer cancel()
		status, result := http.StatusOK, map[string]string{"status": "ok"}
		for name, check := range checks {
			if err := check(ctx); err != nil {
				status, result["status"] = http.StatusServiceUnavailable, "unavailable"
				result[name] = err.Error()
			}
		}
		answer(w, status, result)
	})
}

func answer(w http.ResponseWriter, status int, body map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the asker has gone away
}

// Any passes as soon as one of the checks does. All are asked at once, so that one that hangs
// does not keep the others from being heard.
func Any(ctx context.Context, checks []Check) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make(chan error, len(checks))
	for _, check := range checks {
		go func() { results <- check(ctx) }()
	}
	var failed []error
	for range checks {
		err := <-results
		if err == nil {
			return nil
		}
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}
