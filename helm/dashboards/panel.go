package main

import (
	"regexp"
	"strings"
)

// board is a dashboard: panels that are seen at once, and details below that are opened.
type board struct {
	name, title, about string
	panels             []panel
	details            []panel
}

// panel is one of three kinds: a stat is a number that says whether something is wrong, a series
// says since when, a table says for whom.
type panel struct {
	kind         string
	title, about string
	unit         string
	width        int
	queries      []query
	warn, bad    float64           // of a stat: from where on it is orange and red; zero: it is no judgement
	columns      map[string]string // of a table: names of columns by label or query
}

// query is an expression in which every metric has braces, {} at least: the matchers of job and
// pod are put there.
type query struct{ expr, legend string }

// The widths of panels; a dashboard has 24 columns.
const (
	quarter, third, half, full = 6, 8, 12, 24
)

func stat(title, about, unit, expr string) panel {
	return panel{kind: "stat", title: title, about: about, unit: unit, width: 4, queries: []query{{expr, ""}}}
}

// judged colours a stat from the values on.
func (p panel) judged(warn, bad float64) panel {
	p.warn, p.bad = warn, bad
	return p
}

func series(title, about, unit string, queries ...query) panel {
	return panel{kind: "timeseries", title: title, about: about, unit: unit, width: third, queries: queries}
}

func table(title, about, unit string, columns map[string]string, exprs ...string) panel {
	p := panel{kind: "table", title: title, about: about, unit: unit, width: half, columns: columns}
	for _, expr := range exprs {
		p.queries = append(p.queries, query{expr, ""})
	}
	return p
}

func (p panel) wide(width int) panel {
	p.width = width
	return p
}

func (p panel) height() int {
	switch p.kind {
	case "stat":
		return 4
	case "table":
		return 7
	}
	return 8
}

type object = map[string]any

var braces = regexp.MustCompile(`\{\s*`)

// scoped puts the matchers of the variables into an expression.
func scoped(expr string) string {
	expr = braces.ReplaceAllString(expr, `{job=~"$$job", pod=~"$$pod", `)
	return strings.ReplaceAll(expr, ", }", "}")
}

// source is the one data source, which whoever looks chooses.
func source() object { return object{"type": "prometheus", "uid": "${datasource}"} }

func (p panel) document(id int, at object) object {
	defaults := object{"unit": p.unit, "custom": object{}}
	doc := object{
		"id": id, "type": p.kind, "title": p.title, "description": p.about, "datasource": source(), "gridPos": at,
		"fieldConfig": object{"defaults": defaults, "overrides": []any{}},
		"targets":     p.targets(),
	}
	switch p.kind {
	case "stat":
		defaults["color"], defaults["thresholds"] = object{"mode": "thresholds"}, p.thresholds()
		doc["options"] = object{"colorMode": "background", "graphMode": "area", "justifyMode": "auto", "orientation": "auto",
			"textMode": "auto", "reduceOptions": object{"calcs": []string{"lastNotNull"}, "fields": "", "values": false}}
	case "timeseries":
		defaults["min"] = 0
		defaults["color"] = object{"mode": "palette-classic"}
		defaults["custom"] = object{"drawStyle": "line", "lineWidth": 1, "fillOpacity": 10, "showPoints": "never", "spanNulls": false}
		doc["options"] = object{"legend": object{"displayMode": "list", "placement": "bottom", "showLegend": true, "calcs": []string{}},
			"tooltip": object{"mode": "multi", "sort": "desc"}}
	case "table":
		names := object{}
		for from, to := range p.columns {
			names[from] = to
		}
		doc["options"] = object{"showHeader": true, "cellHeight": "sm"}
		doc["transformations"] = []object{
			{"id": "merge", "options": object{}},
			{"id": "organize", "options": object{"excludeByName": object{"Time": true}, "indexByName": object{}, "renameByName": names}},
		}
	}
	return doc
}

// thresholds are blue where a stat does not judge.
func (p panel) thresholds() object {
	if p.warn == 0 && p.bad == 0 {
		return object{"mode": "absolute", "steps": []object{{"color": "blue", "value": nil}}}
	}
	steps := []object{{"color": "green", "value": nil}}
	if p.warn != p.bad {
		steps = append(steps, object{"color": "orange", "value": p.warn})
	}
	return object{"mode": "absolute", "steps": append(steps, object{"color": "red", "value": p.bad})}
}

func (p panel) targets() (targets []object) {
	for i, q := range p.queries {
		t := object{"refId": string(rune('A' + i)), "datasource": source(), "editorMode": "code", "expr": scoped(q.expr), "legendFormat": q.legend}
		if p.kind == "table" {
			t["instant"], t["range"], t["format"] = true, false, "table"
		} else {
			t["instant"], t["range"], t["format"] = false, true, "time_series"
		}
		targets = append(targets, t)
	}
	return targets
}

// grid places panels one after another, row by row.
type grid struct{ x, y, row, id int }

func (g *grid) place(p panel) object {
	if g.x+p.width > full {
		g.wrap()
	}
	at := object{"x": g.x, "y": g.y, "w": p.width, "h": p.height()}
	g.x, g.row, g.id = g.x+p.width, max(g.row, p.height()), g.id+1
	return p.document(g.id, at)
}

func (g *grid) wrap() { g.x, g.y, g.row = 0, g.y+g.row, 0 }

func (b board) document() object {
	var all []object
	g := &grid{}
	for _, p := range b.panels {
		all = append(all, g.place(p))
	}
	if len(b.details) > 0 {
		g.wrap()
		g.id++
		row := object{"id": g.id, "type": "row", "title": "Details", "collapsed": true, "gridPos": object{"x": 0, "y": g.y, "w": full, "h": 1}}
		g.y++
		var inside []object
		for _, p := range b.details {
			inside = append(inside, g.place(p))
		}
		row["panels"] = inside
		all = append(all, row)
	}
	return object{
		"uid": "polder-" + b.name, "title": "Polder / " + b.title, "description": b.about, "tags": []string{"polder"},
		"schemaVersion": 39, "version": 1, "editable": false, "graphTooltip": 1, "refresh": "30s", "timezone": "browser",
		"time": object{"from": "now-1h", "to": "now"}, "annotations": object{"list": []any{}}, "panels": all,
		"links": []object{{"type": "dashboards", "title": "Polder", "tags": []string{"polder"}, "asDropdown": false, "includeVars": true, "keepTime": true}},
		"templating": object{"list": []object{
			{"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "current": object{}},
			variable("job", "Job", `label_values(polder_build_info, job)`),
			variable("pod", "Pod", `label_values(polder_build_info{job=~"$job"}, pod)`),
		}},
	}
}

// variable is a choice of one or several values of a label. All of them includes series without
// the label, as those of processes outside Kubernetes are without a pod.
func variable(name, label, values string) object {
	return object{"name": name, "label": label, "type": "query", "datasource": source(), "definition": values,
		"query": object{"query": values, "refId": name}, "refresh": 2, "sort": 1, "multi": true, "includeAll": true, "allValue": ".*",
		"current": object{"text": []string{"All"}, "value": []string{"$__all"}}}
}
