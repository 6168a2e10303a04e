package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// column is one column of a human table over items of T.
type column[T any] struct {
	title string
	right bool // numbers align right
	text  func(T) string
}

func left[T any](title string, text func(T) string) column[T] {
	return column[T]{title: title, text: text}
}

func right[T any](title string, text func(T) string) column[T] {
	return column[T]{title: title, right: true, text: text}
}

// printList answers with the items: a JSON array, or a table that says so when it is empty.
func printList[T any](a *app, items []T, empty string, columns ...column[T]) error {
	if a.flags.output == "json" {
		if items == nil {
			items = []T{}
		}
		return a.printJSON(items)
	}
	if len(items) == 0 {
		_, err := fmt.Fprintln(a.Out, empty)
		return err
	}
	return writeTable(a.Out, items, columns)
}

// printOne answers with one item: a JSON object, or a line per column.
func printOne[T any](a *app, item T, columns ...column[T]) error {
	if a.flags.output == "json" {
		return a.printJSON(item)
	}
	width := 0
	for _, c := range columns {
		width = max(width, utf8.RuneCountInString(c.title))
	}
	for _, c := range columns {
		if _, err := fmt.Fprintf(a.Out, "%s  %s\n", pad(c.title, width, false), c.text(item)); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) printJSON(value any) error {
	encoder := json.NewEncoder(a.Out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// note tells the operator something beside the answer.
func (a *app) note(format string, args ...any) {
	fmt.Fprintf(a.Err, format+"\n", args...)
}

func writeTable[T any](out io.Writer, items []T, columns []column[T]) error {
	rows := make([][]string, 0, len(items)+1)
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = strings.ToUpper(c.title)
	}
	rows = append(rows, titles)
	for _, item := range items {
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = c.text(item)
		}
		rows = append(rows, row)
	}
	return writeRows(out, rows, func(i int) bool { return columns[i].right })
}

func writeRows(out io.Writer, rows [][]string, alignRight func(column int) bool) error {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = pad(cell, widths[i], alignRight(i))
		}
		if _, err := fmt.Fprintln(out, strings.TrimRight(strings.Join(cells, "  "), " ")); err != nil {
			return err
		}
	}
	return nil
}

func pad(text string, width int, right bool) string {
	space := strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
	if right {
		return space + text
	}
	return text + space
}

// age says how long ago t was, roughly; "-" for the zero time.
func (a *app) age(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	d := a.Now().Sub(t)
	if d < time.Second {
		return "just now"
	}
	return duration(d) + " ago"
}

// duration writes d in its largest whole unit.
func duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// count writes n with thousands apart.
func count(n int64) string {
	digits := fmt.Sprint(n)
	var text strings.Builder
	for i, r := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 && digits[i-1] != '-' {
			text.WriteByte(',')
		}
		text.WriteRune(r)
	}
	return text.String()
}

// several writes a number of things: "1 row", "2 rows".
func several[N int | int64](n N, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return count(int64(n)) + " " + thing + "s"
}
