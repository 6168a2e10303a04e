package monitoring_test

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The size of a picture: 24 columns as Grafana has them, and rows of its height.
const (
	pictureWidth = 1440
	column       = pictureWidth / 24
	rowHeight    = 34
	gap          = 6
)

// page is a dashboard as HTML, drawn as Grafana would lay it out, details opened.
var page = template.Must(template.New("page").Parse(`<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #111217; color: #ccccdc; font: 12px "DejaVu Sans", sans-serif; width: {{.Width}}px; height: {{.Height}}px; position: relative; overflow: hidden }
h1 { font-size: 17px; font-weight: normal; margin: 0; padding: 11px 12px 0 }
h1 small { color: #8e8e99; font-size: 12px; padding-left: 10px }
.panel { position: absolute; background: #181b1f; border: 1px solid #26282e; border-radius: 2px; box-sizing: border-box; overflow: hidden }
.panel h2 { font-size: 12.5px; font-weight: bold; margin: 0; padding: 5px 8px 2px; white-space: nowrap }
.row { position: absolute; font-size: 14px; padding: 8px 10px; color: #ccccdc }
.stat { display: flex; flex-direction: column; border: 0; color: #fff }
.stat b { flex: 1; display: flex; align-items: center; justify-content: center; font-size: 38px; font-weight: normal; padding-bottom: 12px }
.legend { padding: 0 8px; height: 15px; overflow: hidden; font-size: 10.5px; white-space: nowrap }
.legend i { display: inline-block; width: 11px; height: 3px; margin: 0 4px 3px 0 }
.legend span { margin-right: 10px; color: #b9b9c4 }
table { border-collapse: collapse; margin: 2px 8px; font-size: 11.5px; width: calc(100% - 16px) }
th { text-align: left; color: #6e9fff; font-weight: normal; border-bottom: 1px solid #33363d; padding: 3px 8px 3px 0; white-space: nowrap }
td { border-bottom: 1px solid #24262b; padding: 3px 8px 3px 0; white-space: nowrap; max-width: 330px; overflow: hidden; text-overflow: ellipsis }
.none { color: #8e8e99; text-align: center; padding-top: 50px }
svg text { fill: #9a9aa6; font-size: 10px }
</style><h1>{{.Title}}<small>{{.About}}</small></h1>{{range .Panels}}{{.}}{{end}}`))

// colours are those of Grafana's classic palette.
var colours = []string{"#73bf69", "#f2cc0c", "#5794f2", "#ff780a", "#ff7383", "#8ab8ff", "#b877d9", "#56a64b", "#fade2a", "#e0b400"}

// statColours are those of thresholds.
var statColours = map[string]string{"green": "#37872d", "orange": "#c4620c", "red": "#c4162a", "blue": "#1f60c4"}

// drawing is a dashboard with its answers.
type drawing struct {
	board      board
	answers    map[int][][]series // by panel and query
	begin, end time.Time
}

// html is the dashboard as a page, and how high that is.
func (d drawing) html() (text string, height int, err error) {
	var panels []template.HTML
	bottom := 0
	for _, p := range d.board.Panels {
		panels = append(panels, d.panel(p))
		bottom = max(bottom, p.GridPos.Y+p.GridPos.H)
		for _, inside := range p.Panels {
			panels = append(panels, d.panel(inside))
			bottom = max(bottom, inside.GridPos.Y+inside.GridPos.H)
		}
	}
	height = top + bottom*rowHeight + gap
	var out strings.Builder
	err = page.Execute(&out, map[string]any{"Title": d.board.Title, "About": d.board.Description, "Panels": panels, "Width": pictureWidth, "Height": height})
	return out.String(), height, err
}

// top is where panels begin, below the title.
const top = 40

func (d drawing) panel(p boardPanel) template.HTML {
	at := p.GridPos
	w, h := at.W*column-gap, at.H*rowHeight-gap
	style := fmt.Sprintf("left:%dpx;top:%dpx;width:%dpx;height:%dpx", at.X*column+gap/2, top+at.Y*rowHeight, w, h)
	title := template.HTMLEscapeString(p.Title)
	switch p.Type {
	case "row":
		return template.HTML(fmt.Sprintf(`<div class="row" style="%s">▾ %s</div>`, style, title))
	case "stat":
		value, known := lastOf(d.answers[p.ID])
		text := "No data"
		if known {
			text = quantity(value, p.FieldConfig.Defaults.Unit)
		}
		return template.HTML(fmt.Sprintf(`<div class="panel stat" style="%s;background:%s"><h2>%s</h2><b>%s</b></div>`, style, statColours[p.colour(value)], title, text))
	case "table":
		return template.HTML(fmt.Sprintf(`<div class="panel" style="%s"><h2>%s</h2>%s</div>`, style, title, d.table(p)))
	}
	return template.HTML(fmt.Sprintf(`<div class="panel" style="%s"><h2>%s</h2>%s</div>`, style, title, d.lines(p, w, h-28)))
}

// colour is that of the last threshold that the value reaches.
func (p boardPanel) colour(value float64) string {
	colour := "green"
	for _, s := range p.FieldConfig.Defaults.Thresholds.Steps {
		if s.Value == nil || value >= *s.Value {
			colour = s.Color
		}
	}
	return colour
}

// lastOf is the newest number of the answers.
func lastOf(answers [][]series) (value float64, known bool) {
	for _, lines := range answers {
		for _, line := range lines {
			for _, s := range line.Values {
				if v, err := strconv.ParseFloat(s.value(), 64); err == nil && !math.IsNaN(v) {
					value, known = v, true
				}
			}
		}
	}
	return value, known
}

// line is one of a chart.
type line struct {
	name   string
	points [][2]float64 // seconds since 1970, value
	breaks []bool       // nothing is known between the point before and this one
}

func (d drawing) linesOf(p boardPanel) (lines []line) {
	for q, answer := range d.answers[p.ID] {
		for _, s := range answer {
			l := line{name: legend(p.Targets[q].LegendFormat, s.Metric)}
			last := 0.0
			for _, sample := range s.Values {
				at, _ := sample[0].(float64)
				v, err := strconv.ParseFloat(sample.value(), 64)
				if err == nil && !math.IsNaN(v) {
					l.points = append(l.points, [2]float64{at, v})
					l.breaks = append(l.breaks, at-last > 6)
					last = at
				}
			}
			if len(l.points) > 0 {
				lines = append(lines, l)
			}
		}
	}
	return lines
}

// lines is a chart of w by h with its axes and its legend.
func (d drawing) lines(p boardPanel, w, h int) string {
	lines := d.linesOf(p)
	if len(lines) == 0 {
		return `<div class="none">No data</div>`
	}
	const left, bottom, legendHeight = 62, 18, 17
	most := 0.0
	for _, l := range lines {
		for _, point := range l.points {
			most = max(most, point[1])
		}
	}
	step := tidy(most / 4)
	if p.FieldConfig.Defaults.Unit == "bytes" {
		unit := math.Pow(1024, math.Floor(math.Log2(max(most/4, 1))/10))
		step = tidy(most/4/unit) * unit
	}
	most = step * math.Ceil(max(most, step)/step*0.999)
	plotW, plotH := float64(w-left-12), float64(h-bottom-legendHeight-8)
	x := func(at float64) float64 {
		return left + plotW*(at-float64(d.begin.Unix()))/d.end.Sub(d.begin).Seconds()
	}
	y := func(v float64) float64 { return 6 + plotH*(1-v/most) }
	var svg strings.Builder
	fmt.Fprintf(&svg, `<svg width="%d" height="%d">`, w, h-legendHeight)
	for v := 0.0; v <= most*1.001; v += step {
		fmt.Fprintf(&svg, `<path d="M%d %.1fH%d" stroke="#2a2d33"/><text x="%d" y="%.1f" text-anchor="end">%s</text>`, left, y(v), w-12, left-6, y(v)+3.5, quantity(v, p.FieldConfig.Defaults.Unit))
	}
	every := 10 * time.Second
	for plotW*every.Seconds()/d.end.Sub(d.begin).Seconds() < 70 { // as wide as a label
		every *= 2
	}
	for at := d.begin.Truncate(every).Add(every); at.Before(d.end); at = at.Add(every) {
		label := at.UTC().Format("15:04:05")
		if x(float64(at.Unix())) > float64(w-30) {
			label = ""
		}
		fmt.Fprintf(&svg, `<path d="M%.1f 6V%.1f" stroke="#22252b"/><text x="%.1f" y="%d" text-anchor="middle">%s</text>`,
			x(float64(at.Unix())), 6+plotH, x(float64(at.Unix())), h-legendHeight-4, label)
	}
	for n, l := range lines {
		var path strings.Builder
		for i, point := range l.points {
			command := "L"
			if l.breaks[i] {
				command = "M"
			}
			fmt.Fprintf(&path, "%s%.1f %.1f", command, x(point[0]), y(point[1]))
		}
		fmt.Fprintf(&svg, `<path d="%s" fill="none" stroke="%s" stroke-width="1.4"/>`, path.String(), colours[n%len(colours)])
	}
	svg.WriteString(`</svg><div class="legend">`)
	for n, l := range lines {
		fmt.Fprintf(&svg, `<span><i style="background:%s"></i>%s</span>`, colours[n%len(colours)], template.HTMLEscapeString(l.name))
	}
	svg.WriteString(`</div>`)
	return svg.String()
}

// legend puts labels into a format like "p99 {{store}}".
func legend(format string, labels map[string]string) string {
	if format == "" {
		return "value"
	}
	for name, value := range labels {
		format = strings.ReplaceAll(format, "{{"+name+"}}", value)
	}
	return format
}

// table merges the answers of a table's queries by their labels.
func (d drawing) table(p boardPanel) string {
	names := map[string]string{}
	for _, t := range p.Transformations {
		for from, to := range t.Options.RenameByName {
			names[from] = to
		}
	}
	var labels []string
	rows, keys := map[string][]string{}, []string{}
	for q, answer := range d.answers[p.ID] {
		for _, s := range answer {
			if labels == nil {
				for name := range s.Metric {
					labels = append(labels, name)
				}
				slices.Sort(labels)
			}
			var cells []string
			for _, name := range labels {
				cells = append(cells, s.Metric[name])
			}
			key := strings.Join(cells, "\x00")
			if rows[key] == nil {
				rows[key] = append(cells, make([]string, len(d.answers[p.ID]))...)
				keys = append(keys, key)
			}
			v, _ := strconv.ParseFloat(s.Value.value(), 64)
			rows[key][len(labels)+q] = quantity(v, p.FieldConfig.Defaults.Unit)
		}
	}
	if len(keys) == 0 {
		return `<div class="none">No data</div>`
	}
	var html strings.Builder
	html.WriteString("<table><tr>")
	for _, name := range labels {
		fmt.Fprintf(&html, "<th>%s</th>", heading(names, name))
	}
	for q := range d.answers[p.ID] {
		name := "Value"
		if len(d.answers[p.ID]) > 1 {
			name = "Value #" + string(rune('A'+q))
		}
		fmt.Fprintf(&html, "<th>%s</th>", heading(names, name))
	}
	html.WriteString("</tr>")
	for _, key := range keys {
		html.WriteString("<tr>")
		for _, cell := range rows[key] {
			fmt.Fprintf(&html, "<td>%s</td>", template.HTMLEscapeString(cell))
		}
		html.WriteString("</tr>")
	}
	html.WriteString("</table>")
	return html.String()
}

func heading(names map[string]string, name string) string {
	if to := names[name]; to != "" {
		name = to
	}
	return template.HTMLEscapeString(name)
}

// tidy is the next number like 1, 2 or 5 that is not less.
func tidy(v float64) float64 {
	if v <= 0 {
		return 1
	}
	magnitude := math.Pow(10, math.Floor(math.Log10(v)))
	for _, n := range []float64{1, 2, 5, 10} {
		if n*magnitude >= v {
			return n * magnitude
		}
	}
	return 10 * magnitude
}

// quantity is a value in its unit, as short as it can be read.
func quantity(v float64, unit string) string {
	switch unit {
	case "percentunit":
		return short(v*100) + " %"
	case "s":
		return seconds(v)
	case "bytes":
		return scaled(v, 1024, []string{"B", "KiB", "MiB", "GiB", "TiB"})
	case "Bps":
		return scaled(v, 1000, []string{"B/s", "kB/s", "MB/s", "GB/s"})
	case "reqps":
		return short(v) + " req/s"
	case "ops":
		return short(v) + " ops/s"
	}
	return scaled(v, 1000, []string{"", "K", "M", "G"})
}

func seconds(v float64) string {
	switch {
	case v == 0:
		return "0 s"
	case v < 0.001:
		return short(v*1e6) + " µs"
	case v < 1:
		return short(v*1000) + " ms"
	case v < 120:
		return short(v) + " s"
	case v < 7200:
		return short(v/60) + " min"
	}
	return short(v/3600) + " h"
}

func scaled(v, by float64, units []string) string {
	n := 0
	for ; math.Abs(v) >= by && n < len(units)-1; n++ {
		v /= by
	}
	return strings.TrimSpace(short(v) + " " + units[n])
}

// short is three digits at most.
func short(v float64) string {
	switch {
	case math.Abs(v) >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case math.Abs(v) >= 10:
		return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64)
	}
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}
