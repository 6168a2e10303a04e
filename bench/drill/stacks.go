package drill

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime/pprof"
	"time"
)

// Stacks writes what the drill itself and each process are waiting for beside the logs, as far as they
// answer: when nothing goes on any more, that is what one wants to know.
func (s *Site) Stacks(ctx context.Context) {
	s.Say("what everybody waits for is in %s/*.stacks", s.Logs)
	if file, err := os.Create(filepath.Join(s.Logs, "drill.stacks")); err == nil {
		_ = pprof.Lookup("goroutine").WriteTo(file, 2)
		_ = file.Close()
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	for _, p := range s.Processes() {
		if text, err := p.stacks(ctx); err == nil {
			_ = os.WriteFile(filepath.Join(s.Logs, p.Name+".stacks"), text, 0o644)
		}
	}
}

func (p *Process) stacks(ctx context.Context) ([]byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL+"/debug/pprof/goroutine?debug=2", http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}
