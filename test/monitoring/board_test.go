package monitoring_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

const boards = "../../helm/polder/dashboards"

// board is a dashboard as Grafana reads it, as far as it concerns tests.
type board struct {
	UID         string
	Title       string
	Description string
	Editable    *bool
	Panels      []boardPanel
	Templating  struct {
		List []struct {
			Name, Type, Definition string
			Datasource             source
		}
	}
	name string // of the file
}

type source struct{ Type, UID string }

type boardPanel struct {
	ID          int
	Type        string
	Title       string
	Description string
	Collapsed   bool
	Datasource  source
	GridPos     struct{ X, Y, W, H int }
	FieldConfig struct {
		Defaults struct {
			Unit       string
			Thresholds struct {
				Steps []struct {
					Color string
					Value *float64
				}
			}
		}
	}
	Transformations []struct {
		ID      string
		Options struct{ RenameByName map[string]string }
	}
	Targets []target
	Panels  []boardPanel
}

type target struct {
	RefID        string
	Expr         string
	LegendFormat string
	Instant      bool
	Datasource   source
}

func readBoards(t *testing.T) (all []board) {
	t.Helper()
	for _, path := range glob(t, boards+"/*.json") {
		b := board{name: strings.TrimSuffix(path[len(boards)+1:], ".json")}
		if err := json.Unmarshal([]byte(read(t, path)), &b); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		all = append(all, b)
	}
	if len(all) != 5 {
		t.Fatalf("%d dashboards, want 5", len(all))
	}
	return all
}

// all are the panels with those in rows.
func (b board) all() (panels []boardPanel) {
	for _, p := range b.Panels {
		if p.Type == "row" {
			panels = append(panels, p.Panels...)
			continue
		}
		panels = append(panels, p)
	}
	return panels
}

func TestDashboardsAreWellFormed(t *testing.T) {
	t.Parallel()
	uids := map[string]bool{}
	for _, b := range readBoards(t) {
		if uids[b.UID] || b.UID != "polder-"+b.name {
			t.Errorf("%s: uid %q", b.name, b.UID)
		}
		uids[b.UID] = true
		if b.Editable == nil || *b.Editable {
			t.Errorf("%s can be edited", b.name)
		}
		var variables []string
		for _, v := range b.Templating.List {
			variables = append(variables, v.Name+" "+v.Type)
		}
		if strings.Join(variables, ", ") != "datasource datasource, job query, pod query" {
			t.Errorf("%s has the variables %v", b.name, variables)
		}
		if n := len(b.all()); n > 20 {
			t.Errorf("%s has %d panels, 20 are the most", b.name, n)
		}
		wellPlaced(t, b)
		for _, p := range b.all() {
			wellFormed(t, b.name, p)
		}
	}
}

// wellPlaced requires unique ids, and panels that are on the grid and do not overlap; those of a row
// are below it.
func wellPlaced(t *testing.T, b board) {
	t.Helper()
	type cell struct{ x, y int }
	taken, ids := map[cell]string{}, map[int]bool{}
	var place func(panels []boardPanel)
	place = func(panels []boardPanel) {
		for _, p := range panels {
			at := p.GridPos
			if at.W < 1 || at.H < 1 || at.X < 0 || at.X+at.W > 24 || ids[p.ID] {
				t.Errorf("%s: %s is at %+v, with id %d", b.name, p.Title, at, p.ID)
			}
			ids[p.ID] = true
			for x := at.X; x < at.X+at.W; x++ {
				for y := at.Y; y < at.Y+at.H; y++ {
					if other := taken[cell{x, y}]; other != "" {
						t.Fatalf("%s: %s is on %s", b.name, p.Title, other)
					}
					taken[cell{x, y}] = p.Title
				}
			}
			if p.Type == "row" && (!p.Collapsed || len(p.Panels) == 0) {
				t.Errorf("%s: row %s is open, or empty", b.name, p.Title)
			}
			place(p.Panels)
		}
	}
	place(b.Panels)
}

var (
	counters = regexp.MustCompile(`\w+(_total|_bucket|_sum|_count)\{`)
	// rated is a counter under a function that takes resets into account.
	rated = regexp.MustCompile(`(rate|increase)\(\w+(_total|_bucket|_sum|_count)\{`)
	// scope is what every selector begins with.
	scope    = `{job=~"$job", pod=~"$pod"`
	selector = regexp.MustCompile(`\b(polder|process|go)_\w+\{`)
	window   = regexp.MustCompile(`\[(\$\w+|\d+[smhdwy]):?\]`)
)

func wellFormed(t *testing.T, name string, p boardPanel) {
	t.Helper()
	where := name + ", " + p.Title
	if p.Type != "stat" && p.Type != "timeseries" && p.Type != "table" {
		t.Errorf("%s is a %s", where, p.Type)
	}
	if p.Title == "" || len(p.Description) < 20 || p.FieldConfig.Defaults.Unit == "" || p.Datasource.UID != "${datasource}" || len(p.Targets) == 0 {
		t.Errorf("%s lacks a title, a description, a unit, the data source, or queries", where)
	}
	for _, q := range p.Targets {
		if q.Datasource.UID != "${datasource}" || p.Type == "timeseries" && q.LegendFormat == "" && len(p.Targets) > 1 {
			t.Errorf("%s: query %s lacks the data source or a legend", where, q.RefID)
		}
		if len(counters.FindAllString(q.Expr, -1)) != len(rated.FindAllString(q.Expr, -1)) {
			t.Errorf("%s: a counter that is under neither rate nor increase: %s", where, q.Expr)
		}
		if len(selector.FindAllString(q.Expr, -1)) != strings.Count(q.Expr, scope) {
			t.Errorf("%s: a selector without job and pod: %s", where, q.Expr)
		}
		for _, found := range window.FindAllStringSubmatch(q.Expr, -1) {
			if of := found[1]; of != "$__rate_interval" && of != "24h" {
				t.Errorf("%s: a window of %s: %s", where, of, q.Expr)
			}
		}
	}
}
