package platform

import (
	"context"
	"io"

	"github.com/polderhq/polder/cmd/dev/northwind"
)

// Import loads Northwind into a new account, one batch over HTTP, until all is visible.
func Import(ctx context.Context, out io.Writer) (map[string]float64, error) {
	return measure(ctx, out, func(m *machine) (map[string]float64, error) {
		key, err := m.account(ctx, "import")
		if err != nil {
			return nil, err
		}
		commands, err := northwind.Commands()
		if err != nil {
			return nil, err
		}
		var end northwind.Progress
		target := northwind.Target{URL: m.url, Key: key}
		last, err := northwind.Load(ctx, target, commands, func(p northwind.Progress) { end = p })
		if err != nil {
			return nil, err
		}
		return map[string]float64{"import.northwind_per_s": end.Rate()}, northwind.WaitVisible(ctx, target, last)
	})
}
