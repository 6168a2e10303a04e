// Command dashboards writes the dashboards of the chart, as JSON that Grafana reads. What is on
// them is in the file of each dashboard here; how it looks, and what all have in common, is in panel.go.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go run . ../polder/dashboards

func main() {
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "dashboards:", err)
		os.Exit(1)
	}
}

// write writes a file per dashboard.
func write(folder string) error {
	for _, b := range []board{overview(), eventStore(), projections(), upgrades(), postgresql()} {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false) // expressions have < and >
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(b.document()); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, b.name+".json"), text.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}
