package model

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// series is the pattern of a number, like "SO-{yyyy}-{#####}".
type series struct {
	prefix string // with its placeholders
	width  int    // digits
}

var (
	seriesForm  = regexp.MustCompile(`^([^#]*)\{(#+)\}$`)
	placeholder = regexp.MustCompile(`\{[^}]*\}`)
)

// parseSeries reads the pattern. The digits come last: what stands before them is the scope
// that the numbers count in.
func parseSeries(pattern string) (series, error) {
	m := seriesForm.FindStringSubmatch(pattern)
	if m == nil {
		return series{}, fmt.Errorf("the series %q has to end in its digits, like {#####}", pattern)
	}
	for _, p := range placeholder.FindAllString(m[1], -1) {
		if p != "{yyyy}" && p != "{yy}" && p != "{mm}" {
			return series{}, fmt.Errorf("the series %q has %s; known are {yyyy}, {yy} and {mm}", pattern, p)
		}
	}
	return series{m[1], len(m[2])}, nil
}

// at returns the text that numbers given at that time begin with.
func (s series) at(now time.Time) string {
	now = now.UTC()
	return strings.NewReplacer("{yyyy}", now.Format("2006"), "{yy}", now.Format("06"), "{mm}", now.Format("01")).Replace(s.prefix)
}
