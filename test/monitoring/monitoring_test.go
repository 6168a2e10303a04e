package monitoring_test

import "testing"

// TestMonitoring runs an installation that is well, and one for each thing that can go wrong, beside each other in front
// of one Prometheus.
func TestMonitoring(t *testing.T) {
	p := startPrometheus(t)
	t.Run("installations", func(t *testing.T) {
		t.Run(healthy, func(t *testing.T) {
			t.Parallel()
			testHealthy(t, p)
		})
		for _, s := range scenarios {
			t.Run(s.name(), func(t *testing.T) {
				t.Parallel()
				s.run(t, p)
			})
		}
	})
	t.Run("picture", func(t *testing.T) { testPicture(t, p) })
	t.Run("metrics", func(t *testing.T) { testMetrics(t, p) }) // of all of them
}
