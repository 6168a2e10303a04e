package es_test

import (
	"testing"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/polderhq/polder/internal/es"
	"github.com/polderhq/polder/internal/pg"
)

func TestMetricsTellWhatHappened(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	registry := prometheus.NewRegistry()
	store := es.New(es.Config{Appender: w.db.Pool(t, pg.Appender), Reader: w.db.Pool(t, pg.API), Registry: registry})
	t.Cleanup(store.Close)
	counted := &world{store, w.db, w.account}
	a := w.write(uuid.New(), es.None(), 3)
	counted.mustAppend(t, a)
	counted.mustAppend(t, a)
	if _, err := store.Append(t.Context(), w.write(a.Writes[0].StreamID, es.None(), 1)); err == nil {
		t.Fatal("a second stream of the same id was stored")
	}
	got := map[string]float64{}
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families {
		for _, m := range family.Metric {
			got[family.GetName()] += m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	for name, want := range map[string]float64{
		"polder_store_appends_total": 1, "polder_store_events_total": 3, "polder_store_repeated_commands_total": 1,
		"polder_store_conflicts_total": 1, "polder_store_append_duration_seconds": 3, "polder_store_group_size": 3,
		"polder_store_oldest_append_seconds": 0, "polder_store_stale_memory_total": 0,
	} {
		if value, exported := got[name]; !exported || value != want {
			t.Errorf("%s is %v, want %v", name, value, want)
		}
	}
}
